//! Tests the files of the page, and which clients may read them.

use mediaconnect_sandbox::{Contract, Customer, Sandbox};
use reqwest::{Client, Response};
use serde_json::Value;

use crate::origin;

async fn started() -> Sandbox {
    Sandbox::builder().ui().start().await.unwrap()
}

async fn get(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Client::new().get(origin(sandbox) + path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn each_file_has_a_policy_that_lets_nothing_else_run() {
    let sandbox = started().await;
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/ui/page.js", "text/javascript; charset=utf-8"),
        ("/ui/page.css", "text/css; charset=utf-8"),
        ("/ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/ui/third-party.txt", "text/plain; charset=utf-8"),
        ("/ui/state", "application/json"),
    ] {
        let response = get(&sandbox, path, &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("content-type"), content_type);
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(
            !policy.contains("unsafe")
                && !policy.contains("http")
                && policy.contains("frame-ancestors 'none'")
        );
        assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
    }
    assert_eq!(get(&sandbox, "/ui/../Cargo.toml", &[]).await.status(), 404);
    assert_eq!(Client::new().post(origin(&sandbox)).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn head_gets_the_headers_of_get_and_no_body() {
    let sandbox = started().await;
    for path in ["/", "/ui/page.js"] {
        let got = get(&sandbox, path, &[]).await;
        let head = Client::new().head(origin(&sandbox) + path).send().await.unwrap();
        let headers = |response: &Response| {
            let mut headers = response.headers().clone();
            headers.remove("date");
            headers
        };
        assert_eq!((head.status(), headers(&head)), (got.status(), headers(&got)), "{path}");
        assert!(head.headers().contains_key("content-length"), "{path}");
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn other_hosts_and_pages_of_another_origin_get_nothing() {
    let sandbox = started().await;
    for headers in [[("host", "evil.example"), ("accept", "*/*")], [("via", "1.1 proxy"), ("accept", "*/*")]]
    {
        for path in ["/", "/ui/page.js", "/ui/settings", "/ui/state"] {
            assert_eq!(get(&sandbox, path, &headers).await.status(), 403, "{path}, {headers:?}");
        }
    }
    for path in ["/ui/settings", "/ui/state", "/admin/customers"] {
        for headers in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            assert_eq!(get(&sandbox, path, &[headers]).await.status(), 403, "{path}, {headers:?}");
        }
    }
    // Other sites may link to the page, so a request that comes from such a link is accepted.
    assert_eq!(get(&sandbox, "/", &[("sec-fetch-site", "cross-site")]).await.status(), 200);
}

#[tokio::test]
async fn without_the_switch_there_is_no_page() {
    let sandbox = Sandbox::builder().admin().start().await.unwrap();
    for path in ["/", "/ui/page.js", "/ui/state"] {
        assert_eq!(get(&sandbox, path, &[]).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn polling_is_not_logged_and_known_requests_are_not_sent_again() {
    let sandbox = started().await;
    let state = async |after: &str| -> Value {
        get(&sandbox, &format!("/ui/state?after={after}"), &[]).await.json().await.unwrap()
    };
    let first = state("").await;
    assert_eq!((&first["requests"], &first["faults"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert_eq!(state(&first["revision"].to_string()).await["requests"], Value::Null);
    get(&sandbox, "/capi/x", &[]).await;
    let second = state(&first["revision"].to_string()).await;
    assert_eq!(second["requests"][0]["path"], "/capi/x");
    assert_eq!(sandbox.requests().len(), 1);
    assert!(sandbox.requests().iter().all(|request| !request.path.contains("/ui/")));
}

#[tokio::test]
async fn customers_are_sent_again_only_after_a_change() {
    let sandbox = started().await;
    let state = async |query: &str| -> Value {
        get(&sandbox, &format!("/ui/state?{query}"), &[]).await.json().await.unwrap()
    };
    let first = state("search=nordmann").await;
    let found = first["customers"]["found"].as_u64().unwrap();
    let known = format!("search=nordmann&customersAfter={}", first["customersRevision"]);
    assert_eq!(state(&known).await["customers"], Value::Null);
    sandbox.put_customer(Customer::new(100_200).name("Kari", "Nordmann"));
    assert_eq!(state(&known).await["customers"]["found"], found + 1);
    sandbox.remove_customer(100_200);
    assert_eq!(state(&known).await["customers"]["found"], found);
}

#[tokio::test]
async fn the_reference_is_of_the_contract_that_is_given() {
    let text = "openapi: 3.0.3\ninfo: {title: Another, version: '1'}\npaths: {}\n";
    let contract = Contract::parse("c.yaml", text).unwrap();
    let sandbox = Sandbox::builder().contract(contract).ui().start().await.unwrap();
    let served: Value = get(&sandbox, "/ui/contract", &[]).await.json().await.unwrap();
    assert_eq!(served["info"]["title"], "Another");
}
