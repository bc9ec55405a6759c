//! Requests to endpoints outside the contract.

mod path;
mod response;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use mediaconnect_api::Connection;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::response::Response;
use crate::added_header;
use crate::call::Call;
use crate::call_info::CallInfo;
use crate::error::{Error, Result};
use crate::pipeline::{Caller, call, request_error};
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
    /// Returns the method in upper case.
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

/// Parses a method in upper case.
impl FromStr for Method {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let methods = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];
        methods.into_iter().find(|method| method.as_str() == text).ok_or_else(|| {
            Error::configuration("the HTTP method is unknown: expected GET, POST, PUT, PATCH or DELETE")
        })
    }
}

/// A request to an endpoint outside the contract. Get it from [`Client::request`](crate::Client::request).
///
/// It uses the client's token. A failed request that may have been applied is retried only if it is a GET or
/// [`safe_to_retry`](Self::safe_to_retry) was called.
#[must_use = "a request does nothing unless it is sent"]
pub struct Request {
    client: Arc<Shared>,
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    user: Option<UserToken>,
    safe_to_retry: bool,
    /// The first reason why the request cannot be sent.
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
            safe_to_retry: method == Method::Get,
            refused: None,
        }
    }

    /// Adds query parameters: a struct, a map or pairs. The values must be strings, numbers or booleans.
    ///
    /// The parameters are percent-encoded, and appended to the query of the path if there is one. Fields that are
    /// `None` are left out.
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
        // The serializer's own message is dropped, because it may quote the value.
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

    /// Adds a header. The value is hidden from logs, because it may be personal data.
    ///
    /// Headers that the client sets itself, such as `Authorization`, are refused. If a header is refused,
    /// [`send`](Self::send) sends nothing and fails with [`is_configuration`](Error::is_configuration).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Err(error) = added_header::add(&mut self.headers, name, value) {
            self.refuse(error);
        }
        self
    }

    /// Sets the body, which is sent as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // The serializer's own message is dropped, because it may quote the value.
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body),
            Err(_) => self.refuse(Error::configuration("the body cannot be written as JSON")),
        }
        self
    }

    /// Records the reason why the request cannot be sent. Only the first reason is kept.
    fn refuse(&mut self, error: Error) {
        self.refused.get_or_insert(error);
    }

    /// Sends the request with the token of a user.
    pub fn as_user(mut self, user: &UserToken) -> Self {
        self.user = Some(user.clone());
        self
    }

    /// Allows retries even if the request may have been applied. Call this only if applying the request twice does no
    /// harm. A GET is always retried.
    #[doc(alias = "retry")]
    #[doc(alias = "idempotent")]
    pub fn safe_to_retry(mut self) -> Self {
        self.safe_to_retry = true;
        self
    }

    /// Sends the request and decodes the JSON of the response.
    ///
    /// An empty body counts as `null` if the header `X-Mediaconnect-Api-Version` proves that Connect sent it. Any other
    /// empty body is an error, because any server can send one. Statuses other than 200, 201, 202 and 204 are errors.
    ///
    /// If the content of the response does not matter, decode it into [`serde::de::IgnoredAny`]. `()` accepts only
    /// `null` and an empty body. Any other JSON is then an error, although the request was applied.
    ///
    /// If the JSON does not decode into the type, the error contains the path of the field, such as `unexpected text at
    /// items[0].kind`. The path uses only the type's own field names. `?` stands for any other key, so the error never
    /// contains a key or value of the response.
    ///
    /// # Errors
    /// Returns [`is_configuration`](Error::is_configuration) if the path, the query, a header or the body is refused.
    /// Also returns the errors that every call can return. [`is_decode`](Error::is_decode) has two more causes for this
    /// method: an object in the response has a key twice, or the JSON would need more than 224 MiB as a
    /// `serde_json::Value`.
    ///
    /// The path must begin with a slash, and may have a query, but no fragment. Percent-encode the values in it. Of the
    /// characters outside ASCII, only letters are allowed. The path must stay below the base URL, and every server must
    /// read the path in the same way. The following are therefore refused, even if they are percent-encoded once or
    /// several times:
    /// - a segment that is empty (except the last one), `.` or `..`;
    /// - a slash, backslash, semicolon, question mark, hash or control character within a segment;
    /// - percent-encoded bytes that are not UTF-8.
    ///
    /// In the query, only spaces, control characters, backslashes and hashes are refused.
    pub fn send<T: DeserializeOwned + Send + 'static>(self) -> Call<T> {
        self.send_and_read(believe_any::<T>)
    }

    /// Sends the request as [`send`](Self::send) does, and also returns the status and headers.
    ///
    /// If the status is not a success, the call returns an error. [`Error::status_code`] returns the status of this
    /// error.
    ///
    /// # Errors
    /// Returns the same errors as [`send`](Self::send).
    pub fn send_with_headers<T: DeserializeOwned + Send + 'static>(self) -> Call<Response<T>> {
        self.send_and_read(|success| {
            let body = believe_any::<T>(success)?;
            Ok(Response { status: success.status, headers: success.headers.clone(), body })
        })
    }

    fn send_and_read<T: Send + 'static>(self, read: fn(&Success<'_>) -> Result<T>) -> Call<T> {
        let Self { client, method, path, query, headers, body, user, safe_to_retry, refused } = self;
        let call = Call::new(client.options, async move |mut context| {
            let traits = CallInfo {
                id: "request",
                method: method.as_str(),
                path: None,
                safe_to_retry,
                client: client.name.as_ref(),
            };
            let not_sent = |error: Error| error.in_operation(traits.id, 0);
            path::check(&path).map_err(not_sent)?;
            refused.map_or(Ok(()), Err).map_err(not_sent)?;
            let target = with_query(path, &query);
            let caller = user.map_or(Caller::Client, Caller::User);
            let span = telemetry::request_span(traits);
            // The client does not know which data the request changes, so the whole cache is cleared.
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
                request.build().map_err(|error| request_error(error.into()))
            };
            let outcome = call(&client, &traits, &caller, &mut context, span, &build, read).await;
            #[cfg(feature = "cache")]
            crate::cache::Change::end(change).await;
            outcome
        });
        call.unsafe_if(!safe_to_retry)
    }
}

/// Appends a query to a path, which may already have one.
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

/// Hides the path and the body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("safe_to_retry", &self.safe_to_retry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    #[test]
    fn a_method_is_parsed_from_its_upper_case_name() {
        for method in [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete] {
            assert_eq!(method.as_str().parse::<Method>().unwrap(), method);
        }
        for unknown in ["", "get", "GET ", "CANARY"] {
            let error = unknown.parse::<Method>().unwrap_err();
            assert!(error.is_configuration() && !error.to_string().contains("CANARY"), "{error}");
        }
    }

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
