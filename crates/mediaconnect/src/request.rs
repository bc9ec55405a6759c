//! Any other endpoint of Connect, with the client's token, rate, deadline and privacy.

mod header;
mod path;
mod response;

use std::fmt;
use std::sync::Arc;

use mediaconnect_api::Connection;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::response::Response;
use crate::call::Call;
use crate::call_info::CallInfo;
use crate::error::{Error, Result};
use crate::pipeline::{Caller, call, not_answered};
use crate::proof::{Success, believe_any};
use crate::shared::Shared;
use crate::telemetry;
use crate::token::UserToken;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to an endpoint that the contract does not have; get it from [`Client::request`](crate::Client::request).
///
/// It is made with the client's token. A request that may have been applied is not repeated, unless it is a GET or
/// [`safe_to_repeat`](Self::safe_to_repeat) says that it can be.
#[must_use = "a request does nothing unless it is sent"]
pub struct Request {
    client: Arc<Shared>,
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    user: Option<UserToken>,
    safe_to_repeat: bool,
    /// Why it cannot be sent.
    refused: Option<Error>,
}

impl Request {
    pub(crate) fn new(client: Arc<Shared>, method: Method, path: String) -> Self {
        Self {
            client,
            method,
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            body: None,
            user: None,
            safe_to_repeat: method == Method::Get,
            refused: None,
        }
    }

    /// Adds parameters to the query: a struct, a map or pairs, whose values are texts, numbers or booleans.
    ///
    /// They are percent-encoded. A field that is `None` is left out. A query in the path stays before them.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// # use mediaconnect::Method;
    /// let request = client.request(Method::Get, "/v1/client/events").query(&[("page", 2), ("size", 100)]);
    /// let events: serde_json::Value = request.send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "pagination")]
    pub fn query(mut self, parameters: &impl Serialize) -> Self {
        // The serializer's own message may quote what it could not serialize.
        match serde_urlencoded::to_string(parameters) {
            Ok(query) if query.is_empty() => {}
            Ok(query) => {
                if !self.query.is_empty() {
                    self.query.push('&');
                }
                self.query.push_str(&query);
            }
            Err(_) => self.refuse(Error::configuration(
                "the query cannot be written: expected a struct, a map or pairs of simple values",
            )),
        }
        self
    }

    /// Adds a header. The value is hidden from logs, as it may be personal.
    ///
    /// Headers that the client sets itself are refused, `Authorization` among them: [`send`](Self::send) then fails with
    /// [`is_configuration`](Error::is_configuration) and nothing is sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Err(error) = header::add(&mut self.headers, name, value) {
            self.refuse(error);
        }
        self
    }

    /// Sends a body as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // The serializer's own message may quote what it could not serialize.
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body),
            Err(_) => self.refuse(Error::configuration("the body cannot be written as JSON")),
        }
        self
    }

    /// Keeps the first reason.
    fn refuse(&mut self, error: Error) {
        self.refused.get_or_insert(error);
    }

    /// Makes the request in user mode.
    pub fn as_user(mut self, user: &UserToken) -> Self {
        self.user = Some(user.clone());
        self
    }

    /// Says that a second arrival of the request changes nothing, so that it may be repeated. A GET always may.
    pub fn safe_to_repeat(mut self) -> Self {
        self.safe_to_repeat = true;
        self
    }

    /// Sends it and decodes the JSON of the response; an empty body counts as `null`.
    ///
    /// If the JSON does not fit the type, the error names the field by the type's own names, such as
    /// `unexpected text at items[0].kind`. It never has a key or a value of the response: `?` stands for a key that no type has.
    ///
    /// # Errors
    /// [`is_configuration`](Error::is_configuration) when the path, the query, a header or the body is refused.
    /// [`is_unreadable`](Error::is_unreadable) also when an object has a key twice, or when the JSON would take more than
    /// 224 MiB as a `serde_json::Value`. And what every call can meet.
    ///
    /// The path must mean the same to each server that reads it, and stay below the base URL. It begins with a slash,
    /// and may have a query, but no fragment. Percent-encode its values; beyond ASCII it may have letters only. Refused
    /// are segments that are empty (except the last), `.` or `..`, and slashes, backslashes, semicolons, question marks,
    /// hashes and control characters within a segment, all of them also percent-encoded, and also encoded several
    /// times. So is an encoding that is not UTF-8. The query is not looked into.
    pub fn send<T: DeserializeOwned + Send + 'static>(self) -> Call<T> {
        self.send_and_read(believe_any::<T>)
    }

    /// Sends it as [`send`](Self::send) does, and returns status and headers beside the body.
    ///
    /// A status that is no success is an error, as everywhere: [`Error::status_code`] has it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_with_headers<T: DeserializeOwned + Send + 'static>(self) -> Call<Response<T>> {
        self.send_and_read(|success| {
            let body = believe_any::<T>(success)?;
            Ok(Response { status: success.status, headers: success.headers.clone(), body })
        })
    }

    fn send_and_read<T: Send + 'static>(self, read: fn(&Success<'_>) -> Result<T>) -> Call<T> {
        let Self { client, method, path, query, headers, body, user, safe_to_repeat, refused } = self;
        Call::new(client.options, async move |terms| {
            let traits = CallInfo {
                id: "request",
                method: method.as_str(),
                path: None,
                safe_to_repeat,
                client: client.name.as_ref(),
            };
            let not_sent = |error: Error| error.in_operation(traits.id, 0);
            path::check(&path).map_err(not_sent)?;
            refused.map_or(Ok(()), Err).map_err(not_sent)?;
            let target = with_query(path, &query);
            let caller = user.map_or(Caller::Client, Caller::User);
            let span = telemetry::request_span(traits);
            // Nobody knows what it may change.
            #[cfg(feature = "cache")]
            let change = (method != Method::Get).then(|| crate::cache::Change::of_anything(&client.cache));
            let build = |connection: &Connection| {
                let url = format!("{}{target}", connection.base_url.as_str().trim_end_matches('/'));
                let request = match method {
                    Method::Get => connection.http.get(url),
                    Method::Post => connection.http.post(url),
                    Method::Put => connection.http.put(url),
                    Method::Patch => connection.http.patch(url),
                    Method::Delete => connection.http.delete(url),
                };
                let request = request.headers(headers.clone());
                let request = match &body {
                    Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
                    None => request,
                };
                request.build().map_err(|error| not_answered(error.into()))
            };
            let outcome = call(&client, traits, &caller, terms, span, &build, read).await;
            #[cfg(feature = "cache")]
            crate::cache::Change::end(change).await;
            outcome
        })
    }
}

/// A path that may have a query of its own, with another one behind it.
fn with_query(mut path: String, query: &str) -> String {
    if !query.is_empty() {
        path.push(match path.split_once('?') {
            None => '?',
            Some(_) => '&',
        });
        path.push_str(query);
    }
    path
}

/// Hides path and body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("safe_to_repeat", &self.safe_to_repeat)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    #[tokio::test]
    async fn a_path_that_no_request_line_can_hold_is_refused_and_not_sent() {
        let client = Client::builder().base_url("http://127.0.0.1:1").build().unwrap();
        let path = format!("/{}", "canary".repeat(11_000));
        let (user, body) = (UserToken::new("token"), serde_json::json!({}));
        let call = client.request(Method::Post, path).json(&body).as_user(&user).send::<()>();
        let error = call.await.unwrap_err();
        assert!(error.is_configuration() && !error.is_outcome_unknown(), "{error}");
        assert!(!format!("{error:?}").contains("canary"));
    }
}
