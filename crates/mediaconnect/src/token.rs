//! The access token of the client: fetched with client credentials, cached, shared by all callers.

use std::sync::RwLock;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded;

use crate::answer::{decode, read_body};
use crate::credentials::{ClientAuthentication, ClientCredentials};
use crate::error::{Error, Kind, Result};
use crate::upstream_message::UpstreamMessage;

/// How long before its end a token is no longer used: requests take time, and clocks differ.
const MARGIN: Duration = Duration::from_secs(30);
/// The lifetime of a token whose answer does not tell: short, since upstream's default (12 hours) may be overridden.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(300);
/// The largest answer of a token endpoint that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// An access token, ready to be sent.
#[derive(Clone)]
pub(crate) struct Token {
    authorization: HeaderValue,
    fetched: Instant,
    lifetime: Duration,
}

impl Token {
    /// The value of the header `Authorization`.
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    /// When upstream stops taking it.
    pub(crate) fn expires(&self) -> Instant {
        self.fetched + self.lifetime
    }

    fn is_fresh(&self) -> bool {
        // A lifetime shorter than two margins is used up to its half.
        let margin = MARGIN.min(self.lifetime / 2);
        Instant::now() < self.expires() - margin
    }
}

/// Fetches tokens and keeps the newest.
pub(crate) struct TokenCache {
    credentials: ClientCredentials,
    url: Url,
    http: reqwest::Client,
    timeout: Duration,
    current: RwLock<Option<Token>>,
    /// Held while a token is fetched, so that there is one fetch for any number of callers.
    fetching: Mutex<()>,
}

impl TokenCache {
    pub(crate) fn new(
        credentials: ClientCredentials,
        url: Url,
        http: reqwest::Client,
        timeout: Duration,
    ) -> Self {
        Self { credentials, url, http, timeout, current: RwLock::default(), fetching: Mutex::default() }
    }

    /// A token that is still good for a request: the cached one, or a new one.
    pub(crate) async fn token(&self) -> Result<Token> {
        if let Some(token) = self.cached() {
            return Ok(token);
        }
        let _fetching = self.fetching.lock().await;
        // Somebody else may have fetched it while this caller waited.
        if let Some(token) = self.cached() {
            return Ok(token);
        }
        let token = self.fetch().await?;
        *self.write() = Some(token.clone());
        Ok(token)
    }

    /// Forgets a token that the API refused, unless a newer one has taken its place.
    pub(crate) fn forget(&self, refused: &Token) {
        let mut current = self.write();
        if current.as_ref().is_some_and(|token| token.authorization == refused.authorization) {
            *current = None;
        }
    }

    fn cached(&self) -> Option<Token> {
        let current = self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        current.as_ref().filter(|token| token.is_fresh()).cloned()
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Option<Token>> {
        self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn fetch(&self) -> Result<Token> {
        let asked = Instant::now();
        let request = self.http.post(self.url.clone()).timeout(self.timeout);
        let request = authenticate(request, &self.credentials)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = request.send().await.map_err(Error::transport)?;
        let status = response.status();
        let body = read_body(response, MAX_ANSWER).await?;
        if !status.is_success() {
            return Err(refused(status.as_u16(), &body));
        }
        let answer: TokenAnswer = decode(&body)
            .map_err(|reason| Error::new(Kind::Unreadable(reason)).with_status(status.as_u16()))?;
        let lifetime = answer.expires_in.map_or(UNKNOWN_LIFETIME, Duration::from_secs);
        Ok(Token { authorization: bearer(&answer.access_token)?, fetched: asked, lifetime })
    }
}

/// The value of `Authorization` for a bearer token.
pub(crate) fn bearer(token: &SecretString) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
        .map_err(|_| Error::configuration("the access token has characters that a header cannot carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(deserialize_with = "secret")]
    access_token: SecretString,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// Seconds as a number or as text; anything else is as good as absent.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = mediaconnect_api::wire::lenient::text(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

fn authenticate(
    request: reqwest::RequestBuilder,
    credentials: &ClientCredentials,
) -> reqwest::RequestBuilder {
    let (id, secret) = (credentials.id.as_str(), credentials.secret.expose_secret());
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    match credentials.authentication {
        ClientAuthentication::FormBody => {
            form.append_pair("client_id", id).append_pair("client_secret", secret);
            request.body(form.finish())
        }
        ClientAuthentication::Basic => {
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            // reqwest marks the header as sensitive.
            request.body(form.finish()).basic_auth(encode(id), Some(encode(secret)))
        }
    }
}

/// A token endpoint answers a wrong secret with 400 or 401 (RFC 6749, section 5.2): both mean the same here.
fn refused(status: u16, body: &[u8]) -> Error {
    let message = UpstreamMessage::read(body);
    let is_credentials = matches!(status, 400 | 401 | 403);
    let error = if is_credentials { Error::new(Kind::Unauthorized) } else { Error::status(status) };
    error.with_status(status).with_message(message)
}
