//! Tests the connection to upstream, step by step.

use std::time::{Duration, SystemTime};

use mediaconnect_api::operation::{Operation, SendOperation};
use mediaconnect_api::operations::GetCustomerInfo;
use mediaconnect_api::wire::CustomerNumber;
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Response, Url};
use tokio::time::{Instant, timeout_at};

use crate::call_info::CallInfo;
use crate::error::{Error, Kind, Result};
use crate::headers::{self, REMAINING, RESET};
use crate::pipeline::{attempt, request_error, send};
use crate::proof::{VERSION, believe};
use crate::runtime;
use crate::shared::Shared;
use crate::token::{AccessToken, Token, TokenEndpoint};

/// The report of [`Client::diagnose`](crate::Client::diagnose). It contains no secret and no customer data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The fetch of an access token. A cached token is used only if the service set its own
    /// [`TokenSource`](crate::TokenSource).
    pub token: Probe,
    /// The lifetime of the new token. `None` if upstream does not report it, if the service set its own token source,
    /// or if there is no token.
    pub token_lifetime: Option<Duration>,
    /// The lookup of a customer with the access token; `None` if there is no token.
    pub lookup: Option<Probe>,
}

/// One request and its result.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Probe {
    /// The scheme, host and port that the request was sent to; `None` for a token from the service's own
    /// [`TokenSource`](crate::TokenSource).
    pub server: Option<String>,
    /// The time until the response was read or the request failed.
    pub took: Duration,
    /// The status and headers of the response, if there was one.
    pub response: Option<ResponseHead>,
    /// The error, if the request failed. Status 404 is also an error, even if it means that no customer has the number.
    pub error: Option<Error>,
}

/// The status and headers of a response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResponseHead {
    /// The HTTP status.
    pub status: u16,
    /// The seconds by which this machine's clock is ahead of upstream's (`Date`); negative if it is behind.
    ///
    /// The exact time at which upstream wrote the `Date` is unknown, so this is the smallest skew that is consistent
    /// with the header. `None` if the response has no `Date`.
    pub clock_skew_seconds: Option<i64>,
    /// The number of requests left in the minute (`X-RateLimit-Remaining`).
    pub rate_remaining: Header<u32>,
    /// The time until the next minute begins (`X-RateLimit-Reset`).
    pub rate_reset: Header<Duration>,
    /// The version of upstream's API (`X-Mediaconnect-Api-Version`). A value with characters other than digits and dots
    /// is malformed.
    ///
    /// A response without this header may come from a gateway or a wrong URL.
    pub api_version: Header<String>,
}

/// A header of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Header<T> {
    /// The response does not have the header.
    Absent,
    /// The response has the header, but its value is malformed.
    Malformed,
    /// The value of the header.
    Value(T),
}

/// Fetches a token and looks up a customer with it, once each.
pub(crate) async fn diagnose(client: &Shared, number: CustomerNumber) -> Diagnosis {
    let deadline = client.options.deadline_from_now();
    let (token, fetched) = fetch(client, deadline).await;
    let Some((sendable, token_lifetime)) = fetched else {
        return Diagnosis { token, token_lifetime: None, lookup: None };
    };
    let lookup = look_up(client, number, &sendable, deadline).await;
    Diagnosis { token, token_lifetime, lookup: Some(lookup) }
}

async fn fetch(client: &Shared, deadline: Instant) -> (Probe, Option<(Token, Option<Duration>)>) {
    let endpoint = client.token_endpoint.as_ref().filter(|_| !client.has_token_source);
    let began = Instant::now();
    let mut probe = Probe { server: endpoint.map(|endpoint| server(&endpoint.url)), ..Probe::default() };
    let fetched = runtime::inside(async {
        match endpoint {
            Some(endpoint) => {
                let asked = timeout_at(deadline, ask(endpoint, &mut probe.response)).await;
                asked.unwrap_or_else(|_| Err(Error::new(Kind::Timeout)))?.into_sendable()
            }
            None => Ok((client.tokens()?.token_by(deadline).await?, None)),
        }
    })
    .await;
    probe.took = began.elapsed();
    match fetched {
        Ok(token) => (probe, Some(token)),
        Err(error) => {
            probe.error = Some(error.while_fetching_token());
            (probe, None)
        }
    }
}

