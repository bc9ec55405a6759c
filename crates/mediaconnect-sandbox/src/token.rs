//! The token endpoint: client credentials and refresh tokens (RFC 6749), and upstream's extid codes. It refuses
//! authorization codes, because the sandbox has no login page.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::form_urlencoded;

use crate::clock::Clock;
use crate::message::{Request, Response, header, response, set};

pub(crate) const TOKEN_PATH: &str = "/login/oauth/token";

/// The access token of the default user. It never expires.
pub(crate) const USER_TOKEN: &str = "sandbox-user-token";

/// Returns the access token of a customer. It never expires.
pub(crate) fn user_token(customer_number: i64) -> String {
    format!("{USER_TOKEN}-{customer_number}")
}

const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) struct Tokens {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// The customer number of the default user.
    pub(crate) user: i64,
    lifetime: Duration,
    clock: Clock,
    issued: Mutex<Issued>,
}

#[derive(Default)]
struct Issued {
    count: u64,
    /// The access tokens, each with its time of issue.
    tokens: HashMap<String, (Instant, Holder)>,
    /// Refresh tokens and codes that have not been redeemed, each with its kind and its customer number.
    grants: HashMap<String, (Grant, i64)>,
}

/// The holder of an access token: the client, or the user with this customer number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Client,
    User(i64),
}

/// A grant that can be redeemed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    RefreshToken,
    ExtidCode,
}

const EXTID_CODE: &str = "https://connectid.no/oauth2/grant_type/extid_code";

/// An error of RFC 6749, section 5.2: the status, the error code and the description.
type Refusal = (u16, &'static str, &'static str);

impl Tokens {
    pub(crate) fn new(
        (client_id, client_secret): (String, String),
        user: i64,
        lifetime: Duration,
        clock: Clock,
    ) -> Self {
        Self { client_id, client_secret, user, lifetime, clock, issued: Mutex::default() }
    }

    /// Responds to a request to the token endpoint. The `Accept` header has no effect, because the RFC requires JSON.
    pub(crate) fn respond(&self, request: &Request) -> Response {
        if request.method() != Method::POST {
            let mut refusal = response(405, "", "");
            set(refusal.headers_mut(), "allow", "POST");
            return refusal;
        }
        let (status, body) = match self.token_for(request) {
            Ok(token) => (200, token),
            Err((status, error, why)) => (status, json!({ "error": error, "error_description": why })),
        };
        let mut response = response(status, "application/json", body.to_string());
        set(response.headers_mut(), "cache-control", "no-store");
        if status == 401 {
            set(response.headers_mut(), "www-authenticate", "Basic");
        }
        response
    }

    /// Returns the holder of an access token, or `None` if the token is not valid.
    pub(crate) fn holder(&self, token: &str) -> Option<Holder> {
        if token == USER_TOKEN {
            return Some(Holder::User(self.user));
        }
        let now = self.clock.now();
        let issued = self.issued().tokens.get(token).copied();
        let valid = issued.filter(|(at, _)| now - *at < self.lifetime).map(|(_, holder)| holder);
        valid.or_else(|| number_of(token).map(Holder::User))
    }

    /// Issues a grant of the user with this customer number.
    pub(crate) fn grant(&self, kind: Grant, user: i64) -> String {
        let mut issued = self.issued();
        issued.count += 1;
        let name = match kind {
            Grant::RefreshToken => "refresh-token",
            Grant::ExtidCode => "extid-code",
        };
        let grant = format!("sandbox-{name}-{}", issued.count);
        issued.grants.insert(grant.clone(), (kind, user));
        grant
    }

