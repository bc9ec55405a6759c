//! Parses and writes the two forms of a fault: the string on a command line, and JSON.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::contract::Operations;
use crate::fault::{ANY, Breakage, Fault, FaultBody, MAX_SECONDS, RetryHint, STATUS_RULE, is_status};

/// Reads `OPERATION[:KEY[=VALUE],…]`, such as `getCustomerInfo:status=503,times=2` or `token:resetConnection`.
///
/// | keys | meaning |
/// |---|---|
/// | `times`, `always` | the number of requests that fail; `always` means all |
/// | `after` | the number of requests that succeed before the first one fails |
/// | `delayMs` | the delay of the response, in milliseconds |
/// | `status` | the status |
/// | `html`, `empty`, `notDone` | the body; `notDone` is `{"success": false}` |
/// | `retryAfter`, `retryAfterDate`, `reset`, `resetEpoch` | status 429, and the seconds to wait |
/// | `resetConnection`, `cutOff`, `truncated`, `expiredToken` | the failure of connection, body or token |
///
/// The maximum value of `retryAfterDate` and `resetEpoch` is 315,360,000 seconds (ten years).
///
/// The operation is `token`, `any`, or an `operationId` of the contract that this crate was built with. The JSON form
/// is an object with these keys and `operation`. In the JSON form, a key without a value is `true`.
impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (operation, keys) = text.split_once(':').unwrap_or((text, ""));
        let mut object = Map::new();
        object.insert("operation".to_owned(), Value::from(operation));
        for word in keys.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (key, value) = match word.split_once('=') {
                None => (word, Value::Bool(true)),
                Some((key, value)) => (key, value.parse::<u64>().map_or_else(|_| value.into(), Value::from)),
            };
            object.insert(key.to_owned(), value);
        }
        let fault: Self =
            serde_json::from_value(object.into()).map_err(|error| FaultError(error.to_string()))?;
        fault.check(&Operations::of_the_contract()).map_err(FaultError)?;
        Ok(fault)
    }
}

/// The error for a string that is not a valid fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; write OPERATION:KEY=VALUE,…, such as getCustomerInfo:status=503,times=2", self.0)
    }
}

impl std::error::Error for FaultError {}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Keys::deserialize(deserializer)?.fault().map_err(serde::de::Error::custom)
    }
}

/// The JSON form of a fault.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each field is a key of the JSON form")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Keys {
    operation: String,
    times: Option<u32>,
    #[serde(default)]
    always: bool,
    #[serde(default)]
    after: u32,
    #[serde(default)]
    delay_ms: u64,
    status: Option<u16>,
    #[serde(default)]
    html: bool,
    #[serde(default)]
    empty: bool,
    #[serde(default)]
    not_done: bool,
    retry_after: Option<u64>,
    retry_after_date: Option<u64>,
    reset: Option<u64>,
    reset_epoch: Option<u64>,
    #[serde(default)]
    reset_connection: bool,
    #[serde(default)]
    cut_off: bool,
    #[serde(default)]
    truncated: bool,
    #[serde(default)]
    expired_token: bool,
}

impl Keys {
    fn fault(self) -> Result<Fault, String> {
        if !self.status.is_none_or(is_status) {
            return Err(STATUS_RULE.to_owned());
        }
        for (key, seconds) in [("retryAfterDate", self.retry_after_date), ("resetEpoch", self.reset_epoch)] {
            if seconds.is_some_and(|seconds| seconds > MAX_SECONDS) {
                return Err(format!("{key} must be at most {MAX_SECONDS} seconds, which are ten years"));
            }
        }
        let operation = (self.operation != ANY).then_some(self.operation);
        let hints = [
            self.retry_after.map(RetryHint::Seconds),
            self.retry_after_date.map(RetryHint::Date),
            self.reset.map(RetryHint::Reset),
            self.reset_epoch.map(RetryHint::ResetEpoch),
        ];
        let breakages = [
            (self.reset_connection, Breakage::Reset),
            (self.cut_off, Breakage::CutOff),
            (self.truncated, Breakage::Truncated),
            (self.expired_token, Breakage::ExpiredToken),
        ];
        let bodies = [
            (self.html, FaultBody::Html),
            (self.empty, FaultBody::Empty),
            (self.not_done, FaultBody::NotDone),
        ];
        let given = bodies.iter().filter(|(is_set, _)| *is_set).count();
        let is_response = self.status.is_some() || given > 0;
        let broken = breakages.iter().filter(|(is_set, _)| *is_set).count();
        let hinted = hints.iter().flatten().count();
        let counted_twice = self.always && self.times.is_some();
        if counted_twice || hinted > 1 || given > 1 || broken + usize::from(is_response || hinted > 0) > 1 {
            return Err(
                "these keys contradict each other; remove some of them, so that the fault has one effect"
                    .to_owned(),
            );
        }
        Ok(Fault {
            times: if self.always { None } else { Some(self.times.unwrap_or(1)) },
            after: self.after,
            delay: Duration::from_millis(self.delay_ms),
            status: self.status,
            body: bodies.into_iter().find_map(|(is_set, body)| is_set.then_some(body)),
            hint: hints.into_iter().flatten().next(),
            breakage: breakages.into_iter().find_map(|(is_set, breakage)| is_set.then_some(breakage)),
            ..Fault::of(operation)
        })
    }
}

