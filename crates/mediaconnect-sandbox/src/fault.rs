//! What a sandbox can be told to do wrong.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::contract::Operations;

/// Something that goes wrong, with some requests of an operation.
///
/// Faults of one operation happen in the order in which they were set, each as often as it says; then the sandbox
/// answers again as it should. By itself, a fault is one answer with status 500.
///
/// ```
/// use std::time::Duration;
/// use mediaconnect_sandbox::{Fault, RetryHint};
///
/// let outage = Fault::on("getCustomerInfo").times(2).status(503);
/// let slow_token = Fault::on("token").delay(Duration::from_secs(3));
/// let throttled = Fault::on_any().rate_limited(RetryHint::Seconds(30));
/// let gateway = Fault::on("searchCustomers").status(502).html();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing until a sandbox has it"]
pub struct Fault {
    pub(crate) operation: Option<String>,
    pub(crate) times: Option<u32>,
    pub(crate) after: u32,
    pub(crate) delay: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<Body>,
    pub(crate) hint: Option<RetryHint>,
    pub(crate) breakage: Option<Breakage>,
}

/// The body of an answer that a fault gives.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Html,
    Empty,
    Text { content_type: String, text: String },
}

/// What breaks, if it is more than the answer's status and body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breakage {
    Reset,
    CutOff,
    Truncated,
    ExpiredToken,
}

/// How an answer with status 429 says when to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryHint {
    /// `Retry-After` in seconds.
    Seconds(u64),
    /// `Retry-After` as a date, so many seconds from now.
    Date(u64),
    /// `X-RateLimit-Reset` in seconds to go, with `X-RateLimit-Remaining: 0`.
    Reset(u64),
    /// `X-RateLimit-Reset` as seconds of the Unix epoch, so many seconds from now, with `X-RateLimit-Remaining: 0`.
    ResetEpoch(u64),
    /// Not at all.
    Silent,
}

impl Fault {
    /// A fault of one operation: an `operationId` of the contract, or `token` for the token endpoint.
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn on(operation: impl Into<String>) -> Self {
        let operation = operation.into();
        if let Err(message) = Operations::of_the_contract().check_id(&operation) {
            panic!("{message}");
        }
        Self::of(Some(operation))
    }

    /// A fault of any operation, but not of the token endpoint.
    pub fn on_any() -> Self {
        Self::of(None)
    }

    fn of(operation: Option<String>) -> Self {
        Self {
            operation,
            times: Some(1),
            after: 0,
            delay: Duration::ZERO,
            status: None,
            body: None,
            hint: None,
            breakage: None,
        }
    }

    /// How often it happens; once, if nothing is said.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// It happens every time.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// So many requests are answered as they should be before it happens.
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// The answer is late. If nothing else is said, it is the right answer.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// An answer with this status, and a body as upstream writes its errors. The request is not carried out.
    ///
    /// # Panics
    /// When `status` is not within 200 and 599.
    pub fn status(mut self, status: u16) -> Self {
        assert!(is_status(status), "{STATUS_RULE}");
        self.status = Some(status);
        self
    }

    /// The answer is an HTML page, as of a gateway; with status 200, if no other is set.
    pub fn html(mut self) -> Self {
        self.body = Some(Body::Html);
        self
    }

    /// The answer has no body; with status 200, if no other is set.
    pub fn empty(mut self) -> Self {
        self.body = Some(Body::Empty);
        self
    }

    /// The answer has this body; with status 200, if no other is set.
    pub fn body(mut self, content_type: impl Into<String>, text: impl Into<String>) -> Self {
        self.body = Some(Body::Text { content_type: content_type.into(), text: text.into() });
        self
    }

    /// An answer with status 429.
    pub fn rate_limited(mut self, hint: RetryHint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The connection is reset before an answer begins. The request is not carried out.
    pub fn reset(self) -> Self {
        self.breaking(Breakage::Reset)
    }

    /// The connection ends in the middle of the right answer's body. The request is carried out.
    pub fn cut_off(self) -> Self {
        self.breaking(Breakage::CutOff)
    }

    /// The right answer's body is halved, and its `Content-Length` too. The request is carried out.
    pub fn truncated(self) -> Self {
        self.breaking(Breakage::Truncated)
    }

    /// The access token has ended before its time: status 401, `invalid_token`. All tokens issued so far end with it.
    pub fn expired_token(self) -> Self {
        self.breaking(Breakage::ExpiredToken)
    }

    fn breaking(mut self, breakage: Breakage) -> Self {
        self.breakage = Some(breakage);
        self
    }

    /// The operation, as a text has it.
    pub(crate) fn operation_name(&self) -> &str {
        self.operation.as_deref().unwrap_or(ANY)
    }
}

/// What [`Fault::on_any`] is called in a text.
const ANY: &str = "any";

const STATUS_RULE: &str = "the status of a fault is within 200 and 599";

fn is_status(status: u16) -> bool {
    (200..600).contains(&status)
}

/// `OPERATION[:KEY[=VALUE],…]`, such as `getCustomerInfo:status=503,times=2` or `token:reset`.
///
/// | key | what it is |
/// |---|---|
/// | `times`, `always`, `after` | how often, and after how many requests |
/// | `delayMs` | how late the answer is, in milliseconds |
/// | `status` | another status |
/// | `html`, `empty` | another body |
/// | `retryAfter`, `retryAfterDate`, `reset`, `resetEpoch` | status 429, and how many seconds to wait |
/// | `resetConnection`, `cutOff`, `truncated`, `expiredToken` | what breaks |
///
/// The operation is an `operationId`, `token`, or `any`. As JSON, a fault is an object with these keys and `operation`;
/// what has no value is `true`.
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
        serde_json::from_value(Value::Object(object)).map_err(|error| FaultError(error.to_string()))
    }
}

/// What is wrong with the text of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected is OPERATION:KEY=VALUE,… as in getCustomerInfo:status=503,times=2", self.0)
    }
}

impl std::error::Error for FaultError {}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Keys::deserialize(deserializer)?.fault().map_err(serde::de::Error::custom)
    }
}

/// A fault as it is written.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the text")]
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
        let operation = (self.operation != ANY).then_some(self.operation);
        if let Some(operation) = &operation {
            Operations::of_the_contract().check_id(operation)?;
        }
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
        let bodies = [(self.html, Body::Html), (self.empty, Body::Empty)];
        let is_answer = self.status.is_some() || self.html || self.empty;
        let broken = breakages.iter().filter(|(is_set, _)| *is_set).count();
        let hinted = hints.iter().flatten().count();
        if hinted > 1 || self.html && self.empty || broken + usize::from(is_answer || hinted > 0) > 1 {
            return Err("a fault does one thing: one of these keys contradicts another".to_owned());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_what_the_methods_say() {
        for (text, fault) in [
            ("getCustomerInfo", Fault::on("getCustomerInfo")),
            ("any:status=503,times=2", Fault::on_any().status(503).times(2)),
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
    fn what_is_no_fault_is_refused_with_the_key() {
        for (text, expected) in [
            ("any:stauts=503", "stauts"),
            ("any:status=700", "within 200 and 599"),
            ("any:cutOff,status=503", "contradicts"),
            ("any:times=many", "many"),
            ("any:reset", "u64"),
            ("getCustomer", "there are getCustomerInfo, "),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("OPERATION:KEY=VALUE"), "{error}");
        }
    }
}
