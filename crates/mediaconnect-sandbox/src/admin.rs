//! The routes under `/admin`, for front ends and other languages.
//!
//! | request | effect |
//! |---|---|
//! | `GET /admin/customers` | returns all customers, in the form of a [seed] |
//! | `POST /admin/customers` | adds a customer or a list of customers; replaces those with the same number |
//! | `DELETE /admin/customers`, `DELETE /admin/customers/100200` | removes all customers, or one |
//! | `GET /admin/faults` | returns all faults. Each has its keys, its `id`, and in `happened` the number of requests that it affected |
//! | `POST /admin/faults` | adds a fault or a list of faults; [`Fault`] documents the keys |
//! | `DELETE /admin/faults`, `DELETE /admin/faults/3` | removes all faults, or the one with that `id` |
//! | `GET /admin/requests` | returns the latest requests without headers: at most 10,000, and fewer if they and their responses need more than 8 MiB. `at` is a Unix timestamp in milliseconds. Once a request has ended, it has its duration in `milliseconds`, and a `status` that is null if the connection was reset |
//! | `DELETE /admin/requests` | removes all requests |
//!
//! Bodies are JSON. An invalid request gets a 400 whose `error` has the reason. The routes only respond to the machine
//! that the sandbox runs on, and not to pages of another origin.
//!
//! A proxy on the same machine must not forward these routes, because everyone who can reach the proxy could then use
//! them. The sandbox refuses a proxy only if the proxy sends the header `Forwarded`, `Via` or `X-Forwarded-For`. With
//! its default settings, nginx sends none of them.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::guard;
use crate::log::MAX_REQUESTS;
use crate::message::{Request, Response, header, response};
use crate::seed;
use crate::state::State;

/// The name under which [`Handled`](crate::Handled) reports a request for these routes.
pub(crate) const NAME: &str = "admin";

pub(crate) fn is_for(request: &Request) -> bool {
    request.uri().path().starts_with("/admin/")
}

pub(crate) fn respond(state: &State, request: &Request) -> Response {
    let refused = |(status, why)| (status, json!({ "error": why }).to_string());
    let (status, body) = handled(state, request).unwrap_or_else(refused);
    response(status, "application/json", body)
}

type Refusal = (u16, String);

fn handled(state: &State, request: &Request) -> Result<(u16, String), Refusal> {
    if let Some(why) = guard::refusal(request) {
        return Err((403, why.to_owned()));
    }
    let State { customers, faults, log, operations, .. } = state;
    let done = (204, String::new());
    match (request.method().as_str(), request.uri().path()) {
        ("GET", "/admin/customers") => Ok((200, customers.to_json())),
        ("POST", "/admin/customers") => {
            let value = one_or_more(body(request)?);
            let all = seed::customers(&value).map_err(|(at, why)| (400, format!("{at}: {why}")))?;
            for customer in all {
                customers.put(customer);
            }
            Ok(done)
        }
        ("DELETE", "/admin/customers") => {
            customers.clear();
            Ok(done)
        }
        ("DELETE", path) if path.starts_with("/admin/customers/") => {
            let is_removed = last(path).is_some_and(|number| customers.remove(number));
            if is_removed { Ok(done) } else { Err((404, "there is no such customer".to_owned())) }
        }
        ("GET", "/admin/faults") => Ok((200, faults.to_json().to_string())),
        ("POST", "/admin/faults") => {
            let all: Vec<Fault> = read(one_or_more(body(request)?))?;
            all.iter().try_for_each(|fault| fault.check(operations)).map_err(|why| (400, why))?;
            for fault in all {
                faults.add(fault);
            }
            Ok(done)
        }
        ("DELETE", "/admin/faults") => {
            faults.clear();
            Ok(done)
        }
        ("DELETE", path) if path.starts_with("/admin/faults/") => {
            let is_removed = last(path).is_some_and(|id| faults.remove(id));
            if is_removed { Ok(done) } else { Err((404, "there is no such fault".to_owned())) }
        }
        ("GET", "/admin/requests") => Ok((200, log.to_json(MAX_REQUESTS).to_string())),
        ("DELETE", "/admin/requests") => {
            log.clear();
            Ok(done)
        }
        _ => Err((404, "no such route; use /admin/customers, /admin/faults or /admin/requests".to_owned())),
    }
}

/// Parses the last segment of a path.
fn last<T: FromStr>(path: &str) -> Option<T> {
    path.rsplit('/').next()?.parse().ok()
}

fn body(request: &Request) -> Result<Value, Refusal> {
    let is_json = header(request, "content-type").is_some_and(|value| value.starts_with("application/json"));
    if !is_json {
        return Err((400, "Content-Type: application/json is expected".to_owned()));
    }
    serde_json::from_slice(request.body()).map_err(|error| {
        (400, format!("the body is not JSON: line {} column {}", error.line(), error.column()))
    })
}

fn one_or_more(body: Value) -> Value {
    if body.is_array() { body } else { json!([body]) }
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|error| (400, error.to_string()))
}
