//! Compares the decoding speed of the models of `mediaconnect` with that of models with plain serde derives.
//!
//! Run `cargo bench -p mediaconnect-benches --bench decoding`. Each round decodes the body with both models and
//! computes the ratio of their times. The benchmark prints the median of the ratios.

use std::hint::black_box;
use std::time::Instant;

use mediaconnect::models::{CustomerSearchResponse, InvoicesAndReminders};
use mediaconnect_benches::{Invoices, SearchResponse, decode, decode_plain, fifty_invoices, five_customers};

const ROUNDS: usize = 300;
/// The number of bytes that each model decodes in a round.
const BYTES: usize = 4 * 1024 * 1024;

fn main() {
    compare(
        "five customers",
        &five_customers(),
        decode_plain::<SearchResponse>,
        decode::<CustomerSearchResponse>,
    );
    compare("fifty invoices", &fifty_invoices(), decode_plain::<Invoices>, decode::<InvoicesAndReminders>);
}

fn compare<P, M>(name: &str, body: &str, plain: impl Fn(&str) -> P, ours: impl Fn(&str) -> M) {
    let mut rounds: Vec<(f64, f64)> =
        (0..ROUNDS).map(|_| (speed(body, &plain), speed(body, &ours))).collect();
    let mut median = |key: fn(&(f64, f64)) -> f64| {
        rounds.sort_by(|a, b| key(a).total_cmp(&key(b)));
        key(&rounds[ROUNDS / 2])
    };
    println!(
        "{name} ({} bytes): plain derives {:.0} MB a second, mediaconnect {:.0}; time {:.3}",
        body.len(),
        median(|round| round.0),
        median(|round| round.1),
        median(|round| round.0 / round.1)
    );
}

/// Returns the decoding speed in megabytes a second.
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn speed<T>(body: &str, decode: impl Fn(&str) -> T) -> f64 {
    let times = BYTES / body.len();
    let began = Instant::now();
    for _ in 0..times {
        black_box(decode(black_box(body)));
    }
    (times * body.len()) as f64 / 1e6 / began.elapsed().as_secs_f64()
}
