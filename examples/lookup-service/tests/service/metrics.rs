//! Tests the metrics of the service. The log is tested in `process.rs`, because a whole process shares one log.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt;

use crate::{get, kari};

#[tokio::test]
async fn metrics_have_the_services_and_the_clients() {
    let recorder = lookup_service::telemetry::exporter().unwrap().build_recorder();
    let _guard = ::metrics::set_default_local_recorder(&recorder);
    let sandbox = kari().in_memory();
    let service = lookup_service::app(sandbox.client(), recorder.handle());
    get(&service, "/customers/100200").await;
    get(&service, "/customers/7").await;
    let answer = service.oneshot(Request::get("/metrics").body(Body::empty()).unwrap()).await.unwrap();
    let text = String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    for line in [
        r#"lookup_requests_total{route="/customers/{number}",status="200"} 1"#,
        r#"lookup_requests_total{route="/customers/{number}",status="404"} 1"#,
        r#"mediaconnect_calls_total{operation="getCustomerInfo",outcome="ok"} 1"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    for histogram in [
        "lookup_request_duration_seconds",
        "mediaconnect_call_duration_seconds",
        "mediaconnect_rate_wait_seconds",
    ] {
        assert!(text.contains(&format!("# TYPE {histogram} histogram\n")), "{histogram}: {text}");
        assert!(text.contains(&format!("{histogram}_bucket{{")), "{histogram}: {text}");
    }
    assert!(!text.contains("100200"), "{text}");
}
