//! The token endpoint: exchanges a grant for a token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use mediaconnect_api::drift::Drift;
use reqwest::Response;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::time;
use url::Url;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::bearer::is_sendable;
use super::source::AccessToken;
use super::wiped::wiped;
use crate::body::{decode, is_html, read_body};
use crate::credentials::{ClientAuthentication, ClientCredentials, CredentialsProvider};
use crate::decode_error::DecodeError;
use crate::error::{Error, Kind, Result};
use crate::headers;
use crate::transport::{self, Transport};
use crate::upstream_message::UpstreamMessage;

/// The size limit of a response, in bytes.
const MAX_RESPONSE: usize = 64 * 1024;
/// The time limit of a credentials provider.
pub(super) const PROVIDER_TIMEOUT: Duration = Duration::from_secs(30);
/// The minimum time limit of a request whose grant works only once. A shorter time limit is raised to this value.
const MIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Upstream's token endpoint with the client's credentials. Get it from
/// [`Client::token_endpoint`](crate::Client::token_endpoint).
///
/// [`RefreshToken`](crate::RefreshToken) and [`ExtidCode`](crate::ExtidCode) fetch tokens from it. It is cheap to
/// clone, and `Debug` hides the credentials.
#[derive(Clone)]
pub struct TokenEndpoint {
    pub(crate) http: reqwest::Client,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) url: Url,
    /// The headers that the service adds to each request.
    pub(crate) headers: HeaderMap,
    pub(crate) credentials: Arc<dyn CredentialsProvider>,
    /// The time limit of one request, including the body of its response.
    pub(crate) timeout: Duration,
    /// The name of the client, if it has one.
    pub(crate) client: Option<Arc<str>>,
}

/// The result of an exchange: an access token, a new refresh token, or both. `Debug` hides them.
#[derive(Debug)]
#[non_exhaustive]
pub struct Granted {
    /// The access token, or an error if it cannot be decoded. Such an error does not invalidate `refresh_token`.
    pub access: Result<AccessToken>,
    /// The next refresh token, if the response contains one.
    pub refresh_token: Option<SecretString>,
}

impl TokenEndpoint {
    /// Exchanges a refresh token for an access token (RFC 6749, section 6). A failed exchange is not retried.
    ///
    /// [`RefreshToken`](crate::RefreshToken) calls this method whenever a token is needed. Call it yourself only in a
    /// [`TokenSource`] that stores refresh tokens in its own way. Upstream may replace a refresh token when it is used.
    /// The next refresh token is then only in the response, so run the exchange in a task that is never cancelled.
    ///
    /// The provider of the client credentials has 30 seconds to return them. The request then has the time limit that
    /// [`token_timeout`](crate::ClientBuilder::token_timeout) sets, but at least 30 seconds.
    ///
    /// # Errors
    /// Returns [`is_auth`](crate::Error::is_auth) if upstream refuses the refresh token. Returns another error if there
    /// is no valid response. In that case, upstream may or may not have replaced the refresh token.
    ///
    /// [`TokenSource`]: crate::TokenSource
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<Granted> {
        let parameters = [("refresh_token", refresh_token.expose_secret())];
        self.clone().patient().grant("refresh_token", &parameters).await
    }

    /// Returns the provider of the client credentials.
    #[must_use]
    pub fn credentials(&self) -> &Arc<dyn CredentialsProvider> {
        &self.credentials
    }

    /// Returns the URL.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns the [name](crate::ClientBuilder::name) of the client that the endpoint comes from, if it has one. A
    /// token source can return it from [`TokenSource::client_name`].
    ///
    /// [`TokenSource::client_name`]: crate::TokenSource::client_name
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// Raises the time limit of a request to at least 30 seconds, because a late response must not be lost.
    pub(super) fn patient(mut self) -> Self {
        self.timeout = self.timeout.max(MIN_TIMEOUT);
        self
    }

    /// Exchanges a grant for a token. Redirects are not followed, because the secrets must not be sent to another
    /// server.
    pub(super) async fn grant(&self, grant_type: &str, parameters: &[(&str, &str)]) -> Result<Granted> {
        Self::read(self.send(grant_type, parameters).await?).await
    }

    /// Sends a token request. Returns `Ok` for a response with any status.
    pub(crate) async fn send(&self, grant_type: &str, parameters: &[(&str, &str)]) -> Result<Response> {
        let credentials = time::timeout(PROVIDER_TIMEOUT, self.credentials.credentials()).await;
        let credentials = credentials.unwrap_or_else(|_| {
            Err(Error::token_unavailable(
                "the provider of the client credentials took longer than 30 seconds",
            ))
        });
        // A refusal by the provider concerns the client, and not the user of this request.
        let credentials = credentials.map_err(|error| error.with_refused_login(false))?;
        let request = self.request(&credentials, grant_type, parameters)?;
        transport::send(&self.http, self.transport.as_deref(), request).await
    }

    pub(crate) async fn read(mut response: Response) -> Result<Granted> {
        let status = response.status();
        if !status.is_success() {
            return Err(refused(response).await);
        }
        let body = Zeroizing::new(Vec::from(read_body(&mut response, MAX_RESPONSE).await?));
        let unreadable = |reason| Error::new(Kind::Decode(reason)).with_status(status.as_u16());
        let mut response = decode::<TokenResponse>(&body).map_err(unreadable)?;
        let refresh_token = response.refresh_token();
        match response.access_token().map_err(unreadable) {
            Err(error) if refresh_token.is_none() => Err(error),
            access => Ok(Granted { access, refresh_token }),
        }
    }

