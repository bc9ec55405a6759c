//! A service with a tracer finds its trace in the requests.

use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Instrument;
use tracing::instrument::WithSubscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;

use crate::upstream::{Upstream, status};

#[tokio::test]
async fn each_attempt_carries_the_trace_of_the_services_span() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let upstream = Upstream::answering([status(503)]).await;
    let provider = SdkTracerProvider::builder().build();
    let tracer = tracing_opentelemetry::layer().with_tracer(provider.tracer("service"));
    let subscriber = tracing_subscriber::registry().with(tracer);
    let trace_id = async {
        let span = tracing::info_span!("the service's own");
        let customer = upstream.client.customers().info("1".parse().unwrap());
        assert!(customer.into_future().instrument(span.clone()).await.is_ok());
        span.context().span().span_context().trace_id().to_string()
    }
    .with_subscriber(subscriber)
    .await;

    let sent: Vec<_> = upstream.sent("traceparent").await.into_iter().map(Option::unwrap).collect();
    let parts: Vec<Vec<_>> = sent.iter().map(|header| header.split('-').collect()).collect();
    let [first, second] = &parts[..] else { panic!("{sent:?}") };
    assert_eq!(first[..2], ["00", &trace_id]);
    assert_eq!(second[..2], ["00", &trace_id]);
    assert_ne!(first[2], second[2], "each attempt is a span of its own");
}

#[tokio::test]
async fn without_a_tracer_nothing_is_carried() {
    let upstream = Upstream::answering([]).await;
    assert!(upstream.client.customers().info("1".parse().unwrap()).await.is_ok());
    assert_eq!(upstream.sent("traceparent").await, [None]);
}
