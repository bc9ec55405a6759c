//! Tests that the requests contain the trace of the service, if the service uses a tracer.

use std::sync::{Arc, Mutex};

use mediaconnect_tests::{Upstream, status};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::{
    FutureExt, SpanContext, SpanKind, Status, TraceContextExt, TraceFlags, TraceState, TracerProvider,
};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter, Tracer};
use tracing::instrument::WithSubscriber;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;

/// Sets a service's propagator. Like most propagators, it also carries baggage.
fn set_propagator() {
    crate::keep_second_subscriber();
    let composite = TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]);
    opentelemetry::global::set_text_map_propagator(composite);
}

/// Makes a call within a span of the service. Returns the trace of the span and the headers that were sent.
async fn traced<S>(filter: impl FnOnce(Tracer) -> S) -> (String, Vec<Option<String>>)
where
    S: Subscriber + Send + Sync + 'static,
{
    set_propagator();
    let upstream = Upstream::responding_in_turn([status(503)]).await;
    let provider = SdkTracerProvider::builder().build();
    let subscriber = filter(provider.tracer("service"));
    let trace_id = async {
        let span = tracing::error_span!("the service's own");
        let customer = upstream.client.customers().info("1".parse().unwrap());
        assert!(customer.into_future().instrument(span.clone()).await.is_ok());
        span.context().span().span_context().trace_id().to_string()
    }
    .with_subscriber(subscriber)
    .await;
    (trace_id, upstream.headers("traceparent").await)
}

/// Services can copy the first assertion into their tests. It fails if the service and this library use different
/// versions of `tracing-opentelemetry`.
#[tokio::test]
async fn a_test_can_ask_whether_the_trace_would_be_carried() {
    set_propagator();
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("service"));
    let of_the_same_version = async {
        let span = tracing::error_span!("the service's own");
        let _entered = span.enter();
        (mediaconnect::observability::traceparent(), span.context().span().span_context().trace_id())
    };
    let subscriber = tracing_subscriber::registry().with(layer);
    let (carried, trace) = of_the_same_version.with_subscriber(subscriber).await;
    assert_eq!(carried.unwrap().split('-').nth(1), Some(trace.to_string().as_str()));
    // The library cannot see a layer of another version of `tracing-opentelemetry`. A subscriber without a layer has
    // the same effect, so this test uses such a subscriber.
    let of_another_version = async {
        let span = tracing::error_span!("the service's own");
        let _entered = span.enter();
        mediaconnect::observability::traceparent()
    };
    assert_eq!(of_another_version.with_subscriber(tracing_subscriber::registry()).await, None);
}

#[tokio::test]
async fn each_attempt_carries_the_trace_of_the_services_span() {
    let (trace_id, sent) = traced(|tracer| {
        tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer))
    })
    .await;
    let sent: Vec<_> = sent.into_iter().map(Option::unwrap).collect();
    let parts: Vec<Vec<_>> = sent.iter().map(|header| header.split('-').collect()).collect();
    let [first, second] = &parts[..] else { panic!("{sent:?}") };
    assert_eq!(first[..2], ["00", &trace_id]);
    assert_eq!(second[..2], ["00", &trace_id]);
    assert_ne!(first[2], second[2], "each attempt is a span of its own");
}

#[tokio::test]
async fn the_trace_is_carried_whichever_of_the_spans_are_filtered_out() {
    for level in [LevelFilter::INFO, LevelFilter::ERROR] {
        let layer = tracing_opentelemetry::layer;
        let of_all =
            traced(|tracer| tracing_subscriber::registry().with(level).with(layer().with_tracer(tracer)))
                .await;
        let of_the_tracer = traced(|tracer| {
            let filtered = layer().with_tracer(tracer).with_filter(level);
            tracing_subscriber::registry().with(LevelFilter::TRACE).with(filtered)
        })
        .await;
        for (trace_id, sent) in [of_all, of_the_tracer] {
            assert_eq!(sent.len(), 2);
            for header in sent {
                let header = header.unwrap_or_else(|| panic!("the trace is lost at {level}"));
                assert_eq!(header.split('-').nth(1), Some(&*trace_id));
            }
        }
    }
}