async fn ask(endpoint: &TokenEndpoint, head: &mut Option<ResponseHead>) -> Result<AccessToken> {
    let sent = SystemTime::now();
    let response = endpoint.send("client_credentials", &[]).await?;
    *head = Some(ResponseHead::read(&response, sent));
    TokenEndpoint::read(response).await?.access
}

async fn look_up(client: &Shared, number: CustomerNumber, token: &Token, deadline: Instant) -> Probe {
    let began = Instant::now();
    let mut probe = Probe { server: Some(server(&client.connection.base_url)), ..Probe::default() };
    let mut attempts = 0;
    let outcome = runtime::inside(async {
        let mut permit = client.limiter.acquire(deadline).await.map_err(Error::exhausted)?;
        let until = client.options.attempt_until(permit.sent(), deadline);
        let lookup = GetCustomerInfo::new(number);
        let build = |connection: &_| lookup.request(connection).map_err(request_error);
        let sending = async {
            let sent = SystemTime::now();
            let sending = send(client, token.clone().into_authorization(), None, &build)?;
            attempts = 1;
            let response = sending.await?;
            probe.response = Some(ResponseHead::read(&response, sent));
            Ok(response)
        };
        let info = CallInfo::of::<GetCustomerInfo>(client.name.as_ref());
        attempt(&mut permit, until, sending, &mut |success| believe(&lookup, info, success).map(drop)).await
    })
    .await;
    probe.took = began.elapsed();
    probe.error = outcome.err().map(|error| error.in_operation(GetCustomerInfo::INFO.id, attempts));
    probe
}

/// Returns the scheme, host and port of a URL, without its path and password.
fn server(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl ResponseHead {
    /// Reads the status and headers of a response. `sent` is the time at which the request was sent, by this machine's
    /// clock.
    fn read(response: &Response, sent: SystemTime) -> Self {
        let received = SystemTime::now();
        let headers = response.headers();
        let rate = headers::feedback(response);
        Self {
            status: response.status().as_u16(),
            clock_skew_seconds: headers::date_of(headers).map(|date| skew(sent, received, date)),
            rate_remaining: Header::of(headers, &REMAINING, rate.remaining),
            rate_reset: Header::of(headers, &RESET, rate.reset),
            api_version: Header::of(headers, &VERSION, version(headers)),
        }
    }
}

fn version(headers: &HeaderMap) -> Option<String> {
    let text = headers::text(headers, &VERSION)?;
    let is_version = !text.is_empty()
        && text.len() <= 20
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_version.then(|| text.to_owned())
}

/// Returns the skew in seconds. Upstream wrote the date at some time between `sent` and `received`, and rounded it down
/// to a second. The skew is 0 if the date matches a time between `sent` and `received`.
fn skew(sent: SystemTime, received: SystemTime, date: SystemTime) -> i64 {
    let ahead = sent.duration_since(date + Duration::from_secs(1)).unwrap_or_default();
    let behind = date.duration_since(received).unwrap_or_default();
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    seconds(ahead) - seconds(behind)
}

impl<T> Header<T> {
    fn of(headers: &HeaderMap, name: &HeaderName, value: Option<T>) -> Self {
        match value {
            Some(value) => Self::Value(value),
            None if headers.contains_key(name) => Self::Malformed,
            None => Self::Absent,
        }
    }

    /// Returns the value of the header, if it is present and well-formed.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Malformed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(milliseconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(milliseconds)
    }

    #[test]
    fn transit_time_does_not_count_as_clock_skew() {
        // By our clock, the request is sent at 100.2 s, and the response is received at 103.9 s.
        let skew = |date: u64| skew(at(100_200), at(103_900), at(date * 1_000));
        for date in 99..=104 {
            assert_eq!(skew(date), 0, "{date}");
        }
        assert_eq!((skew(40), skew(400)), (59, -296));
    }

    #[test]
    fn a_header_is_absent_malformed_or_says_something() {
        let mut headers = HeaderMap::new();
        assert_eq!(Header::of(&headers, &VERSION, version(&headers)), Header::Absent);
        for (text, expected) in [
            ("1.2.3", Header::Value("1.2.3".to_owned())),
            ("Kari Nordmann", Header::Malformed),
            ("", Header::Malformed),
            ("1234567890.1234567890", Header::Malformed),
        ] {
            headers.insert(&VERSION, text.parse().unwrap());
            assert_eq!(Header::of(&headers, &VERSION, version(&headers)), expected, "{text}");
        }
    }
}
