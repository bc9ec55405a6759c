//! The faults of a sandbox. Selects the fault for each request.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::contract::Operations;
use crate::fault::{Breakage, Fault, FaultBody, RetryHint};
use crate::message::{Response, response, set};
use crate::received::TOKEN;

/// The faults, in the order in which they were set.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<Entry>>);

/// The id of the next fault. Ids are unique in the process.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

struct Entry {
    id: u64,
    fault: Fault,
    /// The number of matching requests that reached this fault, because no earlier fault handled them. A fault that is
    /// used up no longer counts requests.
    seen: u32,
    /// The number of requests that this fault has affected.
    happened: u32,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        let mut entries = self.0.lock().expect("no thread panics while it holds the lock");
        entries.push(Entry { id: NEXT_ID.fetch_add(1, Ordering::Relaxed), fault, seen: 0, happened: 0 });
    }

    /// Removes a fault. Returns false if there is no fault with that id.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut entries = self.0.lock().expect("no thread panics while it holds the lock");
        let before = entries.len();
        entries.retain(|entry| entry.id != id);
        entries.len() < before
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("no thread panics while it holds the lock").clear();
    }

    pub(crate) fn next(&self, operation: Option<&str>) -> Option<Fault> {
        let mut entries = self.0.lock().expect("no thread panics while it holds the lock");
        for entry in entries.iter_mut().filter(|entry| entry.fault.is_of(operation)) {
            if entry.fault.times.is_some_and(|times| entry.happened >= times) {
                continue;
            }
            entry.seen = entry.seen.saturating_add(1);
            if entry.seen > entry.fault.after {
                entry.happened = entry.happened.saturating_add(1);
                return Some(entry.fault.clone());
            }
        }
        None
    }

    pub(crate) fn unused(&self) -> Vec<String> {
        let entries = self.0.lock().expect("no thread panics while it holds the lock");
        let unused = entries.iter().enumerate().filter(|(_, entry)| entry.happened == 0);
        unused.map(|(at, entry)| format!("fault {}, of {}", at + 1, entry.fault.operation_name())).collect()
    }

    pub(crate) fn to_json(&self) -> Value {
        let entries = self.0.lock().expect("no thread panics while it holds the lock");
        let all = entries.iter().map(|entry| {
            let mut keys = entry.fault.keys();
            keys.insert("id".to_owned(), entry.id.into());
            keys.insert("happened".to_owned(), entry.happened.into());
            Value::Object(keys)
        });
        all.collect()
    }
}

impl Fault {
    /// Checks that the contract has the operation of the fault.
    pub(crate) fn check(&self, operations: &Operations) -> Result<(), String> {
        self.operation.as_ref().map_or(Ok(()), |operation| operations.check_id(operation))
    }

    fn is_of(&self, operation: Option<&str>) -> bool {
        match &self.operation {
            None => operation != Some(TOKEN),
            Some(own) => operation == Some(own.as_str()),
        }
    }

    /// Returns the effect of the fault, or `None` if it only delays the response.
    pub(crate) fn effect(&self) -> Option<Effect> {
        match (self.breakage, self.hint) {
            (Some(Breakage::Reset), _) => Some(Effect::Reset),
            (Some(Breakage::CutOff), _) => Some(Effect::CutOff),
            (Some(Breakage::Truncated), _) => Some(Effect::Truncated),
            (Some(Breakage::ExpiredToken), _) => Some(Effect::ExpiredToken),
            (None, Some(hint)) => Some(Effect::Response(hint.apply(self.response(429)))),
            (None, None) if self.status.is_some() => Some(Effect::Response(self.response(500))),
            (None, None) if self.body.is_some() => Some(Effect::Response(self.response(200))),
            (None, None) if self.delay > Duration::ZERO => None,
            (None, None) => Some(Effect::Response(self.response(500))),
        }
    }