impl Fault {
    /// Returns the JSON form of the fault. If a test has set a body, the form contains the media type of the body, but
    /// not its text.
    pub(crate) fn keys(&self) -> Map<String, Value> {
        let mut keys = Map::new();
        let mut set = |key: &str, value: Value| drop(keys.insert(key.to_owned(), value));
        set("operation", self.operation_name().into());
        match self.times {
            Some(times) => set("times", times.into()),
            None => set("always", true.into()),
        }
        if self.after > 0 {
            set("after", self.after.into());
        }
        if !self.delay.is_zero() {
            set("delayMs", u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX).into());
        }
        if let Some(status) = self.status {
            set("status", status.into());
        }
        match &self.body {
            Some(FaultBody::Html) => set("html", true.into()),
            Some(FaultBody::Empty) => set("empty", true.into()),
            Some(FaultBody::NotDone) => set("notDone", true.into()),
            Some(FaultBody::Text { content_type, .. }) => set("body", content_type.as_str().into()),
            None => {}
        }
        match self.hint {
            Some(RetryHint::Seconds(seconds)) => set("retryAfter", seconds.into()),
            Some(RetryHint::Date(seconds)) => set("retryAfterDate", seconds.into()),
            Some(RetryHint::Reset(seconds)) => set("reset", seconds.into()),
            Some(RetryHint::ResetEpoch(seconds)) => set("resetEpoch", seconds.into()),
            // A 429 without a hint has no key of its own, so it is written as a `status`.
            Some(RetryHint::Silent) => set("status", 429.into()),
            None => {}
        }
        match self.breakage {
            Some(Breakage::Reset) => set("resetConnection", true.into()),
            Some(Breakage::CutOff) => set("cutOff", true.into()),
            Some(Breakage::Truncated) => set("truncated", true.into()),
            Some(Breakage::ExpiredToken) => set("expiredToken", true.into()),
            None => {}
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_and_the_methods_define_the_same_fault() {
        for (text, fault) in [
            ("getCustomerInfo", Fault::on("getCustomerInfo")),
            ("any:status=503,times=2", Fault::on_any().status(503).times(2)),
            ("changeExternalReference:notDone", Fault::on("changeExternalReference").not_done()),
            ("token:resetConnection, always", Fault::on("token").reset().always()),
            (
                "searchCustomers:retryAfterDate=30,after=1",
                Fault::on("searchCustomers").rate_limited(RetryHint::Date(30)).after(1),
            ),
            (
                "any:status=502,html,delayMs=20",
                Fault::on_any().status(502).html().delay(Duration::from_millis(20)),
            ),
        ] {
            let read: Fault = text.parse().unwrap();
            assert_eq!(format!("{read:?}"), format!("{fault:?}"), "{text}");
        }
    }

    #[test]
    fn each_documented_example_is_a_fault() {
        let documentation =
            include_str!("fault_text.rs").lines().find(|line| line.starts_with("/// Reads ")).unwrap();
        let examples: Vec<_> = documentation.split('`').skip(3).step_by(2).collect();
        let error = FaultError(String::new()).to_string();
        let of_error = error.split("such as ").nth(1).unwrap();
        for example in examples.iter().copied().chain([of_error]) {
            assert!(example.parse::<Fault>().is_ok(), "{example}");
        }
        assert_eq!(examples.len(), 2);
    }

    #[test]
    fn a_fault_is_read_from_its_keys() {
        for text in [
            "any:status=503,times=2,after=1",
            "token:resetConnection,always",
            "searchCustomers:retryAfterDate=30,delayMs=20",
            "any:reset=3",
            "any:resetEpoch=3,status=503",
            "any:retryAfter=3",
            "changeExternalReference:notDone",
            "any:status=502,html",
            "any:empty",
            "any:cutOff",
            "any:truncated",
            "any:expiredToken",
        ] {
            let fault: Fault = text.parse().unwrap();
            let again: Fault = serde_json::from_value(fault.keys().into()).unwrap();
            assert_eq!(format!("{again:?}"), format!("{fault:?}"), "{text}");
        }
    }

    #[test]
    fn an_invalid_fault_is_refused_and_its_key_is_named() {
        for (text, expected) in [
            ("any:stauts=503", "stauts"),
            ("any:status=700", "from 200 to 599"),
            ("any:cutOff,status=503", "contradict"),
            ("any:times=2,always", "contradict"),
            ("any:times=many", "many"),
            ("any:reset", "u64"),
            ("any:retryAfterDate=300000000000", "at most 315360000 seconds"),
            ("any:resetEpoch=18446744073709551615", "at most 315360000 seconds"),
            ("getCustomer", "use getCustomerInfo, "),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("OPERATION:KEY=VALUE"), "{error}");
        }
    }
}