    pub(super) fn request(
        &self,
        credentials: &ClientCredentials,
        grant_type: &str,
        parameters: &[(&str, &str)],
    ) -> Result<reqwest::Request> {
        let request = self
            .http
            .post(self.url.clone())
            .timeout(self.timeout)
            .headers(self.headers.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut pairs = vec![("grant_type", grant_type)];
        pairs.extend_from_slice(parameters);
        let (id, secret) = (credentials.id.as_str(), credentials.secret.expose_secret());
        let request = match credentials.authentication {
            ClientAuthentication::FormBody => {
                pairs.extend([("client_id", id), ("client_secret", secret)]);
                request
            }
            ClientAuthentication::Basic => request.header(AUTHORIZATION, basic(id, secret)?),
        };
        request.body(form(&pairs)).build().map_err(Error::transport)
    }
}

/// Encodes a form. The buffer is allocated once and never grows, because growing would leave a copy of the secrets in
/// memory.
fn form(pairs: &[(&str, &str)]) -> Bytes {
    let encoded = |text: &str| 3 * text.len() + 1;
    let length = pairs.iter().map(|(name, value)| encoded(name) + encoded(value)).sum();
    wiped(form_urlencoded::Serializer::new(String::with_capacity(length)).extend_pairs(pairs).finish())
}

/// Returns the header for HTTP Basic. The id and secret are form-encoded before they are joined (RFC 6749, section
/// 2.3.1).
fn basic(id: &str, secret: &str) -> Result<HeaderValue> {
    let mut joined = Zeroizing::new(String::with_capacity(3 * (id.len() + secret.len()) + 1));
    joined.extend(form_urlencoded::byte_serialize(id.as_bytes()));
    joined.push(':');
    joined.extend(form_urlencoded::byte_serialize(secret.as_bytes()));
    let mut header = String::with_capacity("Basic ".len() + joined.len().div_ceil(3) * 4);
    header.push_str("Basic ");
    BASE64_STANDARD.encode_string(joined.as_bytes(), &mut header);
    let header = HeaderValue::from_maybe_shared(wiped(header));
    let mut header =
        header.map_err(|_| Error::configuration("the client credentials cannot be sent in a header"))?;
    header.set_sensitive(true);
    Ok(header)
}

/// Hides the credentials.
impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenEndpoint").finish_non_exhaustive()
    }
}

async fn refused(mut response: Response) -> Error {
    let status = response.status().as_u16();
    let retry_after = headers::feedback(&response).retry_after;
    // The status determines the error, even if the body is too large or incomplete.
    let body = read_body(&mut response, MAX_RESPONSE).await.unwrap_or_default();
    let message = UpstreamMessage::read(&body);
    let error = match status {
        // An HTML page is not from a token endpoint, which sends JSON. nginx, for example, sends a page with status 400
        // if it requires a client certificate.
        400 if is_html(&body) => Error::new(Kind::Decode(DecodeError::Html)).with_status(status),
        // The response to a wrong secret or grant is 400 or 401 (RFC 6749, section 5.2). The client treats 403 in the
        // same way.
        400 | 401 | 403 => {
            let is_grant = message.as_ref().and_then(UpstreamMessage::code) == Some("invalid_grant");
            Error::new(Kind::Unauthorized).with_status(status).with_refused_login(is_grant)
        }
        // A 404 from the token endpoint must not be reported as a missing customer.
        404 => Error::new(Kind::Refused).with_status(status),
        _ => Error::status(status),
    };
    error.with_retry_after(retry_after).with_message(message)
}

/// A successful response. Upstream does not document it; third-party clients use these fields.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenResponse {
    access_token: Value,
    token_type: Value,
    expires_in: Value,
    refresh_token: Value,
}

impl Drift for TokenResponse {}

impl TokenResponse {
    fn access_token(&mut self) -> Result<AccessToken, DecodeError> {
        let unexpected = |path: &str, found| Err(DecodeError::Field { path: path.to_owned(), found });
        match &self.token_type {
            // A missing type counts as `bearer`, because a server that issues another type of token would normally send
            // the field.
            Value::Null => {}
            Value::String(name) if name.eq_ignore_ascii_case("bearer") => {}
            _ => return unexpected("token_type", "type other than bearer"),
        }
        let secret = match self.access_token.take() {
            Value::String(token) => SecretString::from(token),
            Value::Null => return unexpected("access_token", "absence"),
            _ => return unexpected("access_token", "value that is not a string"),
        };
        if !is_sendable(&secret) {
            return unexpected("access_token", "characters");
        }
        Ok(AccessToken::new(secret, seconds(&self.expires_in)))
    }

    fn refresh_token(&mut self) -> Option<SecretString> {
        match self.refresh_token.take() {
            Value::String(token) if !token.is_empty() => Some(SecretString::from(token)),
            _ => None,
        }
    }
}

/// Reads seconds as a number or as text. Any other value counts as absent, including a negative number.
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