    fn issued(&self) -> MutexGuard<'_, Issued> {
        self.issued.lock().expect("no thread panics while it holds the lock")
    }

    pub(crate) fn expire_all(&self) {
        self.issued().tokens.clear();
    }

    fn token_for(&self, request: &Request) -> Result<Value, Refusal> {
        let form = form(request)?;
        let field = |name| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());

        let (id, secret) = match (basic(request)?, field("client_secret")) {
            (Some(_), Some(_)) => {
                return Err((
                    400,
                    "invalid_request",
                    "The client authenticates in the header and in the body. Use one of them.",
                ));
            }
            (Some(credentials), None) => credentials,
            (None, _) => (
                field("client_id").unwrap_or_default().to_owned(),
                field("client_secret").unwrap_or_default().to_owned(),
            ),
        };
        if (&id, &secret) != (&self.client_id, &self.client_secret) {
            return Err((401, "invalid_client", "The client id or the client secret is wrong."));
        }
        match field("grant_type") {
            Some("client_credentials") => {}
            Some("refresh_token") => return self.redeem(Grant::RefreshToken, field("refresh_token")),
            Some(EXTID_CODE) => return self.redeem(Grant::ExtidCode, field("code")),
            Some(_) => {
                return Err((400, "unsupported_grant_type", "The sandbox does not support this grant type."));
            }
            None => return Err((400, "invalid_request", "grant_type is missing.")),
        }
        // `read` is the only documented scope. An empty scope counts as absent (RFC 6749, section 3.1).
        if !matches!(field("scope"), None | Some("" | "read")) {
            return Err((400, "invalid_scope", "The only scope is read."));
        }
        Ok(self.issue(Holder::Client))
    }

    /// Redeems a refresh token or a code. Returns an access token and a new refresh token for the same user.
    fn redeem(&self, kind: Grant, grant: Option<&str>) -> Result<Value, Refusal> {
        const UNKNOWN: Refusal = (
            400,
            "invalid_grant",
            "The refresh token or code is unknown, does not match the grant type, or has already been redeemed.",
        );
        let user = grant.and_then(|grant| self.issued().redeem(kind, grant)).ok_or(UNKNOWN)?;
        let mut token = self.issue(Holder::User(user));
        token["refresh_token"] = self.grant(Grant::RefreshToken, user).into();
        Ok(token)
    }

    fn issue(&self, holder: Holder) -> Value {
        let now = self.clock.now();
        let mut issued = self.issued();
        // Without this cleanup, expired tokens would accumulate in a sandbox that runs for days.
        issued.tokens.retain(|_, (at, _)| now - *at < self.lifetime);
        issued.count += 1;
        let token = format!("sandbox-access-token-{}", issued.count);
        issued.tokens.insert(token.clone(), (now, holder));
        json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.lifetime.as_secs(),
            "scope": "read",
        })
    }
}

impl Issued {
    /// Removes a grant and returns its customer number. A grant of another kind stays.
    fn redeem(&mut self, kind: Grant, grant: &str) -> Option<i64> {
        let (_, user) = *self.grants.get(grant).filter(|(known, _)| *known == kind)?;
        self.grants.remove(grant);
        Some(user)
    }
}

/// Returns the customer number in a token of [`user_token`].
fn number_of(token: &str) -> Option<i64> {
    let number = token.strip_prefix(USER_TOKEN)?.strip_prefix('-')?.parse().ok()?;
    (number > 0 && user_token(number) == token).then_some(number)
}

fn form(request: &Request) -> Result<Vec<(String, String)>, Refusal> {
    let media_type =
        header(request, "content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case(FORM) {
        return Err((400, "invalid_request", "The body must be application/x-www-form-urlencoded."));
    }
    Ok(form_urlencoded::parse(request.body()).into_owned().collect())
}

/// Returns the client id and secret from HTTP Basic. Each is form-urlencoded before base64 (RFC 6749, section
/// 2.3.1).
fn basic(request: &Request) -> Result<Option<(String, String)>, Refusal> {
    const MALFORMED: Refusal = (401, "invalid_client", "The Authorization header is not HTTP Basic.");

    let Some(header) = request.headers().get("authorization") else { return Ok(None) };
    let (scheme, encoded) = header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(MALFORMED)?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(MALFORMED);
    }
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or(MALFORMED)?;
    let (id, secret) = decoded.split_once(':').ok_or(MALFORMED)?;
    Ok(Some((form_decoded(id), form_decoded(secret))))
}

