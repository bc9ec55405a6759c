//! The token endpoint: a grant is sent as a form, a token or the reason why there is none comes back.

use std::fmt;
use std::time::Duration;

use mediaconnect_api::Carrier;
use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use super::bearer::is_sendable;
use super::source::AccessToken;
use crate::answer::{Unreadable, decode, read_body};
use crate::credentials::{ClientAuthentication, ClientCredentials};
use crate::error::{Error, Kind, Result};
use crate::headers;
use crate::transport;
use crate::upstream_message::UpstreamMessage;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// Upstream's token endpoint and the credentials that a client authenticates with there.
///
/// [`Client::token_endpoint`](crate::Client::token_endpoint) has the client's. [`RefreshToken`](crate::RefreshToken)
/// and [`ExtidCode`](crate::ExtidCode) fetch from it. Cheap to clone; `Debug` hides the credentials.
#[derive(Clone)]
pub struct TokenEndpoint {
    pub(crate) http: reqwest::Client,
    pub(crate) carrier: Option<Carrier>,
    pub(crate) url: Url,
    pub(crate) credentials: ClientCredentials,
    /// Of one request, its answer's body included.
    pub(crate) timeout: Duration,
}

/// What a grant was exchanged for.
pub(crate) struct Granted {
    pub(crate) access: AccessToken,
    pub(super) refresh_token: Option<SecretString>,
}

impl TokenEndpoint {
    /// Exchanges a grant for a token. Redirects are not followed: the secrets must not travel.
    pub(super) async fn grant(&self, grant_type: &str, parameters: &[(&str, &str)]) -> Result<Granted> {
        Self::read(self.send(grant_type, parameters).await?).await
    }

    /// Asks for a token. The answer may be anything.
    pub(crate) async fn send(&self, grant_type: &str, parameters: &[(&str, &str)]) -> Result<Response> {
        let request = self.request(grant_type, parameters).build().map_err(Error::transport)?;
        mediaconnect_api::send(&self.http, self.carrier.as_ref(), request)
            .await
            .map_err(Error::transport)
            .and_then(transport::carried)
    }

    /// The token in an answer, or the reason why there is none.
    pub(crate) async fn read(response: Response) -> Result<Granted> {
        let status = response.status();
        if !status.is_success() {
            return Err(refused(response).await);
        }
        let body = read_body(response, MAX_ANSWER).await?;
        decode::<Answer>(&body)
            .and_then(Answer::granted)
            .map_err(|reason| Error::new(Kind::Unreadable(reason)).with_status(status.as_u16()))
    }

    fn request(&self, grant_type: &str, parameters: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let request = self
            .http
            .post(self.url.clone())
            .timeout(self.timeout)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", grant_type).extend_pairs(parameters);
        let (id, secret) = (self.credentials.id.as_str(), self.credentials.secret.expose_secret());
        match self.credentials.authentication {
            ClientAuthentication::FormBody => {
                form.append_pair("client_id", id).append_pair("client_secret", secret);
                request.body(form.finish())
            }
            ClientAuthentication::Basic => {
                let encode =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                // reqwest marks the header as sensitive.
                request.body(form.finish()).basic_auth(encode(id), Some(encode(secret)))
            }
        }
    }
}

/// Hides the credentials.
impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenEndpoint").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

/// The error that an answer is.
async fn refused(response: Response) -> Error {
    let status = response.status().as_u16();
    let error = match status {
        // A wrong secret or grant is answered with 400 or 401 (RFC 6749, section 5.2): both mean the same here.
        400 | 401 | 403 => Error::new(Kind::Unauthorized).with_status(status),
        // That the endpoint is not there must not read as: there is no such customer.
        404 => Error::new(Kind::Refused).with_status(status),
        _ => Error::status(status),
    };
    let error = error.with_retry_after(headers::feedback(&response).retry_after);
    // That the body of an error is too large or breaks off takes nothing from the error.
    let body = read_body(response, MAX_ANSWER).await.unwrap_or_default();
    error.with_message(UpstreamMessage::read(&body))
}

/// A success. Upstream does not document it; the fields are those that clients are seen to use.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    access_token: Value,
    token_type: Value,
    expires_in: Value,
    refresh_token: Value,
}

impl Answer {
    fn granted(self) -> Result<Granted, Unreadable> {
        let unexpected = |path: &str, found| Err(Unreadable::Field { path: path.to_owned(), found });
        match &self.token_type {
            // Seldom left out by a server that sends another type.
            Value::Null => {}
            Value::String(name) if name.eq_ignore_ascii_case("bearer") => {}
            _ => return unexpected("token_type", "type that is not bearer"),
        }
        let secret = match self.access_token {
            Value::String(token) => SecretString::from(token),
            Value::Null => return unexpected("access_token", "absence"),
            _ => return unexpected("access_token", "value that is no text"),
        };
        if !is_sendable(&secret) {
            return unexpected("access_token", "characters");
        }
        let refresh_token = match self.refresh_token {
            Value::String(token) if !token.is_empty() => Some(SecretString::from(token)),
            _ => None,
        };
        Ok(Granted { access: AccessToken::new(secret, seconds(&self.expires_in)), refresh_token })
    }
}

/// Seconds as a number or as text; anything else, also a negative number, is as good as absent.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
pub(super) mod tests;
