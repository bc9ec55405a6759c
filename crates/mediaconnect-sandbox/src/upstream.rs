//! What upstream does with a request, from the request line to the last header.

use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::admin;
use crate::answer::{Answer, Format};
use crate::contract::{Operation, Operations};
use crate::customers::{Change, Customers, Search};
use crate::faults::{Effect, Faults};
use crate::message::{Request, Response, header, set};
use crate::observer::{Handled, Observer};
use crate::quirks::Quirks;
use crate::rate::Rate;
use crate::received::{Log, Received, TOKEN};
use crate::token::Tokens;

pub(crate) const BASE_PATH: &str = "/capi";
pub(crate) const TOKEN_PATH: &str = "/login/oauth/token";

/// The one access token of user mode.
pub(crate) const USER_TOKEN: &str = "sandbox-user-token";

/// The state behind one sandbox.
pub(crate) struct Upstream {
    pub(crate) tokens: Tokens,
    pub(crate) customers: Customers,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) rate: Rate,
    pub(crate) quirks: Quirks,
    /// The customer whom the user token belongs to.
    pub(crate) user: i64,
    /// Whether `/admin` is there.
    pub(crate) admin: bool,
    pub(crate) observer: Option<Observer>,
}

/// What becomes of a request.
pub(crate) enum Outcome {
    Answer(Response),
    /// The connection ends in the middle of the body.
    CutOff(Response),
    /// The connection is reset.
    Reset,
}

/// The operation that a request is, and the values in its path.
type Found<'p> = Result<(&'static Operation, Vec<&'p str>), Answer>;

