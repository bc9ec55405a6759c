//! Captures everything that the client writes: tracing spans and events, `log` records, panic messages and metrics. It
//! also captures the output of `Debug` and `Display` for values that the client returns.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata as MetricMetadata, SharedString, Unit};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::canaries::{DIGITS, STEM, found_in};

/// A captured text and its channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Heard {
    pub(crate) channel: &'static str,
    pub(crate) words: String,
}

/// The captured texts, without duplicates, because the same text is captured thousands of times.
static HEARD: LazyLock<Mutex<HashSet<Heard>>> = LazyLock::new(Mutex::default);

thread_local! {
    static PLANTED: RefCell<Option<Vec<Heard>>> = const { RefCell::new(None) };
}

fn all() -> MutexGuard<'static, HashSet<Heard>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the capture, once for all tests of the process.
pub(crate) fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| {
        tracing::subscriber::set_global_default(Spans::default()).expect("nothing else is installed");
        log::set_logger(&Records).expect("nothing else is installed");
        log::set_max_level(log::LevelFilter::Trace);
        metrics::set_global_recorder(Metrics).expect("nothing else is installed");
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            hear("panic", panic.to_string());
            if !is_provoked(panic) {
                before(panic);
            }
        }));
    });
}

pub(crate) fn hear(channel: &'static str, words: String) {
    let heard = Heard { channel, words };
    PLANTED.with_borrow_mut(|planted| match planted {
        Some(planted) => planted.push(heard),
        None => drop(all().insert(heard)),
    });
}

/// Runs code that leaks deliberately, on this thread, and returns the leaked texts. They are not stored with the other
/// captured texts, so other tests do not report them.
pub(crate) fn heard_of(leak: impl FnOnce()) -> Vec<Heard> {
    listen();
    PLANTED.set(Some(Vec::new()));
    leak();
    PLANTED.take().unwrap_or_default()
}

/// Returns true if this text was captured in a channel whose name begins with `channel`.
pub(crate) fn has_heard(channel: &str, words: &str) -> bool {
    all().iter().any(|heard| heard.channel.starts_with(channel) && heard.words.contains(words))
}

/// Returns each captured text that contains a canary, once, with its channel.
pub(crate) fn leaks() -> Vec<(&'static str, String)> {
    let mut leaks: Vec<_> = all()
        .iter()
        .filter_map(|heard| {
            let forms = found_in(&heard.words);
            let shown = || format!("(has {}) {}", forms.join(" and "), around(&heard.words));
            (!forms.is_empty()).then(|| (heard.channel, shown()))
        })
        .collect();
    leaks.sort();
    leaks.dedup();
    leaks
}

/// Returns the text around the first canary.
fn around(words: &str) -> String {
    let place = [STEM, DIGITS].iter().filter_map(|canary| words.find(canary)).min().unwrap_or(0);
    let before = words[..place].chars().count().saturating_sub(160);
    words.chars().skip(before).take(300).collect()
}

const PROVOKED: &str = "provoked";

fn is_provoked(_: &PanicHookInfo<'_>) -> bool {
    std::thread::current().name() == Some(PROVOKED)
}

/// Runs code that must panic, on a thread whose panics are captured but not printed.
pub(crate) fn provoke(panics: impl FnOnce() + Send) {
    let outcome: Result<(), Box<dyn Any + Send>> = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(PROVOKED.to_owned());
        let run = move || panic::catch_unwind(AssertUnwindSafe(panics));
        thread.spawn_scoped(scope, run).expect("a thread").join().expect("the panic was caught")
    });
    assert!(outcome.is_err(), "it was meant to panic");
}

/// Captures tracing at every level.
#[derive(Default)]
struct Spans(AtomicU64);

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        hear("span", words(span.metadata(), |words| span.record(words)));
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut words = Words(String::new());
        values.record(&mut words);
        hear("span field", words.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        hear("event", words(event.metadata(), |words| event.record(words)));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn words(metadata: &Metadata<'_>, record: impl FnOnce(&mut Words)) -> String {
    let mut words = Words(format!("{} {} {}", metadata.level(), metadata.target(), metadata.name()));
    record(&mut words);
    words.0
}

/// Collects fields in all the forms that a subscriber may use.
struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let _ = write!(self.0, " {field}={value} {value:?} {value:#?}");
        let mut source = value.source();
        while let Some(error) = source {
            let _ = write!(self.0, ": {error} {error:?} {error:#?}");
            source = error.source();
        }
    }
}

/// Captures the `log` crate at every level.
struct Records;

impl log::Log for Records {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        hear("log", format!("{} {} {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Captures the names and labels of metrics.
struct Metrics;

impl metrics::Recorder for Metrics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &MetricMetadata<'_>) -> Counter {
        hear("metric", key.to_string());
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &MetricMetadata<'_>) -> Gauge {
        hear("metric", key.to_string());
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &MetricMetadata<'_>) -> Histogram {
        hear("metric", key.to_string());
        Histogram::noop()
    }
}
