//! Tests the admin routes as a front end uses them.

use mediaconnect_sandbox::Sandbox;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn with_admin() -> Sandbox {
    Sandbox::builder().customers([]).admin().allow_unused_faults().start().await.unwrap()
}

async fn call(sandbox: &Sandbox, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
    let url = sandbox.base_url().replace("/capi", path);
    let mut request = reqwest::Client::new().request(method, url);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn customers_are_added_told_and_removed() {
    let sandbox = with_admin().await;
    let path = "/admin/customers";
    let kari = json!({ "customerNumber": 7, "name": { "lastName": "Nordmann" } });
    assert_eq!(call(&sandbox, Method::POST, path, Some(kari.clone())).await.0, 204);
    assert_eq!(call(&sandbox, Method::POST, path, Some(json!([{ "customerNumber": 8 }]))).await.0, 204);
    assert_eq!(call(&sandbox, Method::GET, path, None).await.1, json!([kari, { "customerNumber": 8 }]));
    assert_eq!(call(&sandbox, Method::DELETE, "/admin/customers/8", None).await.0, 204);
    assert_eq!(call(&sandbox, Method::DELETE, "/admin/customers/8", None).await.0, 404);
    assert_eq!(sandbox.customer_numbers(), [7]);
    assert_eq!(call(&sandbox, Method::DELETE, path, None).await.0, 204);
    assert!(sandbox.customer_numbers().is_empty());
}

#[tokio::test]
async fn faults_are_set_told_and_removed() {
    let sandbox = with_admin().await;
    let path = "/admin/faults";
    let fault = json!({ "operation": "getCustomerInfo", "status": 503, "times": 2 });
    assert_eq!(call(&sandbox, Method::POST, path, Some(fault)).await.0, 204);
    let error = sandbox.client().customers().info("7".parse().unwrap()).with_attempts(1).await.unwrap_err();
    assert_eq!(error.status_code(), Some(503));
    let (_, told) = call(&sandbox, Method::GET, path, None).await;
    let id = &told[0]["id"];
    assert_eq!(
        told,
        json!([{ "operation": "getCustomerInfo", "times": 2, "status": 503, "happened": 1, "id": id }])
    );
    let other = json!({ "operation": "any", "always": true, "delayMs": 1 });
    assert_eq!(call(&sandbox, Method::POST, path, Some(other)).await.0, 204);
    let one = format!("{path}/{id}");
    assert_eq!(call(&sandbox, Method::DELETE, &one, None).await.0, 204);
    assert_eq!(call(&sandbox, Method::DELETE, &one, None).await.0, 404);
    assert_eq!(call(&sandbox, Method::GET, path, None).await.1[0]["delayMs"], 1);
    assert_eq!(call(&sandbox, Method::DELETE, path, None).await.0, 204);
    assert_eq!(call(&sandbox, Method::GET, path, None).await.1, json!([]));
    let error = sandbox.client().customers().info("7".parse().unwrap()).await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn requests_are_told_without_secrets_and_forgotten() {
    let sandbox = with_admin().await;
    let _ = sandbox.client().customers().info("7".parse().unwrap()).await;
    let (_, told) = call(&sandbox, Method::GET, "/admin/requests", None).await;
    for (field, expected) in [
        ("operation", json!("token")),
        ("method", json!("POST")),
        ("path", json!("/login/oauth/token")),
        ("body", Value::Null),
        ("status", json!(200)),
    ] {
        assert_eq!(told[0][field], expected, "{field}");
    }
    assert!(told[0]["milliseconds"].as_f64().unwrap() >= 0.0, "{told}");
    assert_eq!(told[1]["status"], 404);
    assert_eq!(told[1]["path"], "/capi/v1/client/customer/info/7");
    assert!(
        !told.to_string().contains("sandbox-access-token") && !told.to_string().contains("sandbox-secret")
    );
    assert_eq!(call(&sandbox, Method::DELETE, "/admin/requests", None).await.0, 204);
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn what_is_refused_says_why() {
    let sandbox = with_admin().await;
    for (method, path, body, expected) in [
        (
            Method::POST,
            "/admin/customers",
            Some(json!({ "customerNumber": "Hemmelig" })),
            "/0/customerNumber: ",
        ),
        (Method::POST, "/admin/faults", Some(json!({ "operation": "x" })), "no operation x"),
        (Method::POST, "/admin/faults", None, "Content-Type: application/json"),
        (Method::GET, "/admin/x", None, "use /admin/customers"),
    ] {
        let (status, body) = call(&sandbox, method, path, body).await;
        let error = body["error"].as_str().unwrap();
        assert!(
            status.is_client_error() && error.contains(expected) && !error.contains("Hemmelig"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_page_of_another_origin_changes_nothing() {
    let sandbox = with_admin().await;
    let url = sandbox.base_url().replace("/capi", "/admin/faults");
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let fault = json!({ "operation": "any", "status": 503 });
        let request = reqwest::Client::new().post(&url).json(&fault).header(name, value);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 403, "{name}");
        assert!(response.headers().get("access-control-allow-origin").is_none());
    }
    assert_eq!(call(&sandbox, Method::GET, "/admin/faults", None).await.1, json!([]));
}

#[tokio::test]
async fn another_host_is_refused_and_without_the_switch_there_is_nothing() {
    let sandbox = with_admin().await;
    let url = sandbox.base_url().replace("/capi", "/admin/requests");
    let request = reqwest::Client::new().get(&url).header("host", "evil.example");
    assert_eq!(request.send().await.unwrap().status(), 403);
    let closed = Sandbox::start().await;
    assert_eq!(
        reqwest::get(closed.base_url().replace("/capi", "/admin/requests")).await.unwrap().status(),
        404
    );
}
