//! Tests requests to endpoints that are not in the contract.

use mediaconnect::{Method, RefreshToken, UserToken};
use mediaconnect_contract::lint::OWN_HEADERS;
use mediaconnect_sandbox::Sandbox;
use mediaconnect_tests::{Upstream, client_of, number};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

#[tokio::test]
async fn it_shares_the_clients_token_and_asks_for_json() {
    let upstream = Upstream::responding_json(r#"{"access": true}"#).await;
    let question = json!({ "product": "CO27409" });
    let request = upstream.client.request(Method::Post, "/v1/client/access?x=1").json(&question);
    assert_eq!(request.send::<Value>().await.unwrap(), json!({ "access": true }));

    let requests = upstream.server.received_requests().await.unwrap();
    let request = requests.last().unwrap();
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/capi/v1/client/access"));
    assert_eq!(request.url.query(), Some("x=1"));
    assert_eq!(request.headers["authorization"], "Bearer test-token");
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.body_json::<Value>().unwrap(), question);
}

#[tokio::test]
async fn it_can_be_made_in_user_mode() {
    let sandbox = Sandbox::start().await;
    let user = UserToken::new(sandbox.user_token());
    let request =
        client_of(&sandbox).request(Method::Get, "/v1/customer/info").as_user(&user).send::<Value>().await;
    assert_eq!(request.unwrap()["customerNumber"], 563_457);
    assert_eq!(sandbox.token_requests(), 0);
}

#[tokio::test]
async fn it_is_repeated_only_if_the_caller_says_it_is_safe() {
    let upstream = Upstream::responding(ResponseTemplate::new(503)).await;
    let once = upstream.client.request(Method::Post, "/v1/x").send::<Value>().await.unwrap_err();
    assert!(once.is_unavailable() && once.is_outcome_unknown());
    assert_eq!((once.attempts(), upstream.requests().await.len()), (1, 1));

    let request = upstream.client.request(Method::Post, "/v1/x").safe_to_retry();
    let thrice = request.send::<Value>().await.unwrap_err();
    assert!(thrice.is_unavailable() && !thrice.is_outcome_unknown());
    assert_eq!((thrice.attempts(), upstream.requests().await.len()), (3, 4));
}