#[tokio::test]
async fn baggage_stays_in_the_service() {
    set_propagator();
    let state = TraceState::from_key_value([("vendor", "1")]).unwrap();
    let remote = SpanContext::new(1_u128.into(), 2_u64.into(), TraceFlags::SAMPLED, true, state);
    let context = Context::new()
        .with_remote_span_context(remote)
        .with_baggage([KeyValue::new("user", "canary@example.com")]);
    let carried = |upstream: Upstream| async move {
        let trace = (upstream.headers("traceparent").await, upstream.headers("tracestate").await);
        (trace, upstream.server.received_requests().await.unwrap())
    };
    let info = async |upstream: &Upstream| drop(upstream.client.customers().info("1".parse().unwrap()).await);

    // First case: the trace context is the parent of the span in which the call is made.
    let upstream = Upstream::responding_in_turn([]).await;
    let provider = SdkTracerProvider::builder().build();
    let tracer = tracing_opentelemetry::layer().with_tracer(provider.tracer("service"));
    async {
        let span = tracing::error_span!("the service's own");
        span.set_parent(context.clone()).unwrap();
        info(&upstream).instrument(span).await;
    }
    .with_subscriber(tracing_subscriber::registry().with(tracer))
    .await;
    let in_a_span = carried(upstream).await;

    // Second case: there is no span, and the trace context is attached to the future of the call.
    let upstream = Upstream::responding_in_turn([]).await;
    info(&upstream).with_context(context).await;
    let in_the_context = carried(upstream).await;

    for ((parent, state), requests) in [in_a_span, in_the_context] {
        let parent = parent[0].as_ref().expect("the request carries the trace");
        assert!(parent.starts_with(&format!("00-{:032x}-", 1)), "{parent}");
        assert_eq!(state, [Some("vendor=1".to_owned())]);
        for request in requests {
            assert!(!request.headers.contains_key("baggage"));
            assert!(!format!("{:?}", request.headers).contains("canary"));
        }
    }
}

#[tokio::test]
async fn without_a_tracer_nothing_is_carried() {
    let upstream = Upstream::responding_in_turn([]).await;
    assert!(upstream.client.customers().info("1".parse().unwrap()).await.is_ok());
    assert_eq!(upstream.headers("traceparent").await, [None]);
}

#[derive(Clone, Debug, Default)]
struct Exported(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Exported {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

#[tokio::test]
async fn spans_are_exported_as_opentelemetry_has_them() {
    crate::keep_second_subscriber();
    let upstream = Upstream::responding_in_turn([status(404)]).await;
    let exported = Exported::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exported.clone()).build();
    let tracer = tracing_opentelemetry::layer().with_tracer(provider.tracer("service"));
    let call = upstream.client.customers().info("1".parse().unwrap());
    let outcome = call.into_future().with_subscriber(tracing_subscriber::registry().with(tracer)).await;
    assert!(outcome.unwrap_err().is_not_found());

    let spans = exported.0.lock().unwrap();
    let [attempt, operation] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(attempt.name, "GET /v1/client/customer/info/{customerNumber}");
    assert_eq!((&attempt.span_kind, &operation.span_kind), (&SpanKind::Client, &SpanKind::Internal));
    assert_eq!(operation.name, "getCustomerInfo");
    assert_eq!(attempt.parent_span_id, operation.span_context.span_id());
    for span in [attempt, operation] {
        assert!(matches!(span.status, Status::Error { .. }), "{:?}", span.status);
        let value = |key: &str| {
            span.attributes
                .iter()
                .find(|attribute| attribute.key.as_str() == key)
                .map(|found| found.value.clone())
        };
        assert_eq!(value("http.response.status_code"), Some(404.into()));
        assert_eq!(value("server.port").is_some(), span.span_kind == SpanKind::Client);
        assert!(value("server.port").is_none_or(|port| matches!(port, Value::I64(_))));
        assert_eq!(value("error.type"), Some("not_found".into()));
        assert_eq!(value("url.full"), None, "a URL contains customer numbers");
    }
}
