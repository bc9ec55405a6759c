//! Measures the memory cost of the worst bodies below the size limit. The counting allocator counts all threads, so
//! this binary has only one test.

use mediaconnect::transport::{Bytes, Transport, TransportFuture, http};
use mediaconnect::{Client, ClientCredentials, CustomerSearch, Method, UserToken};
use mediaconnect_contract::Outline;
use mediaconnect_contract::outline::{Kind, Model};
use mediaconnect_tests::contract;
use peak_alloc::PeakAlloc;
use serde_json::Value;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MIB: usize = 1024 * 1024;
/// The largest body that the client reads.
const CAP: usize = 8 * MIB;
/// The memory that docs/guarantees.md allows for a model.
const MAX_FOR_MODELS: usize = 16 * CAP;
/// The memory that docs/guarantees.md allows for any JSON. JSON may use more memory than a model, because even an
/// object with one member allocates space for eleven.
const MAX_FOR_VALUES: usize = 32 * CAP;

#[tokio::test]
async fn no_body_under_the_cap_takes_more_than_a_few_times_the_cap() {
    let outline = Outline::of(&contract());
    check(bodies_of_models(&outline), MAX_FOR_MODELS).await;
    check(bodies_of_values(), MAX_FOR_VALUES).await;
}

async fn check(bodies: impl Iterator<Item = (String, String)>, most: usize) {
    let mut peaks = Vec::new();
    for (name, body) in bodies {
        assert!(body.len() <= CAP, "{name} is over the cap");
        peaks.push((peak_of(&name, body).await, name));
    }
    peaks.sort_unstable();
    for (peak, name) in peaks.iter().rev() {
        println!("{} MiB: {name}", peak / MIB);
    }
    let (peak, name) = peaks.pop().expect("some bodies");
    assert!(peak <= most, "{name} takes {} MiB", peak / MIB);
}

/// Returns the peak memory of a call whose response has this body. The memory of the body itself is not counted.
async fn peak_of(name: &str, body: String) -> usize {
    let client = client(body.into());
    let user = UserToken::new("token");
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let outcome = match name.split(' ').next() {
        Some("CustomerInfo") => client.customers().own_info(&user).await.map(drop),
        Some("CustomerSearchResponse") => {
            client.customers().search(&CustomerSearch::by_phone_number("+4712345678")).await.map(drop)
        }
        _ => client.request(Method::Get, "/v1/any").as_user(&user).send::<Value>().await.map(drop),
    };
    let peak = MEMORY.peak_usage() - before;
    if let Err(error) = outcome {
        assert!(error.is_decode() && error.to_string().contains("more elements"), "{name}: {error}");
    }
    peak
}

/// Returns a client that gets this body for every request, and a token for every token request.
fn client(body: Bytes) -> Client {
    struct Answering(Bytes);

    impl Transport for Answering {
        fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
            let is_token = request.uri().path().contains("token");
            let token = r#"{"access_token": "token", "token_type": "bearer", "expires_in": 3600}"#;
            let body = if is_token { Bytes::from_static(token.as_bytes()) } else { self.0.clone() };
            Box::pin(async { Ok(http::Response::new(body)) })
        }
    }

    Client::builder()
        .credentials(ClientCredentials::new("id", "secret"))
        .transport(Answering(body))
        .build()
        .expect("a client")
}

/// Returns one body for each list in the models of responses. The list has as many elements as the size limit allows.
fn bodies_of_models(outline: &Outline) -> impl Iterator<Item = (String, String)> {
    let models = ["CustomerInfo", "CustomerSearchResponse"];
    let models = models.into_iter().map(|name| outline.model(name).expect("a model of the contract"));
    models.flat_map(|model| {
        let name = &model.name;
        lists_of(outline, model).into_iter().map(move |list| {
            let what = format!("{name} {} with {:.40}", list.start, list.element);
            (what, list.with(usize::MAX))
        })
    })
}

/// A document with a list: the text before the list's elements, one element, and the text after the elements.
struct List {
    start: String,
    element: String,
    end: String,
}

impl List {
    /// Returns the document with this number of elements in the list, or as many as fit below the size limit.
    fn with(&self, count: usize) -> String {
        let room = (CAP - self.start.len() - self.end.len()) / (self.element.len() + 1);
        let elements = vec![self.element.as_str(); count.min(room)].join(",");
        format!("{}{elements}{}", self.start, self.end)
    }
}

/// Returns documents for the lists of a model, including the lists in the elements of other lists.
fn lists_of(outline: &Outline, model: &Model) -> Vec<List> {
    let mut lists = Vec::new();
    for field in &model.fields {
        let Kind::List { items, wrapper } = &field.schema.kind else { continue };
        let (start, end) = match wrapper {
            Some(member) => (format!(r#"{{"{}":{{"{member}":["#, field.wire_name), "]}}"),
            None => (format!(r#"{{"{}":["#, field.wire_name), "]}"),
        };
        let mut add = |inner_start: &str, element: String, inner_end: &str| {
            let (start, end) = (format!("{start}{inner_start}"), format!("{inner_end}{end}"));
            lists.push(List { start, element, end });
        };
        let Some(inner) = items.model().and_then(|name| outline.model(name)) else {
            add("", r#""a""#.to_owned(), "");
            continue;
        };
        add("", "{}".to_owned(), "");
        for list in lists_of(outline, inner) {
            add("", list.with(1), "");
            add("", list.with(1_000), "");
            add(&list.start, list.element, &list.end);
        }
    }
    lists
}

/// Returns bodies of several sizes for calls that read any JSON. The client refuses the largest bodies, because they
/// have too many elements. So a smaller body, which the client accepts, may need the most memory.
fn bodies_of_values() -> impl Iterator<Item = (String, String)> {
    let elements = [
        ("[", "{}", "]"),
        ("[", "[]", "]"),
        ("[", "[0]", "]"),
        ("[", "0", "]"),
        ("[", r#""""#, "]"),
        ("[", r#"{"":0}"#, "]"),
        (r#"{"a":["#, r#"{"":0}"#, "]}"),
        ("[", r#"{"a":{"b":{"c":{"d":0}}}}"#, "]"),
    ];
    elements.into_iter().flat_map(|(start, element, end)| {
        [1, 2, 3, 4, 6, 8, 12, 16].into_iter().map(move |part| {
            let list = List { start: start.to_owned(), element: element.to_owned(), end: end.to_owned() };
            let count = part * CAP / 16 / (element.len() + 1);
            (format!("any {start}{element}, {part}/16 of the cap"), list.with(count))
        })
    })
}
