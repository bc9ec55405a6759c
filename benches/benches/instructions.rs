//! Counts the instructions and the allocations of a call, and of decoding a body. Callgrind counts the instructions,
//! and DHAT counts the allocations. Compares the calls of `mediaconnect` with hand-written calls that use hyper or
//! reqwest, and its models with models that have plain serde derives.
//!
//! Run `cargo bench -p mediaconnect-benches --bench instructions`. benches/README.md lists the required programs.
//! `benches/guard.sh` also runs this benchmark, and fails if a call of `mediaconnect` needs too many instructions
//! compared with the hand-written call that uses reqwest.
//!
//! Each figure for calls is the total of `CALLS` calls, which are made one after the other over an open connection with
//! a cached token.

#![allow(missing_docs, reason = "the macros of gungraun make public items without")]

use ::mediaconnect::models::{CustomerSearchResponse, InvoicesAndReminders};
use gungraun::Dhat;
use gungraun::prelude::*;
use mediaconnect_benches::{
    Caller, HookClient, HyperClient, Invoices, MediaconnectClient, ReqwestClient, SearchResponse, canned,
    decode, decode_plain, fifty_invoices, five_customers,
};
use tokio::runtime::{Builder, Runtime};

/// The number of calls whose instructions are counted. No call waits, because the warm-up calls and these calls
/// together stay below the limit of requests per second.
const CALLS: usize = 50;
const WARM_UP: usize = 20;

#[derive(Clone, Copy)]
enum Operation {
    Info,
    Search,
}

/// A client with an open connection and its runtime.
struct Warm<C> {
    runtime: Runtime,
    client: C,
    operation: Operation,
}

impl<C: Caller> Warm<C> {
    fn new(operation: Operation) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = runtime.block_on(async { C::new(canned(2_000)) });
        let mut warm = Self { runtime, client, operation };
        warm.call(WARM_UP);
        warm
    }

    fn call(&mut self, times: usize) {
        self.runtime.block_on(async {
            for _ in 0..times {
                match self.operation {
                    Operation::Info => self.client.info().await,
                    Operation::Search => self.client.search().await,
                }
            }
        });
    }
}

macro_rules! benchmarks {
    ($($name:ident: $client:ty),*) => {$(
        #[library_benchmark(setup = Warm::<$client>::new)]
        #[bench::info(Operation::Info)]
        #[bench::search(Operation::Search)]
        fn $name(mut warm: Warm<$client>) -> Warm<$client> {
            warm.call(CALLS);
            // The client is returned, so that the measurement does not include its drop.
            warm
        }
    )*};
}

benchmarks!(hyper: HyperClient, hook: HookClient, reqwest: ReqwestClient, mediaconnect: MediaconnectClient);

library_benchmark_group!(
    name = calls,
    compare_by_id = true,
    benchmarks = [hyper, hook, reqwest, mediaconnect]
);

#[library_benchmark(setup = five_customers)]
#[bench::body()]
fn plain_customers(body: String) -> (String, SearchResponse) {
    let decoded = decode_plain(&body);
    (body, decoded)
}

#[library_benchmark(setup = five_customers)]
#[bench::body()]
fn customers_of_mediaconnect(body: String) -> (String, CustomerSearchResponse) {
    let decoded = decode(&body);
    (body, decoded)
}

library_benchmark_group!(
    name = customers,
    compare_by_id = true,
    benchmarks = [plain_customers, customers_of_mediaconnect]
);

#[library_benchmark(setup = fifty_invoices)]
#[bench::body()]
fn plain_invoices(body: String) -> (String, Invoices) {
    let decoded = decode_plain(&body);
    (body, decoded)
}

#[library_benchmark(setup = fifty_invoices)]
#[bench::body()]
fn invoices_of_mediaconnect(body: String) -> (String, InvoicesAndReminders) {
    let decoded = decode(&body);
    (body, decoded)
}

library_benchmark_group!(
    name = invoices,
    compare_by_id = true,
    benchmarks = [plain_invoices, invoices_of_mediaconnect]
);

main!(
    config = LibraryBenchmarkConfig::default().tool(Dhat::with_args(["--num-callers=500"]));
    library_benchmark_groups = calls, customers, invoices
);
