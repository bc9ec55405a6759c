//! The faults that a sandbox can be told to have.

use std::time::Duration;

/// Something that goes wrong, with some requests of an operation.
///
/// Faults of one operation happen in the order in which they were set, each as often as it says; then the sandbox
/// answers again as it should. By itself, a fault is one response with status 500.
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

/// The body of a response that a fault gives.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Html,
    Empty,
    NotDone,
    Text { content_type: String, text: String },
}

/// The part that breaks, if it is more than the response's status and body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breakage {
    Reset,
    CutOff,
    Truncated,
    ExpiredToken,
}

/// The header by which a response with status 429 says when to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// A fault of one operation: an `operationId` of the sandbox's contract, or `token` for the token endpoint.
    pub fn on(operation: impl Into<String>) -> Self {
        Self::of(Some(operation.into()))
    }

    /// A fault of any operation, but not of the token endpoint.
    pub fn on_any() -> Self {
        Self::of(None)
    }

    pub(crate) fn of(operation: Option<String>) -> Self {
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

    /// Sets how often it happens; once, if nothing is said.
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

    /// A response with this status, and a body as upstream writes its errors. The request is not carried out.
    ///
    /// # Panics
    /// When `status` is not within 200 and 599.
    pub fn status(mut self, status: u16) -> Self {
        assert!(is_status(status), "{STATUS_RULE}");
        self.status = Some(status);
        self
    }

    /// The response is an HTML page, as of a gateway; with status 200, if no other is set.
    pub fn html(mut self) -> Self {
        self.body = Some(Body::Html);
        self
    }

    /// The response has no body; with status 200, if no other is set.
    pub fn empty(mut self) -> Self {
        self.body = Some(Body::Empty);
        self
    }

    /// The response has this body; with status 200, if no other is set.
    pub fn body(mut self, content_type: impl Into<String>, text: impl Into<String>) -> Self {
        self.body = Some(Body::Text { content_type: content_type.into(), text: text.into() });
        self
    }

    /// The response has status 200 and says that nothing was done: `{"success": false}`, a documented failure of changes.
    pub fn not_done(mut self) -> Self {
        self.body = Some(Body::NotDone);
        self
    }

    /// A response with status 429.
    pub fn rate_limited(mut self, hint: RetryHint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The connection is reset before a response begins. The request is not carried out.
    pub fn reset(self) -> Self {
        self.breaking(Breakage::Reset)
    }

    /// The connection ends in the middle of the right response's body. The request is carried out.
    pub fn cut_off(self) -> Self {
        self.breaking(Breakage::CutOff)
    }

    /// The right response's body is halved, and its `Content-Length` too. The request is carried out.
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
pub(crate) const ANY: &str = "any";

pub(crate) const STATUS_RULE: &str = "the status of a fault is within 200 and 599";

pub(crate) fn is_status(status: u16) -> bool {
    (200..600).contains(&status)
}