    fn response(&self, default_status: u16) -> Response {
        let status = self.status.unwrap_or(default_status);
        match &self.body {
            Some(FaultBody::Html) => response(status, "text/html", HTML),
            Some(FaultBody::Empty) => response(status, "", Bytes::new()),
            // This header shows the client that the response is from Connect.
            Some(FaultBody::NotDone) => {
                let mut not_done = response(status, "application/json", r#"{"success":false}"#);
                set(not_done.headers_mut(), "x-mediaconnect-api-version", "1.2.3");
                not_done
            }
            Some(FaultBody::Text { content_type, text }) => response(status, content_type, text.clone()),
            None if self.operation.as_deref() == Some(TOKEN) => {
                let body = json!({ "error": "server_error", "error_description": "A fault of the sandbox." });
                response(status, "application/json", body.to_string())
            }
            None => {
                let body =
                    json!({ "exceptionType": "SandboxFault", "errorMessage": "A fault of the sandbox." });
                response(status, "application/json", body.to_string())
            }
        }
    }
}

const HTML: &str =
    "<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>";

/// The effect of a fault. It replaces the correct response.
pub(crate) enum Effect {
    Response(Response),
    Reset,
    CutOff,
    Truncated,
    ExpiredToken,
}

impl RetryHint {
    fn apply(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        let at = |seconds| SystemTime::now() + Duration::from_secs(seconds);
        match self {
            Self::Seconds(seconds) => set(headers, "retry-after", &seconds.to_string()),
            Self::Date(seconds) => set(headers, "retry-after", &httpdate::fmt_http_date(at(seconds))),
            Self::Reset(seconds) => {
                set(headers, "x-ratelimit-remaining", "0");
                set(headers, "x-ratelimit-reset", &seconds.to_string());
            }
            Self::ResetEpoch(seconds) => {
                let since = at(seconds).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                set(headers, "x-ratelimit-remaining", "0");
                set(headers, "x-ratelimit-reset", &since.as_secs().to_string());
            }
            Self::Silent => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(faults: &Faults, operation: &str, requests: usize) -> Vec<u16> {
        let status = || match faults.next(Some(operation)).map(|fault| fault.effect()) {
            Some(Some(Effect::Response(response))) => response.status().as_u16(),
            _ => 0,
        };
        (0..requests).map(|_| status()).collect()
    }

    #[test]
    fn faults_of_an_operation_follow_each_other() {
        let faults = Faults::default();
        faults.add(Fault::on("getCustomerInfo").times(2).status(503));
        faults.add(Fault::on("getCustomerInfo").after(1).rate_limited(RetryHint::Silent));
        assert_eq!(statuses(&faults, "searchCustomers", 2), [0, 0]);
        assert_eq!(statuses(&faults, "getCustomerInfo", 5), [503, 503, 0, 429, 0]);
        assert!(faults.unused().is_empty());
    }

    #[test]
    fn a_hint_is_a_date_in_the_next_ten_years() {
        for hint in [RetryHint::Date, RetryHint::ResetEpoch] {
            let clamped = Fault::on_any().rate_limited(hint(u64::MAX));
            assert_eq!(clamped.hint, Some(hint(315_360_000)));
            assert!(matches!(clamped.effect(), Some(Effect::Response(_))));
        }
    }

    #[test]
    fn any_operation_is_not_the_token_endpoint() {
        let faults = Faults::default();
        faults.add(Fault::on_any().always());
        assert!(faults.next(Some(TOKEN)).is_none());
        assert_eq!(faults.unused(), ["fault 1, of any"]);
        assert_eq!(statuses(&faults, "searchCustomers", 3), [500; 3]);
    }

    #[test]
    fn a_status_and_a_body_may_come_in_any_order() {
        for fault in [Fault::on_any().html().status(502), Fault::on_any().status(502).html()] {
            let Some(Effect::Response(response)) = fault.effect() else { panic!("the effect is a response") };
            assert_eq!(
                (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()),
                (502, "text/html")
            );
        }
        assert!(Fault::on_any().delay(Duration::from_secs(1)).effect().is_none());
    }
}
