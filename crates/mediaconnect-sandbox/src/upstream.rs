//! What upstream does with a request, from the request line to the last header.

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use crate::answer::{Answer, Format};
use crate::contract::{Operation, Operations};
use crate::customers::{Change, Customers, Search};
use crate::rate::RateWindow;
use crate::received::Log;
use crate::shapes::Shapes;
use crate::token::Tokens;

pub(crate) const BASE_PATH: &str = "/capi";
pub(crate) const TOKEN_PATH: &str = "/login/oauth/token";

/// The one access token of user mode, and the customer it belongs to: that of upstream's documentation.
pub(crate) const USER_TOKEN: &str = "sandbox-user-token";
const USER: i64 = 563_457;

/// The state behind one sandbox.
pub(crate) struct Upstream {
    pub(crate) tokens: Tokens,
    pub(crate) customers: Customers,
    pub(crate) log: Log,
    operations: &'static Operations,
    shapes: Shapes,
    rate: RateWindow,
}

impl Upstream {
    pub(crate) fn new(shapes: Shapes, tokens: Tokens, customers: Customers, rate: RateWindow) -> Self {
        Self {
            tokens,
            customers,
            log: Log::default(),
            operations: Operations::of_the_contract(),
            shapes,
            rate,
        }
    }

    pub(crate) fn respond(&self, request: &Request) -> ResponseTemplate {
        if request.url.path() == TOKEN_PATH {
            self.log.add_token_request(request);
            return self.tokens.respond(request);
        }
        let path = request.url.path().strip_prefix(BASE_PATH).unwrap_or_default();
        let found = self.operations.find(request.method.as_str(), path);
        self.log.add(found.as_ref().ok().map(|(operation, _)| operation.id.as_str()), request);

        let format = Format::accepted(&request.headers);
        let shapes = match format {
            Format::Json => self.shapes,
            Format::Xml => Shapes::Documented,
        };
        let answer = found.and_then(|(operation, values)| self.answer(operation, &values, request, shapes));
        let response = answer.unwrap_or_else(|refusal| refusal).write(format);

        let remaining = self.rate.count();
        response
            .insert_header("X-RateLimit-Remaining", remaining.requests.to_string())
            .insert_header("X-RateLimit-Reset", remaining.seconds.to_string())
            .insert_header("X-Mediaconnect-Api-Version", "1.2.3")
    }

    fn answer(
        &self,
        operation: &Operation,
        path_values: &[&str],
        request: &Request,
        shapes: Shapes,
    ) -> Result<Answer, Answer> {
        self.authorize(operation, request)?;
        let body = operation.checked_body(request)?;
        match operation.id.as_str() {
            "getCustomerInfo" => self.info(positive(path_values)?, shapes),
            "getOwnCustomerInfo" => self.info(USER, shapes),
            "searchCustomers" => {
                operation.check_without_blanks(&body)?;
                Ok(self.search(&read(body)?, shapes))
            }
            "changeOwnCustomerInfo" => {
                self.customers.change(USER, read::<Change>(body)?);
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
        let header = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let (scheme, token) = header
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

    fn info(&self, number: i64, shapes: Shapes) -> Result<Answer, Answer> {
        let info = self.customers.info(number, shapes).ok_or_else(Answer::no_such_customer)?;
        Ok(Answer::ok("customerInfo", info))
    }

    fn search(&self, search: &Search, shapes: Shapes) -> Answer {
        Answer::ok("customerSearch", json!({ "customers": self.customers.search(search, shapes) }))
    }
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
