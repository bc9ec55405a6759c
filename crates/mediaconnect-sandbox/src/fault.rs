//! Describes a fault for a test.

use std::time::Duration;

/// A failure that the sandbox simulates for some requests of an operation.
///
/// Faults of one operation happen one after another, in the order in which they were set. After the last one, the
/// sandbox responds normally again. A fault without further settings is one response with status 500.
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
#[must_use = "a fault does nothing until it is added to a sandbox"]
pub struct Fault {
    pub(crate) operation: Option<String>,
    pub(crate) times: Option<u32>,
    pub(crate) after: u32,
    pub(crate) delay: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<FaultBody>,
    pub(crate) hint: Option<RetryHint>,
    pub(crate) breakage: Option<Breakage>,
}

#[derive(Clone, Debug)]
pub(crate) enum FaultBody {
    Html,
    Empty,
    NotDone,
    Text { content_type: String, text: String },
}

/// A failure of the connection, the body or the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breakage {
    Reset,
    CutOff,
    Truncated,
    ExpiredToken,
}

/// The header with which a 429 response states the time to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryHint {
    /// `Retry-After` in seconds.
    Seconds(u64),
    /// `Retry-After` as a date this many seconds from now. The maximum is ten years.
    Date(u64),
    /// `X-RateLimit-Reset` in seconds from now, with `X-RateLimit-Remaining: 0`.
    Reset(u64),
    /// `X-RateLimit-Reset` as a Unix timestamp this many seconds from now. The maximum is ten years. The response also
    /// has `X-RateLimit-Remaining: 0`.
    ResetEpoch(u64),
    /// No header.
    Silent,
}

impl Fault {
    /// Creates a fault of one operation: an `operationId` of the sandbox's contract, or `token` for the token endpoint.
    pub fn on(operation: impl Into<String>) -> Self {
        Self::of(Some(operation.into()))
    }

    /// Creates a fault of all operations, but not of the token endpoint.
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

    /// Sets the number of requests that fail. The default is 1.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Makes every request fail.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Sets the number of requests that succeed before the fault happens. The default is 0.
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Delays the response. If nothing else is set, the response itself is correct.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sets the status of the response. The body has the form of upstream's errors, and the request has no effect.
    ///
    /// # Panics
    /// Panics if `status` is not from 200 to 599.
    pub fn status(mut self, status: u16) -> Self {
        assert!(is_status(status), "{STATUS_RULE}");
        self.status = Some(status);
        self
    }

    /// Makes the response an HTML page, like the error page of a gateway. The default status is 200.
    pub fn html(mut self) -> Self {
        self.body = Some(FaultBody::Html);
        self
    }

    /// Makes the response empty. The default status is 200.
    pub fn empty(mut self) -> Self {
        self.body = Some(FaultBody::Empty);
        self
    }

    /// Sets the body of the response. The default status is 200.
    pub fn body(mut self, content_type: impl Into<String>, text: impl Into<String>) -> Self {
        self.body = Some(FaultBody::Text { content_type: content_type.into(), text: text.into() });
        self
    }

    /// Makes the body `{"success": false}`, the documented response to a change that failed. The default status is 200.
    pub fn not_done(mut self) -> Self {
        self.body = Some(FaultBody::NotDone);
        self
    }

    /// Makes the response a 429 with a hint. The date or timestamp of the hint is limited to ten years from now.
    pub fn rate_limited(mut self, hint: RetryHint) -> Self {
        self.hint = Some(match hint {
            RetryHint::Date(seconds) => RetryHint::Date(seconds.min(MAX_SECONDS)),
            RetryHint::ResetEpoch(seconds) => RetryHint::ResetEpoch(seconds.min(MAX_SECONDS)),
            hint => hint,
        });
        self
    }

    /// Resets the connection before the response. The request has no effect.
    pub fn reset(self) -> Self {
        self.breaking(Breakage::Reset)
    }

    /// Closes the connection in the middle of the body of the correct response. The request takes effect.
    pub fn cut_off(self) -> Self {
        self.breaking(Breakage::CutOff)
    }

    /// Sends only half of the body of the correct response. `Content-Length` is the length of this half, so the
    /// response seems complete. The request takes effect.
    pub fn truncated(self) -> Self {
        self.breaking(Breakage::Truncated)
    }

    /// Refuses the access token as expired: status 401, `invalid_token`. All tokens that were issued so far become
    /// invalid.
    pub fn expired_token(self) -> Self {
        self.breaking(Breakage::ExpiredToken)
    }

    fn breaking(mut self, breakage: Breakage) -> Self {
        self.breakage = Some(breakage);
        self
    }

    /// Returns the operation, or `any` for a fault of [`on_any`](Self::on_any).
    pub(crate) fn operation_name(&self) -> &str {
        self.operation.as_deref().unwrap_or(ANY)
    }
}

/// The operation name of a fault of [`Fault::on_any`].
pub(crate) const ANY: &str = "any";

/// The maximum number of seconds from now to the date or timestamp of a hint: ten years. A date needs a limit, because
/// neither the clock nor the form of an HTTP date can express every number of seconds.
pub(crate) const MAX_SECONDS: u64 = 10 * 365 * 24 * 60 * 60;

pub(crate) const STATUS_RULE: &str = "the status of a fault must be from 200 to 599";

pub(crate) fn is_status(status: u16) -> bool {
    (200..600).contains(&status)
}
