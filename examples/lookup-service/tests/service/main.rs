//! Tests the example service with the sandbox.

mod answers;
mod metrics;
mod paywall;
mod process;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use mediaconnect_sandbox::{Customer, Fault, Sandbox, SandboxBuilder};
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use tower::ServiceExt;

const LOOKUP: &str = "getCustomerInfo";

fn kari() -> SandboxBuilder {
    let kari = Customer::new(100_200).name("Kari", "Nordmann").email("kari@example.com").phone("+4712000100");
    Sandbox::builder().customer(kari)
}

fn service(sandbox: &Sandbox) -> Router {
    lookup_service::app(sandbox.client(), PrometheusBuilder::new().build_recorder().handle())
}

/// Sends a request to the service without a socket.
async fn get(service: &Router, path: &str) -> (StatusCode, HeaderMap, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (head, body) = service.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (head.status, head.headers, serde_json::from_slice(&body).unwrap_or_default())
}

/// Returns the status of the service's response when the sandbox applies the fault to every request.
async fn status_with(fault: Fault) -> StatusCode {
    let sandbox = kari().fault(fault.always()).in_memory();
    get(&service(&sandbox), "/customers/100200").await.0
}
