use std::error::Error as StdError;
use std::fmt::Write;

use serde_json::json;
use wiremock::matchers::{body_string, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

pub(in crate::token) fn endpoint(server: &MockServer) -> TokenEndpoint {
    with_credentials(server, ClientCredentials::new("id", "secret"))
}

fn with_credentials(server: &MockServer, credentials: ClientCredentials) -> TokenEndpoint {
    let client = crate::Client::builder().token_url(server.uri()).credentials(credentials).build();
    client.unwrap().token_endpoint().unwrap()
}

/// Starts a token endpoint that accepts only one form.
pub(in crate::token) async fn server(form: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(body_string(form))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(header("accept", "application/json"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

pub(in crate::token) fn answer() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "access_token": "t", "expires_in": 60 }))
}

pub(in crate::token) fn rotating(refresh_token: &str) -> ResponseTemplate {
    let body = json!({ "access_token": "t", "expires_in": "60", "refresh_token": refresh_token });
    ResponseTemplate::new(200).set_body_json(body)
}

async fn granted(answer: ResponseTemplate) -> Result<Granted> {
    let server = server("grant_type=g&client_id=id&client_secret=secret", answer).await;
    endpoint(&server).grant("g", &[]).await
}

async fn error(answer: ResponseTemplate) -> Error {
    granted(answer).await.err().unwrap()
}

#[tokio::test]
async fn credentials_go_into_the_form_or_the_header_both_encoded() {
    let credentials = ClientCredentials::new("i d", "s:e&c+ø");
    let form = server("grant_type=g&a=%26&client_id=i+d&client_secret=s%3Ae%26c%2B%C3%B8", answer()).await;
    let parameters = [("a", "&")];
    assert!(with_credentials(&form, credentials.clone()).grant("g", &parameters).await.is_ok());
    assert!(!form.received_requests().await.unwrap()[0].headers.contains_key("authorization"));

    let basic = server("grant_type=g&a=%26", answer()).await;
    let endpoint = with_credentials(&basic, credentials.with_authentication(ClientAuthentication::Basic));
    assert!(endpoint.grant("g", &parameters).await.is_ok());
    // The base64 form of i+d:s%3Ae%26c%2B%C3%B8.
    let sent = &basic.received_requests().await.unwrap()[0].headers["authorization"];
    assert_eq!(sent, "Basic aStkOnMlM0FlJTI2YyUyQiVDMyVCOA==");
}

