//! Any other endpoint of Connect, with the client's token, rate, deadline and privacy.

mod path;

use std::fmt;
use std::sync::Arc;

use mediaconnect_api::Connection;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::call_info::CallInfo;
use crate::error::{Error, Result};
use crate::pipeline::{Caller, call, not_answered};
use crate::proof::believe_any;
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
/// It is made with the client's token, and is not repeated when it may have been applied, unless
/// [`safe_to_repeat`](Self::safe_to_repeat) says that it can be.
#[must_use = "a request does nothing unless it is sent"]
pub struct Request {
    client: Arc<Shared>,
    method: Method,
    path: String,
    body: Option<Result<Vec<u8>>>,
    user: Option<UserToken>,
    safe_to_repeat: bool,
}

impl Request {
    pub(crate) fn new(client: Arc<Shared>, method: Method, path: String) -> Self {
        Self { client, method, path, body: None, user: None, safe_to_repeat: false }
    }

    /// Sends a body as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // The serializer's own message may quote what it could not serialize.
        let body = serde_json::to_vec(body);
        self.body = Some(body.map_err(|_| Error::configuration("the body cannot be written as JSON")));
        self
    }

    /// Makes the request in user mode.
    pub fn as_user(mut self, user: &UserToken) -> Self {
        self.user = Some(user.clone());
        self
    }

    /// Says that a second arrival of the request changes nothing, so that it may be repeated.
    pub fn safe_to_repeat(mut self) -> Self {
        self.safe_to_repeat = true;
        self
    }

    /// Sends it and decodes the JSON of the answer; an empty body counts as `null`.
    ///
    /// # Errors
    /// [`is_configuration`](Error::is_configuration) when the path is refused.
    /// [`is_unreadable`](Error::is_unreadable) also when an object has a key twice, or when the JSON would take more than
    /// 224 MiB as a `serde_json::Value`. And what every call can meet.
    ///
    /// The path must mean the same to each server that reads it, and stay below the base URL. It begins with a slash,
    /// and may have a query, but no fragment. Percent-encode its values; beyond ASCII it may have letters only. Refused
    /// are segments that are empty (except the last), `.` or `..`, and slashes, backslashes, semicolons, question marks,
    /// hashes and control characters within a segment, all of them also percent-encoded, and also encoded several
    /// times. So is an encoding that is not UTF-8. The query is not looked into.
    pub fn send<T: DeserializeOwned + Send + 'static>(self) -> Call<T> {
        let Self { client, method, path, body, user, safe_to_repeat } = self;
        let traits = CallInfo { id: "request", method: method.as_str(), path: None, safe_to_repeat };
        Call::new(client.options, async move |terms| {
            let not_sent = |error: Error| error.in_operation(traits.id, 0);
            path::check(&path).map_err(not_sent)?;
            let body = body.transpose().map_err(not_sent)?;
            let caller = user.map_or(Caller::Client, Caller::User);
            let span = telemetry::request_span(traits);
            // What else it may change is not known.
            #[cfg(feature = "cache")]
            let _forgets = (method != Method::Get).then(|| crate::cache::Change::of_anything(&client.cache));
            let build = |connection: &Connection| {
                let url = format!("{}{path}", connection.base_url.as_str().trim_end_matches('/'));
                let request = match method {
                    Method::Get => connection.http.get(url),
                    Method::Post => connection.http.post(url),
                    Method::Put => connection.http.put(url),
                    Method::Patch => connection.http.patch(url),
                    Method::Delete => connection.http.delete(url),
                };
                let request = match &body {
                    Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
                    None => request,
                };
                request.build().map_err(|error| not_answered(error.into()))
            };
            call(&client, traits, &caller, terms, span, &build, believe_any::<T>).await
        })
    }
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