impl Upstream {
    /// Does with a request what is to be done, when it is to be done.
    pub(crate) async fn handle(&self, request: Request) -> Outcome {
        let started = Instant::now();
        let (operation, delay, outcome) = if self.admin && admin::is_for(&request) {
            (Some(admin::NAME), Duration::ZERO, Outcome::Answer(admin::respond(self, &request)))
        } else {
            self.react(&request)
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if let Some(observer) = &self.observer {
            observer.tell(&Handled { operation, status: outcome.status(), duration: started.elapsed() });
        }
        outcome
    }

    fn react(&self, request: &Request) -> (Option<&'static str>, Duration, Outcome) {
        let found = find(request);
        let (operation, parameters) = match &found {
            None => (Some(TOKEN), Vec::new()),
            Some(Ok((operation, values))) => (Some(operation.id.as_str()), operation.parameters(values)),
            Some(Err(_)) => (None, Vec::new()),
        };
        self.log.add(Received::new(operation, parameters, request));

        let fault = self.faults.next(operation);
        let delay = fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let respond = || match found {
            None => self.tokens.respond(request),
            Some(found) => self.respond(request, found),
        };
        let outcome = match fault.and_then(|fault| fault.effect()) {
            None => Outcome::Answer(respond()),
            Some(Effect::Answer(answer)) => Outcome::Answer(answer),
            Some(Effect::Reset) => Outcome::Reset,
            Some(Effect::CutOff) => Outcome::CutOff(respond()),
            Some(Effect::Truncated) => Outcome::Answer(respond().map(|body| body.slice(..body.len() / 2))),
            Some(Effect::ExpiredToken) => {
                self.tokens.expire_all();
                Outcome::Answer(Answer::invalid_token("The access token has expired.").write(Format::Json))
            }
        };
        (operation, delay, outcome)
    }

    fn respond(&self, request: &Request, found: Found<'_>) -> Response {
        let format = Format::accepted(request.headers(), self.quirks);
        // Of the shapes, XML has only one.
        let quirks = if format == Format::Json { self.quirks } else { Quirks::none() };
        let remaining = self.rate.count();
        let answer = match remaining.refused {
            Some(_) => Err(Answer::too_many_requests()),
            None => found.and_then(|(operation, values)| self.answer(operation, &values, request, quirks)),
        };
        let answer = answer.unwrap_or_else(|refusal| refusal);
        let mut response = answer.write(format);
        if !answer.is_connects {
            return response;
        }
        let headers = response.headers_mut();
        if let Some(seconds) = remaining.refused {
            // Not documented. Without it, nothing would tell a used up second from a used up minute.
            set(headers, "retry-after", &seconds.to_string());
        }
        set(headers, "x-ratelimit-remaining", &remaining.requests.to_string());
        set(headers, "x-ratelimit-reset", &remaining.seconds.to_string());
        set(headers, "x-mediaconnect-api-version", "1.2.3");
        response
    }

    fn answer(
        &self,
        operation: &Operation,
        path_values: &[&str],
        request: &Request,
        quirks: Quirks,
    ) -> Result<Answer, Answer> {
        self.authorize(operation, request)?;
        let body = operation.checked_body(request)?;
        match operation.id.as_str() {
            "getCustomerInfo" => self.info(positive(path_values)?, quirks),
            "getOwnCustomerInfo" => self.info(self.user, quirks),
            "searchCustomers" => {
                operation.check_without_blanks(&body)?;
                Ok(self.search(&read(body)?, quirks))
            }
            "changeOwnCustomerInfo" => {
                self.customers.change(self.user, read::<Change>(body)?);
                Ok(success())
            }
            "changeExternalReference" => {
                let (number, code) = external_reference(path_values)?;
                let changed = self.customers.change_external_reference(number, &code, read(body)?);
                changed.map(|()| success()).ok_or_else(Answer::no_such_reference)
            }
            "removeExternalReference" => {
                let (number, code) = external_reference(path_values)?;
                let removed = self.customers.remove_external_reference(number, &code);
                removed.map(|()| success()).ok_or_else(Answer::no_such_reference)
            }
            unknown => Err(Answer::not_implemented(unknown)),
        }
    }

    /// Client mode takes what the token endpoint issued, user mode the user token; neither takes the other's.
    fn authorize(&self, operation: &Operation, request: &Request) -> Result<(), Answer> {
        let (scheme, token) = header(request, "authorization")
            .and_then(|value| value.split_once(' '))
            .ok_or_else(|| Answer::invalid_token("No access token was sent."))?;
        let valid = scheme.eq_ignore_ascii_case("Bearer")
            && if operation.user_mode { token == USER_TOKEN } else { self.tokens.is_valid(token) };
        if valid {
            Ok(())
        } else {
            Err(Answer::invalid_token("The access token is unknown, expired, or not for this operation."))
        }
    }

    fn info(&self, number: i64, quirks: Quirks) -> Result<Answer, Answer> {
        let info = self.customers.info(number, quirks).ok_or_else(Answer::no_such_customer)?;
        Ok(Answer::ok("customerInfo", info))
    }

    fn search(&self, search: &Search, quirks: Quirks) -> Answer {
        Answer::ok("customerSearch", json!({ "customers": self.customers.search(search, quirks) }))
    }
}

impl Outcome {
    /// The status that is sent, if any is.
    fn status(&self) -> Option<u16> {
        match self {
            Self::Answer(answer) | Self::CutOff(answer) => Some(answer.status().as_u16()),
            Self::Reset => None,
        }
    }
}

/// `None` for the token endpoint.
fn find(request: &Request) -> Option<Found<'_>> {
    let path = request.uri().path();
    if path == TOKEN_PATH {
        return None;
    }
    let path = path.strip_prefix(BASE_PATH).unwrap_or_default();
    Some(Operations::of_the_contract().find(request.method().as_str(), path))
}

fn success() -> Answer {
    Answer::ok("response", json!({ "success": true }))
}

/// The customer number and the code in the path.
fn external_reference(path_values: &[&str]) -> Result<(i64, String), Answer> {
    let number = positive(path_values)?;
    let code = path_values.get(1).map(|code| percent_decode_str(code).decode_utf8());
    match code {
        Some(Ok(code)) if !code.is_empty() => Ok((number, code.into_owned())),
        _ => Err(Answer::bad_request("referenceCode: a text is expected")),
    }
}

/// The customer number in the path. Digits only: Rust would read a plus sign too.
fn positive(path_values: &[&str]) -> Result<i64, Answer> {
    let digits = path_values.first().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|text| text.parse().ok()).filter(|number| *number > 0);
    number.ok_or_else(|| Answer::bad_request("customerNumber: a positive integer is expected"))
}

/// A body that fits the contract, as the type that the sandbox has for it.
fn read<T: DeserializeOwned>(body: Value) -> Result<T, Answer> {
    // Left to go wrong: a number beyond 64 bits, and a field that is new in the contract.
    serde_json::from_value(body).map_err(|_| Answer::bad_request("body: more than the sandbox can hold"))
}