#[tokio::test]
async fn each_refusal_has_its_predicate() {
    type Is = fn(&Error) -> bool;
    for (status, is) in [
        (400, Error::is_auth as Is),
        (401, Error::is_auth),
        (403, Error::is_auth),
        (404, Error::is_refused),
        (415, Error::is_refused),
        (429, Error::is_rate_limited),
        (500, Error::is_unavailable),
        (503, Error::is_unavailable),
    ] {
        let body = json!({ "error": "invalid_client", "error_description": "no" });
        let answer = ResponseTemplate::new(status).set_body_json(body).insert_header("Retry-After", "7");
        let error = error(answer).await;
        assert!(is(&error) && error.status_code() == Some(status), "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.upstream_message().unwrap().code(), Some("invalid_client"));
    }
}

#[tokio::test]
async fn a_gateways_page_with_status_400_says_nothing_about_the_credentials() {
    let page = "<html><head><title>400 No required SSL certificate was sent</title></head></html>";
    let error = error(ResponseTemplate::new(400).set_body_string(page)).await;
    assert!(error.is_decode() && !error.is_auth(), "{error}");
    assert_eq!(error.status_code(), Some(400));
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let elsewhere = MockServer::start().await;
    for status in [301, 302, 303, 307, 308] {
        let answer = ResponseTemplate::new(status).insert_header("Location", elsewhere.uri().as_str());
        let error = error(answer).await;
        assert!(error.is_refused() && error.status_code() == Some(status), "{error}");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn nonsense_in_a_success_is_unreadable_and_not_quoted() {
    for (body, reason) in [
        ("", "the body is empty"),
        ("<html>canary", "the body is an HTML page"),
        ("<token>canary</token>", "the body is XML"),
        ("canary", "the body is not JSON"),
        (r#"{"access_token": "canary"#, "the body is JSON that ends too early"),
        (r#"["canary"]"#, "unexpected list at the top"),
        (r#"{"token": "canary"}"#, "unexpected absence at access_token"),
        (r#"{"access_token": null}"#, "unexpected absence at access_token"),
        (r#"{"access_token": {"canary": 1}}"#, "unexpected value that is not a string at access_token"),
        (r#"{"access_token": ""}"#, "unexpected characters at access_token"),
        (r#"{"access_token": "canary\r\nX: 1"}"#, "unexpected characters at access_token"),
        (r#"{"access_token": "canary canary"}"#, "unexpected characters at access_token"),
        (r#"{"access_token": "c", "token_type": "mac"}"#, "unexpected type other than bearer at token_type"),
    ] {
        let error = error(ResponseTemplate::new(200).set_body_string(body)).await;
        assert!(error.is_decode() && error.status_code() == Some(200), "{body}: {error}");
        let texts = format!("{error} {error:?}");
        assert!(texts.contains(reason) && !texts.contains("canary"), "{body}: {texts}");
    }
}

#[tokio::test]
async fn a_field_that_is_there_twice_is_refused_with_its_name() {
    let body = r#"{"access_token": "canary", "expires_in": 60, "access_token": "canary"}"#;
    let error = error(ResponseTemplate::new(200).set_body_string(body)).await;
    assert!(error.is_decode() && error.to_string().contains("second value at access_token"), "{error}");
    assert!(!format!("{error:?}").contains("canary"));
}

#[tokio::test]
async fn a_large_answer_is_not_read_to_its_end() {
    let large = "x".repeat(MAX_RESPONSE + 1);
    let success = error(ResponseTemplate::new(200).set_body_string(large.clone())).await;
    assert!(success.is_decode(), "{success}");
    assert!(error(ResponseTemplate::new(401).set_body_string(large)).await.is_auth());
}

#[tokio::test]
async fn lifetime_and_type_come_in_many_forms() {
    for (fields, seconds) in [
        (r#", "expires_in": 43200, "token_type": "Bearer""#, Some(43_200.0)),
        (r#", "expires_in": " 60 ", "token_type": "bearer""#, Some(60.0)),
        (r#", "expires_in": 1.5, "token_type": null"#, Some(1.5)),
        (r#", "expires_in": -1"#, None),
        (r#", "expires_in": "soon""#, None),
        (r#", "expires_in": "NaN""#, None),
        (r#", "expires_in": 1e300"#, None),
        (r#", "expires_in": [60], "refresh_token": 7"#, None),
        (r#", "refresh_token": """#, None),
    ] {
        let body = format!(r#"{{"access_token": "t"{fields}}}"#);
        let granted = granted(ResponseTemplate::new(200).set_body_string(body)).await;
        let granted = granted.unwrap_or_else(|error| panic!("{fields}: {error}"));
        assert_eq!(granted.access.unwrap().lifetime, seconds.map(Duration::from_secs_f64), "{fields}");
        assert!(granted.refresh_token.is_none());
    }
}

#[tokio::test]
async fn nobody_listens() {
    // The listener is dropped at once, so nothing listens on its port.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = crate::Client::builder()
        .token_url(format!("http://{address}"))
        .credentials(ClientCredentials::new("id", "canary"))
        .build()
        .unwrap();
    let error = client.token_lifetime().await.unwrap_err();
    assert!(error.is_connect() && error.is_token_fetch(), "{error}");
    assert!(error.to_string().starts_with("no access token: "), "{error}");
}

#[tokio::test]
async fn silence_ends_with_the_timeout() {
    let server = MockServer::start().await;
    let silent = answer().set_delay(Duration::from_secs(60));
    Mock::given(method("POST")).respond_with(silent).mount(&server).await;
    let mut endpoint = endpoint(&server);
    endpoint.timeout = Duration::from_millis(50);
    assert!(endpoint.grant("g", &[]).await.err().unwrap().is_timeout());
}

#[tokio::test]
async fn no_secret_is_in_any_text() {
    let echo = r#"{"error": "canary", "error_description": "canary", "access_token": ["canary"]}"#;
    let server = MockServer::start().await;
    for status in [200, 302, 400, 429, 500] {
        server.reset().await;
        let answer = ResponseTemplate::new(status).set_body_string(echo);
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let endpoint = with_credentials(&server, ClientCredentials::new("canary-id", "canary-secret"));
        let refresh = crate::RefreshToken::new(endpoint.clone(), "canary-refresh");
        let code = crate::ExtidCode::new(endpoint.clone(), "canary-code");
        let mut texts = format!("{endpoint:?} {refresh:?} {code:?} {:?}", AccessToken::new("canary", None));
        for error in [endpoint.grant("g", &[("code", "canary")]).await.err().unwrap()]
            .into_iter()
            .chain(crate::TokenSource::fetch(&refresh).await.err())
            .chain(crate::TokenSource::fetch(&code).await.err())
        {
            write!(texts, "{error} {error:?} {:?}", error.upstream_message()).unwrap();
            let mut source = error.source();
            while let Some(cause) = source {
                write!(texts, "{cause} {cause:?}").unwrap();
                source = cause.source();
            }
        }
        let user = crate::UserToken::from_source(refresh);
        write!(texts, "{user:?} {:?}", crate::UserToken::new("canary")).unwrap();
        assert!(!texts.contains("canary"), "{texts}");
    }
}

#[tokio::test]
async fn only_a_refused_grant_needs_a_new_login() {
    let oauth = |status, error| ResponseTemplate::new(status).set_body_json(json!({ "error": error }));
    assert!(error(oauth(400, "invalid_grant")).await.needs_login());
    for answer in [
        oauth(401, "invalid_client"),
        oauth(400, "unauthorized_client"),
        ResponseTemplate::new(401),
        ResponseTemplate::new(403).set_body_string("<html>blocked</html>"),
        oauth(503, "invalid_request"),
    ] {
        let error = error(answer).await;
        assert!(!error.needs_login(), "{error}");
    }
    assert!(Error::response(401, true).needs_login());
    assert!(!Error::response(401, false).needs_login(), "a gateway may have sent it");
    assert!(Error::token_refused("the session has ended").needs_login());
}

struct NoCredentials;

impl CredentialsProvider for NoCredentials {
    fn credentials(&self) -> crate::CredentialsFuture<'_> {
        Box::pin(async { Err(Error::token_refused("the vault refused the service")) })
    }
}

#[tokio::test]
async fn a_refusal_by_the_credentials_provider_needs_no_new_login() {
    let client = crate::Client::builder().credentials(NoCredentials).build().unwrap();
    let error = client.token_endpoint().unwrap().grant("g", &[]).await.err().unwrap();
    assert!(error.is_auth() && !error.needs_login(), "{error}");
}
