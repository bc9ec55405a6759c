//! One span per operation, with one child span per attempt.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use mediaconnect::operations::GetCustomerInfo;
use mediaconnect::{Method, UserToken};
use mediaconnect_tests::{Upstream, ok, status};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::{Instrument, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// A span with the data that an exporter receives.
#[derive(Clone, Debug, Default)]
struct Seen {
    name: &'static str,
    parent: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
}

impl Seen {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

/// Collects the spans of this library.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<BTreeMap<u64, Seen>>>);

impl Spans {
    async fn of<F: Future>(call: F) -> (F::Output, Vec<Seen>) {
        crate::keep_second_subscriber();
        let spans = Self::default();
        let subscriber = tracing_subscriber::registry().with(spans.clone());
        let output = call.with_subscriber(subscriber).await;
        let seen = spans.0.lock().unwrap().values().cloned().collect();
        (output, seen)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if !is_ours(attributes.metadata()) {
            return;
        }
        let mut seen = Seen { name: attributes.metadata().name(), ..Seen::default() };
        seen.parent = context.span(id).and_then(|span| Some(span.parent()?.name()));
        attributes.record(&mut seen);
        self.0.lock().unwrap().insert(id.into_u64(), seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        if let Some(seen) = self.0.lock().unwrap().get_mut(&id.into_u64()) {
            values.record(seen);
        }
    }
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("mediaconnect")
}

#[tokio::test]
async fn an_operation_is_a_span_and_its_attempt_a_child_of_it() {
    let upstream = Upstream::responding_in_turn([]).await;
    let (output, seen) =
        Spans::of(upstream.client.customers().info("563457".parse().unwrap()).into_future()).await;
    assert!(output.is_ok());
    let [operation, attempt] = &seen[..] else { panic!("{seen:?}") };

    assert_eq!((operation.name, operation.parent), ("getCustomerInfo", None));
    let port = upstream.server.address().port().to_string();
    let template = "/v1/client/customer/info/{customerNumber}";
    let expected = [
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("otel.kind", "internal"),
        ("url.template", template),
    ];
    assert_eq!(operation.fields, expected.map(|(name, value)| (name, value.to_owned())).into());

    assert_eq!((attempt.name, attempt.parent), ("attempt", Some("getCustomerInfo")));
    let expected = [
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("otel.kind", "client"),
        ("otel.name", &format!("GET {template}")),
        ("server.address", "127.0.0.1"),
        ("server.port", &port),
        ("url.template", template),
    ];
    assert_eq!(attempt.fields, expected.map(|(name, value)| (name, value.to_owned())).into());
}

#[tokio::test]
async fn a_cached_call_belongs_to_the_trace_of_its_caller() {
    crate::keep_second_subscriber();
    let upstream = Upstream::responding_in_turn([]).await;
    let spans = Spans::default();
    // The read runs in a task of this thread.
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(spans.clone()));
    let cached = upstream.client.cached(std::time::Duration::ZERO);
    let call = cached.call(GetCustomerInfo::new("563457".parse().unwrap())).into_future();
    call.instrument(tracing::info_span!(target: "mediaconnect_test", "handler")).await.unwrap();
    let seen: Vec<_> = spans.0.lock().unwrap().values().map(|span| (span.name, span.parent)).collect();
    let expected =
        [("handler", None), ("getCustomerInfo", Some("handler")), ("attempt", Some("getCustomerInfo"))];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_status_of_a_success_is_the_one_that_came() {
    for code in [200, 201, 204] {
        let upstream = Upstream::responding_in_turn([status(code)]).await;
        let call = upstream.client.request(Method::Get, "/v1/anything").send::<()>();
        let (output, seen) = Spans::of(call.into_future()).await;
        assert!(output.is_ok());
        for span in seen {
            assert_eq!(span.field("http.response.status_code"), Some(&*code.to_string()));
            assert_eq!((span.field("error.type"), span.field("otel.status_code")), (None, None));
        }
    }
}

#[tokio::test]
async fn each_attempt_has_its_own_span_with_what_became_of_it() {
    let upstream =
        Upstream::responding_in_turn([status(503), status(429).insert_header("retry-after", "0")]).await;
    let (output, seen) =
        Spans::of(upstream.client.customers().info("1".parse().unwrap()).into_future()).await;
    assert!(output.is_ok());
    let told: Vec<_> = seen
        .iter()
        .map(|span| {
            let field = |name| span.field(name).unwrap_or("-");
            let error = (field("error.type"), field("otel.status_code"));
            (span.name, field("http.request.resend_count"), field("http.response.status_code"), error)
        })
        .collect();
    let expected = [
        ("getCustomerInfo", "-", "200", ("-", "-")),
        ("attempt", "-", "503", ("server", "ERROR")),
        ("attempt", "1", "429", ("rate_limited", "ERROR")),
        ("attempt", "2", "200", ("-", "-")),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn an_error_is_told_on_the_span_of_the_operation_too() {
    let upstream = Upstream::responding_in_turn([status(404)]).await;
    let (_, seen) = Spans::of(upstream.client.customers().info("1".parse().unwrap()).into_future()).await;
    assert_eq!(seen.len(), 2);
    for span in seen {
        assert_eq!(span.field("error.type"), Some("not_found"));
        assert_eq!(span.field("otel.status_code"), Some("ERROR"));
        assert_eq!(span.field("http.response.status_code"), Some("404"));
    }
}

#[tokio::test]
async fn a_request_that_is_no_operation_does_not_tell_its_path() {
    let upstream = Upstream::responding_in_turn([ok(serde_json::json!({}))]).await;
    let user = UserToken::new("t");
    let call = upstream
        .client
        .request(Method::Put, "/v1/secret/563457?q=1")
        .as_user(&user)
        .send::<serde_json::Value>();
    let (output, seen) = Spans::of(call.into_future()).await;
    assert!(output.is_ok());
    let names: Vec<_> = seen.iter().map(|span| (span.name, span.parent, span.field("otel.name"))).collect();
    assert_eq!(names, [("request", None, None), ("attempt", Some("request"), Some("PUT"))]);
    assert!(seen.iter().all(|span| span.field("url.template").is_none()), "{seen:?}");
}

#[tokio::test]
async fn input_that_breaks_a_rule_has_no_span() {
    let upstream = Upstream::responding_in_turn([]).await;
    let search = mediaconnect::CustomerSearch::by_email("no address");
    let (output, seen) = Spans::of(upstream.client.customers().search(&search).into_future()).await;
    assert!(output.unwrap_err().is_invalid_input() && seen.is_empty());
}

#[tokio::test]
async fn the_name_of_a_client_is_a_field_of_its_spans_and_absent_without_one() {
    let sandbox = mediaconnect_sandbox::Sandbox::start().await;
    let number = "563457".parse().unwrap();
    let norway = sandbox.client_builder().name("norway").build().unwrap();
    let (called, seen) = Spans::of(norway.customers().info(number).into_future()).await;
    assert!(called.is_ok());
    let named: Vec<_> = seen.iter().map(|span| (span.name, span.field("mediaconnect.client"))).collect();
    assert_eq!(named, [("getCustomerInfo", Some("norway")), ("attempt", Some("norway"))]);
    let (_, seen) = Spans::of(sandbox.client().customers().info(number).into_future()).await;
    assert!(seen.iter().all(|span| span.field("mediaconnect.client").is_none()), "{seen:?}");
}
