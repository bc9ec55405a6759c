//! Tests how the client handles each kind of response.

use mediaconnect::{CustomerNumber, Error};
use mediaconnect_tests::{Upstream, number};
use wiremock::ResponseTemplate;

async fn error_of(answer: ResponseTemplate) -> Error {
    let upstream = Upstream::responding(answer).await;
    upstream.client.customers().info(number(563_457)).await.unwrap_err()
}

fn body(status: u16, body: &str, media_type: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.as_bytes().to_vec(), media_type)
}

type Predicate = fn(&Error) -> bool;

#[tokio::test]
async fn each_status_has_its_predicate() {
    let cases: [(u16, Predicate); 11] = [
        (400, Error::is_refused),
        (401, Error::is_auth),
        (403, Error::is_forbidden),
        (404, Error::is_not_found),
        (418, Error::is_refused),
        (429, Error::is_rate_limited),
        (302, Error::is_gateway),
        (410, Error::is_gateway),
        (500, Error::is_unavailable),
        (503, Error::is_unavailable),
        (599, Error::is_unavailable),
    ];
    for (status, predicate) in cases {
        // A 404 means "not found" only if Connect sent it, so this response gets a header that only Connect sends.
        let answer = ResponseTemplate::new(status);
        let answer =
            if status == 404 { answer.insert_header("X-Mediaconnect-Api-Version", "1.2.3") } else { answer };
        let error = error_of(answer).await;
        assert!(predicate(&error), "{status}: {error}");
        assert_eq!(error.status_code(), Some(status));
    }
}

#[tokio::test]
async fn both_shapes_of_error_bodies_are_behind_the_accessor_only() {
    for text in [
        r#"{"exceptionType": "ValidationException", "errorMessage": "canary is no name"}"#,
        r#"{"error": "ValidationException", "error_description": "canary is no name"}"#,
    ] {
        let error = error_of(body(400, text, "application/json")).await;
        let message = error.upstream_message().unwrap();
        assert_eq!(message.code(), Some("ValidationException"));
        assert_eq!(message.text(), Some("canary is no name"));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[tokio::test]
async fn a_success_that_is_no_json_is_named_and_not_quoted() {
    for (text, media_type, named) in [
        ("<html><body>canary</body></html>", "text/html", "HTML"),
        ("<!DOCTYPE html><title>canary</title>", "application/json", "HTML"),
        ("<?xml version=\"1.0\"?><customer>canary</customer>", "application/xml", "XML"),
        ("", "application/json", "empty"),
        (r#"{"customerNumber": 563457, "name": {"firstName": "canary"#, "application/json", "too early"),
        ("canary", "text/plain", "not JSON"),
        (r#"{"customerNumber": "canary"}"#, "application/json", "text at customerNumber"),
        (r#"{"name": [{"firstName": "canary"}]}"#, "application/json", "at name"),
    ] {
        let error = error_of(body(200, text, media_type)).await;
        assert!(error.is_decode(), "{text}: {error}");
        assert!(error.to_string().contains(named), "{text}: {error}");
        assert_eq!(error.status_code(), Some(200));
        let mut printed = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            printed.extend([cause.to_string(), format!("{cause:?}")]);
            source = cause.source();
        }
        assert!(!printed.contains("canary"), "{printed}");
    }
}

#[tokio::test]
async fn html_and_xml_with_an_error_status_keep_the_status() {
    let error = error_of(body(502, "<html>Bad Gateway</html>", "text/html")).await;
    assert!(error.is_unavailable() && error.upstream_message().is_none());
    let answer = body(404, "<error><message>x</message></error>", "application/xml");
    let error = error_of(answer.clone()).await;
    assert!(error.is_gateway() && error.status_code() == Some(404));
    let error = error_of(answer.insert_header("X-Mediaconnect-Api-Version", "1.2.3")).await;
    assert!(error.is_not_found());
}

#[tokio::test]
async fn json_is_read_whatever_its_media_type() {
    let upstream = Upstream::responding(body(200, r#"{"customerNumber": 7}"#, "text/html")).await;
    let customer = upstream.client.customers().info(number(7)).await.unwrap();
    assert_eq!(customer.customer_number, Some(number(7)));
}

#[tokio::test]
async fn only_what_connect_says_of_the_input_is_final() {
    let connects = |status| (status, r#"{"exceptionType":"X"}"#);
    for ((status, body), is_final) in [
        (connects(400), true),
        ((400, "<html>"), false),
        (connects(404), true),
        ((404, "<html>"), false),
        (connects(401), false),
        (connects(403), false),
        (connects(408), false),
        (connects(425), false),
        (connects(429), false),
        (connects(503), false),
        ((200, "{}"), false),
    ] {
        let upstream = Upstream::without_proof(status, body).await;
        let client = upstream.client_builder().build().unwrap();
        let error = client.customers().info(number(1)).with_attempts(1).await.unwrap_err();
        assert_eq!(error.is_final(), is_final, "{status} {body}: {error}");
    }
    assert!(Error::from("0".parse::<CustomerNumber>().unwrap_err()).is_final());
}

#[tokio::test]
async fn a_body_over_the_cap_is_refused() {
    let large = format!("{{\"emails\": [\"{}\"]}}", "x".repeat(9 * 1024 * 1024));
    let error = error_of(body(200, &large, "application/json")).await;
    assert!(error.is_decode() && error.to_string().contains("larger than"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = ResponseTemplate::new(307).insert_header("Location", "/capi/v1/elsewhere");
    let upstream = Upstream::responding(answer).await;
    let error = upstream.client.customers().info(number(7)).with_attempts(1).await.unwrap_err();
    assert!(error.is_gateway());
    assert_eq!(upstream.requests().await.len(), 1);
}