#[tokio::test]
async fn an_empty_response_of_connect_is_null_and_a_list_is_a_list() {
    let anybodys = Upstream::without_proof(204, "").await;
    let refused = anybodys.client.request(Method::Delete, "/v1/x").send::<()>().await.unwrap_err();
    assert!(refused.is_decode() && refused.is_outcome_unknown(), "{refused}");
    let empty = Upstream::with_proof(204, "").await;
    empty.client.request(Method::Delete, "/v1/x").send::<()>().await.unwrap();
    assert_eq!(empty.client.request(Method::Delete, "/v1/x").send::<Value>().await.unwrap(), Value::Null);
    let list = Upstream::responding_json("[1, 2]").await;
    assert_eq!(list.client.request(Method::Get, "/v1/x").send::<Vec<u8>>().await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_request_that_cannot_be_built_has_no_attempt() {
    let upstream = Upstream::responding_json("{}").await;
    let path = format!("/v1/{}", "x".repeat(70_000));
    let error = upstream.client.request(Method::Get, path).send::<Value>().await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert_eq!((error.attempts(), upstream.requests().await.len()), (0, 0));
}

#[tokio::test]
async fn a_change_whose_response_does_not_matter_accepts_any_json() {
    for body in ["{}", "null", r#"{"any": [1, "kari@example.com"]}"#] {
        let upstream = Upstream::responding_json(body).await;
        let request = || upstream.client.request(Method::Post, "/v1/x");
        request().send::<serde::de::IgnoredAny>().await.unwrap();
        let outcome = request().send::<()>().await;
        assert_eq!(
            outcome.is_err_and(|error| error.is_decode() && error.is_outcome_unknown()),
            body != "null"
        );
    }
}

#[tokio::test]
async fn a_path_that_leaves_the_base_url_is_not_sent() {
    let upstream = Upstream::responding_json("{}").await;
    for path in ["/../secret", "https://example.com/", "v1/x"] {
        let error = upstream.client.request(Method::Get, path).send::<Value>().await.unwrap_err();
        assert!(error.is_configuration() && error.operation() == Some("request"), "{error}");
    }
    assert!(upstream.server.received_requests().await.unwrap().is_empty());
}

/// Types that a service defines for the responses of an endpoint outside the contract.
#[expect(dead_code, reason = "the fields are decoded, but not read")]
mod own {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Events {
        pub items: Vec<Event>,
        #[serde(default)]
        pub by_owner: BTreeMap<String, Event>,
        #[serde(default)]
        pub place: Option<Place>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Event {
        pub kind: u8,
        #[serde(rename = "startedAt")]
        pub started_at: String,
    }

    #[derive(Debug, Deserialize)]
    pub enum Place {
        Online,

        Street { number: u16 },
    }
}

#[tokio::test]
async fn a_field_that_does_not_fit_is_named_by_the_callers_own_type() {
    for (body, expected) in [
        (r#"{"items": [{"kind": "canary", "startedAt": "a"}]}"#, "unexpected text at items[0].kind"),
        (
            r#"{"items": [{"kind": 1, "startedAt": "a"}, {"kind": 2}]}"#,
            "missing field `startedAt` at items[1]",
        ),
        (r#"{"canary": []}"#, "missing field `items` at the top"),
        (r#"{"items": {"canary": 1}}"#, "unexpected object at items"),
        (
            r#"{"items": [], "byOwner": {"canary@example.com": {"kind": 1}}}"#,
            "missing field `startedAt` at byOwner.?",
        ),
        (
            r#"{"items": [], "byOwner": {"canary@example.com": {"kind": 1, "startedAt": [3]}}}"#,
            "unexpected list at byOwner.?.startedAt",
        ),
        (r#"{"items": [{"kind": 1, "startedAt": "a", "canary": 1}]}"#, "unexpected field at items[0]"),
        (r#"{"items": [{"kind": 1, "kind": 2}]}"#, "unexpected second value at items[0].kind"),
        (
            r#"{"items": [], "place": {"Street": {"number": "canary"}}}"#,
            "unexpected text at place.Street.number",
        ),
        (r#"{"items": [], "place": {"Street": {"canary": 1}}}"#, "missing field `number` at place.Street"),
        (r#"{"items": [], "place": "canary"}"#, "unexpected text at place"),
    ] {
        let upstream = Upstream::responding_json(body).await;
        let sent =
            upstream.client.request(Method::Get, "/v1/events").safe_to_retry().send::<own::Events>().await;
        let error = sent.unwrap_err();
        assert!(error.is_decode(), "{error}");
        assert_eq!(
            error.to_string(),
            format!("request: the response cannot be understood: {expected} (status 200)")
        );
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

/// A caller's own type may return an error that quotes the refused value and looks like an error of serde. The client
/// never prints this error.
#[tokio::test]
async fn a_message_of_the_callers_type_is_never_quoted() {
    use serde::de::{Deserialize, Deserializer, Error};

    #[derive(Debug)]
    struct Chatty;

    impl<'de> Deserialize<'de> for Chatty {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(D::Error::custom(text))
        }
    }

    for text in ["missing field `canary`", "duplicate field `canary`", "unknown field `canary`", "canary"] {
        let upstream = Upstream::responding_json(&json!([text]).to_string()).await;
        let request = upstream.client.request(Method::Get, "/v1/x");
        let sent = request.send::<Vec<Chatty>>().await;
        let error = sent.unwrap_err();
        assert!(error.is_decode() && !format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn query_and_headers_are_sent_and_percent_encoded() {
    #[derive(serde::Serialize)]
    struct Page<'a> {
        owner: &'a str,
        size: u16,
        before: Option<u8>,
    }

    let upstream = Upstream::responding_json("{}").await;
    let page = Page { owner: "kari@example.com & co", size: 100, before: None };
    let request =
        upstream.client.request(Method::Get, "/v1/events?sort=up").query(&page).query(&[("page", 2)]);
    request.header("X-Request-Id", "a-1").header("If-Match", "\"7\"").send::<Value>().await.unwrap();
    upstream.client.request(Method::Get, "/v1/events").query(&[("page", 2)]).send::<Value>().await.unwrap();

    let requests = upstream.server.received_requests().await.unwrap();
    let sent: Vec<_> = requests.iter().filter(|request| request.url.path().ends_with("/events")).collect();
    assert_eq!(sent[0].url.query(), Some("sort=up&owner=kari%40example.com+%26+co&size=100&page=2"));
    assert_eq!(
        (&sent[0].headers["x-request-id"], &sent[0].headers["if-match"]),
        (&"a-1".parse().unwrap(), &"\"7\"".parse().unwrap())
    );
    assert_eq!(sent[1].url.query(), Some("page=2"));
}

#[tokio::test]
async fn a_header_that_the_client_owns_or_that_cannot_be_sent_is_refused_by_name() {
    let upstream = Upstream::responding_json("{}").await;
    for (name, value, advice) in [
        ("Authorization", "Bearer canary", "`authorization` itself: use as_user"),
        ("content-type", "canary", "`content-type` itself: use json"),
        ("Host", "canary", "`host` itself: leave it out"),
        ("Traceparent", "canary", "`traceparent` itself: use the feature `opentelemetry`"),
        ("X-Id", "canary\r\nX: y", "the value of the header `x-id`"),
        ("canary: x", "y", "the name of a request header is malformed"),
    ] {
        let sent = upstream.client.request(Method::Get, "/v1/x").header(name, value).send::<Value>().await;
        let error = sent.unwrap_err();
        assert!(error.is_configuration() && error.to_string().contains(advice), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
    // The client owns these headers. The lint refuses them in the contract, and the client refuses them in a request.
    for name in OWN_HEADERS {
        let sent = upstream.client.request(Method::Get, "/v1/x").header(name, "a").send::<Value>().await;
        assert!(sent.unwrap_err().is_configuration(), "{name}");
    }
    let built = upstream.client_builder().header("Authorization", "canary").build();
    assert!(built.unwrap_err().to_string().contains("`authorization` itself: use as_user"));
    let sent = upstream.client.request(Method::Get, "/v1/x").query(&[[["a"]]]).send::<Value>().await;
    assert!(sent.unwrap_err().to_string().contains("the query cannot be written"));
    assert!(upstream.server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_header_of_the_client_is_sent_with_each_request_but_not_to_the_token_endpoint() {
    let upstream = Upstream::responding_json(r#"{"customerNumber": 1}"#).await;
    let builder = upstream.client_builder().header("X-Api-Key", "canary").header("X-Id", "of the client");
    let builder = builder.header("X-Tag", "one").header("X-Tag", "two");
    assert!(!format!("{builder:?}").contains("canary"));
    let client = builder.build().unwrap();
    client.customers().info(number(1)).await.unwrap();
    client.request(Method::Get, "/v1/x").header("X-Id", "of the request").send::<Value>().await.unwrap();

    let requests = upstream.server.received_requests().await.unwrap();
    let of_each = |name: &str| -> Vec<_> {
        let value =
            |request: &wiremock::Request| Some(request.headers.get(name)?.to_str().unwrap().to_owned());
        requests.iter().map(|request| value(request).unwrap_or_default()).collect()
    };
    assert_eq!(of_each("x-api-key"), ["", "canary", "canary"]);
    assert_eq!(of_each("x-id"), ["", "of the client", "of the request"]);
    let tags: Vec<_> = requests[1].headers.get_all("x-tag").iter().collect();
    assert_eq!(tags, ["one", "two"]);
}

#[tokio::test]
async fn a_header_for_the_token_endpoint_is_sent_to_it_alone() {
    let upstream = Upstream::responding_json(r#"{"customerNumber": 1}"#).await;
    let builder = upstream.client_builder().token_header("X-Api-Key", "canary");
    assert!(!format!("{builder:?}").contains("canary"));
    let client = builder.build().unwrap();
    assert!(!format!("{:?}", client.token_endpoint().unwrap()).contains("canary"));
    client.customers().info(number(1)).await.unwrap();
    let user = RefreshToken::new(client.token_endpoint().unwrap(), "refresh-token");
    client.customers().own_info(&UserToken::from_source(user)).await.unwrap();

    let requests = upstream.server.received_requests().await.unwrap();
    let keys: Vec<_> = requests
        .iter()
        .map(|request| request.headers.get("x-api-key").is_some_and(|key| key == "canary"))
        .collect();
    assert_eq!(keys, [true, false, true, false]);

    for name in ["Authorization", "Content-Type"] {
        let error = upstream.client_builder().token_header(name, "canary").build().unwrap_err();
        assert!(error.is_configuration() && !format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn status_and_headers_can_be_had_beside_the_body_and_are_not_printed() {
    let answer = ResponseTemplate::new(201)
        .insert_header("Location", "/v1/x/canary")
        .set_body_json(json!({ "id": 7 }));
    let upstream = Upstream::responding(answer).await;
    let request = upstream.client.request(Method::Post, "/v1/x").json(&json!({}));
    let response = request.send_with_headers::<Value>().await.unwrap();
    assert_eq!((response.status_code(), response.header("location")), (201, Some("/v1/x/canary")));
    assert!(!format!("{response:?}").contains("canary"));
    assert_eq!(response.into_body()["id"], 7);
}

#[tokio::test]
async fn the_client_of_a_user_makes_requests_too() {
    let upstream = Upstream::responding_json("{}").await;
    let user = UserToken::new("of-kari");
    upstream.client.as_user(&user).request(Method::Get, "/v1/x").send::<Value>().await.unwrap();
    let requests = upstream.server.received_requests().await.unwrap();
    assert_eq!(requests.last().unwrap().headers["authorization"], "Bearer of-kari");
}

#[tokio::test]
async fn a_get_is_repeated_and_a_post_only_if_that_is_said_to_be_safe() {
    for (method, is_safe, is_repeated) in [
        (Method::Get, false, true),
        (Method::Post, false, false),
        (Method::Post, true, true),
        (Method::Delete, false, false),
    ] {
        let upstream = Upstream::responding(ResponseTemplate::new(503)).await;
        let request = upstream.client.request(method, "/v1/x");
        let request = if is_safe { request.safe_to_retry() } else { request };
        let error = request.send::<Value>().with_attempts(2).await.unwrap_err();
        assert_eq!(error.is_outcome_unknown(), !is_repeated, "{method:?}");
        assert_eq!(upstream.requests().await.len(), if is_repeated { 2 } else { 1 }, "{method:?}");
    }
}
