//! What the service logs and counts.

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use mediaconnect_sandbox::Fault;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;
use tracing_subscriber::filter::LevelFilter;

use crate::{LOOKUP, get, kari, service};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_has_the_route_and_the_error_and_no_personal_data() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let sandbox = kari().fault(Fault::on(LOOKUP).after(1).times(3).status(503)).in_memory();
    let service = service(&sandbox);
    assert_eq!(get(&service, "/customers/100200").await.0, 200);
    assert_eq!(get(&service, "/customers/100200").await.0, 502);
    let text = log.text();
    assert!(text.contains("route=\"/customers/{number}\"") && text.contains("status=502"), "{text}");
    assert!(text.contains("upstream failed (status 503)"), "{text}");
    for personal in ["100200", "Kari", "kari@example.com", "12000100", "sandbox-access-token"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
}

#[tokio::test]
async fn metrics_have_the_services_and_the_clients() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
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
    assert!(!text.contains("100200"), "{text}");
}