/// Decodes a form-urlencoded string. The result is incomplete if the string contains an `=` or `&` that is not encoded.
/// A correct client encodes both characters.
fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const ID: &str = "no.example.sandbox";
    const SECRET: &str = "p+ss wörd:100%&=";
    const SECRET_ENCODED: &str = "p%2Bss+w%C3%B6rd%3A100%25%26%3D";
    const GRANT: &str = "grant_type=client_credentials";

    fn tokens() -> Tokens {
        let clock = Clock::of_this_runtime();
        Tokens::new((ID.to_owned(), SECRET.to_owned()), 7, Duration::from_secs(600), clock)
    }

    fn post(body: &str, authorization: Option<&str>) -> Request {
        let mut request = http::Request::post("http://localhost/login/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        request.body(body.to_owned().into()).unwrap()
    }

    fn basic_of(text: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    fn refused(request: &Request) -> (u16, &'static str) {
        let (status, error, _) = tokens().token_for(request).unwrap_err();
        (status, error)
    }

    #[tokio::test]
    async fn credentials_in_the_form_or_in_basic_get_a_token() {
        let tokens = tokens();
        let in_form = format!("{GRANT}&client_id={ID}&client_secret={SECRET_ENCODED}&scope=read");
        let in_basic = basic_of(&format!("{ID}:{SECRET_ENCODED}"));
        let first = tokens.token_for(&post(&in_form, None)).unwrap();
        let second = tokens.token_for(&post(GRANT, Some(&in_basic))).unwrap();
        assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("bearer"), &json!(600)));
        assert_ne!(first["access_token"], second["access_token"]);
        assert_eq!(tokens.holder(access_token(&second)), Some(Holder::Client));
    }

    #[tokio::test]
    async fn basic_that_is_not_form_urlencoded_is_refused() {
        let raw = basic_of(&format!("{ID}:{SECRET}"));
        assert_eq!(refused(&post(GRANT, Some(&raw))), (401, "invalid_client"));
    }

    #[tokio::test]
    async fn wrong_missing_and_malformed_credentials_are_refused() {
        let invalid_client = (401, "invalid_client");
        assert_eq!(refused(&post(GRANT, None)), invalid_client);
        assert_eq!(refused(&post(&format!("{GRANT}&client_id={ID}&client_secret=x"), None)), invalid_client);
        assert_eq!(refused(&post(GRANT, Some(&basic_of("no colon")))), invalid_client);
        assert_eq!(refused(&post(GRANT, Some("Basic ***"))), invalid_client);
        assert_eq!(refused(&post(GRANT, Some("Bearer x"))), invalid_client);
    }

    #[tokio::test]
    async fn other_requests_than_the_grant_are_refused() {
        let form = format!("client_id={ID}&client_secret={SECRET_ENCODED}");
        let refused_with = |more: &str| refused(&post(&format!("{form}{more}"), None));
        assert_eq!(refused_with("&grant_type=password"), (400, "unsupported_grant_type"));
        assert_eq!(refused_with(""), (400, "invalid_request"));
        assert_eq!(refused_with("&grant_type=client_credentials&scope=write"), (400, "invalid_scope"));

        let twice = post(&format!("{GRANT}&{form}"), Some(&basic_of(&format!("{ID}:{SECRET_ENCODED}"))));
        assert_eq!(refused(&twice), (400, "invalid_request"));

        let mut json = post(&format!("{GRANT}&{form}"), None);
        json.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        assert_eq!(refused(&json), (400, "invalid_request"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_valid_for_its_lifetime_and_not_a_moment_longer() {
        let tokens = tokens();
        let token = tokens.issue(Holder::Client);
        tokio::time::advance(Duration::from_secs(599)).await;
        assert_eq!(tokens.holder(access_token(&token)), Some(Holder::Client));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(tokens.holder(access_token(&token)), None);
    }

    #[tokio::test]
    async fn a_refresh_token_works_once_and_brings_the_next() {
        let tokens = tokens();
        let code = by_code(&tokens.grant(Grant::ExtidCode, 8));
        let mut last = redeem(&tokens, &code).unwrap();
        assert_eq!(redeem(&tokens, &code).unwrap_err().1, "invalid_grant");
        for _ in 0..2 {
            assert_eq!(tokens.holder(access_token(&last)), Some(Holder::User(8)));
            let refresh = by_refresh_token(last["refresh_token"].as_str().unwrap());
            last = redeem(&tokens, &refresh).unwrap();
            assert_eq!(redeem(&tokens, &refresh).unwrap_err().1, "invalid_grant");
        }
    }

    #[tokio::test]
    async fn a_grant_of_the_other_kind_is_refused_and_stays_valid() {
        let tokens = tokens();
        let (code, refresh) = (tokens.grant(Grant::ExtidCode, 7), tokens.grant(Grant::RefreshToken, 7));
        assert_eq!(redeem(&tokens, &by_refresh_token(&code)).unwrap_err().1, "invalid_grant");
        assert_eq!(redeem(&tokens, &by_code(&refresh)).unwrap_err().1, "invalid_grant");
        assert!(redeem(&tokens, &by_code(&code)).is_ok());
        assert!(redeem(&tokens, &by_refresh_token(&refresh)).is_ok());
    }

    #[tokio::test]
    async fn each_user_has_a_token_that_does_not_expire() {
        let tokens = tokens();
        tokens.expire_all();
        assert_eq!(tokens.holder(USER_TOKEN), Some(Holder::User(7)));
        assert_eq!(tokens.holder(&user_token(8)), Some(Holder::User(8)));
        for unknown in
            ["sandbox-user-token-", "sandbox-user-token-+8", "sandbox-user-token-08", "sandbox-user-token--8"]
        {
            assert_eq!(tokens.holder(unknown), None, "{unknown}");
        }
    }

    fn by_code(code: &str) -> String {
        let kind = "https%3A%2F%2Fconnectid.no%2Foauth2%2Fgrant_type%2Fextid_code";
        format!("grant_type={kind}&code={code}")
    }

    fn by_refresh_token(token: &str) -> String {
        format!("grant_type=refresh_token&refresh_token={token}")
    }

    fn redeem(tokens: &Tokens, form: &str) -> Result<Value, Refusal> {
        tokens.token_for(&post(&format!("{form}&client_id={ID}&client_secret={SECRET_ENCODED}"), None))
    }

    fn access_token(response: &Value) -> &str {
        response["access_token"].as_str().unwrap()
    }

    #[tokio::test]
    async fn expiring_all_spares_only_later_tokens() {
        let tokens = tokens();
        let before = tokens.issue(Holder::Client);
        tokens.expire_all();
        let after = tokens.issue(Holder::Client);
        assert_eq!(tokens.holder(access_token(&before)), None);
        assert_eq!(tokens.holder(access_token(&after)), Some(Holder::Client));
    }
}
