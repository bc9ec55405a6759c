//! A recorder for one test. It records on its own thread only, and each test runs on one thread.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, SharedString, Unit,
};

/// Counts metrics, and stores their descriptions.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    values: Arc<Mutex<BTreeMap<String, u64>>>,
    units: Arc<Mutex<BTreeMap<String, Option<Unit>>>>,
}

impl Recorder {
    /// Returns the value of a counter, or the number of values in a histogram. `metric` contains the labels in
    /// alphabetical order, as in `name{a=1,b=2}`.
    pub(crate) fn count(&self, metric: &str) -> u64 {
        self.values.lock().unwrap().get(metric).copied().unwrap_or(0)
    }

    /// Returns the metrics whose name begins with `name`, with their labels.
    pub(crate) fn metrics(&self, name: &str) -> Vec<String> {
        let values = self.values.lock().unwrap();
        values.keys().filter(|metric| metric.starts_with(name)).cloned().collect()
    }

    /// Returns the names of described metrics, with their units.
    pub(crate) fn described(&self) -> Vec<(String, Option<Unit>)> {
        self.units.lock().unwrap().iter().map(|(name, unit)| (name.clone(), *unit)).collect()
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        self.units.lock().unwrap().insert(name.as_str().to_owned(), unit);
    }

    fn metric(&self, key: &Key) -> Arc<Metric> {
        let mut labels: Vec<_> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        labels.sort();
        let name = format!("{}{{{}}}", key.name(), labels.join(","));
        Arc::new(Metric { name, values: self.values.clone() })
    }
}

struct Metric {
    name: String,
    values: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl CounterFn for Metric {
    fn increment(&self, by: u64) {
        *self.values.lock().unwrap().entry(self.name.clone()).or_default() += by;
    }

    fn absolute(&self, _: u64) {
        unreachable!("counters of this library are incremented");
    }
}

impl HistogramFn for Metric {
    fn record(&self, _: f64) {
        self.increment(1);
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.metric(key).into()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        assert!(key.name().starts_with("mediaconnect_fleet_"), "only a fleet has gauges");
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.metric(key))
    }
}
