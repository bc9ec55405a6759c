//! Tests responses that come from another server than the Connect API, or that contain data of another customer. No
//! operation of the contract may return `Ok` for such a response.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use mediaconnect::operations::{OPERATIONS, Operation, OperationInfo};
use mediaconnect::{Client, ClientCredentials, Error, Result, UserToken};
use mediaconnect_api::operation::ResponseKind;
use mediaconnect_contract::outline::{self, SuccessRule};
use mediaconnect_contract::{Contract, Outline};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, call, contract, run_paced};
use serde_json::{Value, json};

use crate::row::{canaries, describe};

/// A response that the client must not accept, and the error that the client must return.
struct Foreign {
    name: &'static str,
    status: u16,
    header: Option<&'static str>,
    body: String,
    end: &'static str,
    from_connect: bool,
    /// True if this response leaves the outcome unknown for an operation that is not safe to retry.
    unknown: bool,
    /// True if this response causes a retry of an operation that is safe to retry.
    retried: bool,
}

const VERSION: &str = "X-Mediaconnect-Api-Version: 1.2.3";
const HTML: &str = "<!DOCTYPE html><html><body><h1>canary</h1></body></html>";
const ERROR: &str = r#"{"exceptionType":"CanaryException","errorMessage":"canary"}"#;

/// Responses of gateways, proxies, frameworks and other services.
const JSON: [(&str, &str); 7] = [
    ("an empty object", "{}"),
    ("a health check", r#"{"status":"UP"}"#),
    ("a gateway", r#"{"message":"no Route matched with those values"}"#),
    ("a framework", r#"{"timestamp":"2026-11-28T12:00:00Z","status":404,"path":"/canary"}"#),
    ("problem details", r#"{"type":"about:blank","title":"canary","status":404,"detail":"canary"}"#),
    ("another customer register", r#"{"id":"canary","firstName":"canary","addresses":[]}"#),
    ("a list", r#"[{"customerNumber":999}]"#),
];

/// Returns the test cases of an operation: each kind of foreign response, with several statuses.
fn rows(info: &OperationInfo) -> Vec<Foreign> {
    let mut rows = Vec::new();
    let mut row = |name, status, header, body: &str, end, from_connect, unknown, retried| {
        let body = body.to_owned();
        rows.push(Foreign { name, status, header, body, end, from_connect, unknown, retried });
    };
    let envelope = format!(r#"{{"data":{}}}"#, info.response_example);
    let decode = "200 decode";
    for (name, body) in JSON.into_iter().chain([("HTML", HTML), ("nothing", ""), ("an envelope", &envelope)])
    {
        row(name, 200, None, body, decode, false, true, false);
        for (status, end) in [(302, "302 gateway"), (404, "404 gateway"), (410, "410 gateway")] {
            row(name, status, None, body, end, false, true, true);
        }
        row(name, 502, None, body, "502 unavailable", false, true, true);
    }
    // In a free-form object, `error` may be a normal member, so it does not prove an error.
    let error = if success_rule(info).is_some_and(|rule| rule.has.is_none() && rule.flag.is_none()) {
        decode
    } else {
        "200 reported-failure"
    };
    row("an error of somebody", 200, None, r#"{"error":"internal"}"#, error, false, true, false);
    row("an error of somebody", 404, None, r#"{"error":"Not Found"}"#, "404 gateway", false, true, true);
    row("Connect's error", 200, None, ERROR, "200 reported-failure", true, false, false);
    row("Connect's error", 302, None, ERROR, "302 refused", true, false, false);
    row("Connect's error", 404, None, ERROR, "404 not-found", true, false, false);
    row("Connect's error", 502, None, ERROR, "502 unavailable", true, true, true);
    row("Connect's 404 without a body", 404, Some(VERSION), "", "404 not-found", true, false, false);
    // With these statuses, the client must return an error even if the body is the contract's example. 202 means that
    // the work is unfinished, 203 that a proxy changed the response, 206 that a part is missing, 207 that there are
    // several statuses, and 226 that the body contains only the changes since an earlier response.
    for (status, end) in [
        (202, "202 decode"),
        (203, "203 decode"),
        (206, "206 decode"),
        (207, "207 decode"),
        (226, "226 decode"),
    ] {
        row("the example", status, Some(VERSION), info.response_example, end, true, true, false);
    }
    for (name, body) in others(info) {
        row(name, 200, Some(VERSION), &body, "200 mismatch", true, true, false);
        row(name, 404, None, &body, "404 gateway", false, true, true);
    }
    rows
}

/// For each field that must match the request, returns two responses with data of another customer. The first response
/// is the contract's example with another value in this field. The second response is a copy of the first with empty
/// top-level lists. Only a list that contains the field keeps its items.
fn others(info: &OperationInfo) -> Vec<(&'static str, String)> {
    let request: Value = serde_json::from_str(info.request_example).expect("the contract's example");
    // A request may identify the customer in two ways, but the example uses only one of them. The fields for the other
    // way are not tested.
    let is_asked = |(_, asked): &(String, String)| {
        request.pointer(&format!("/{}", asked.replace('.', "/"))).is_some_and(|value| !value.is_null())
    };
    let other = |(path, _): (String, String)| {
        let mut response: Value =
            serde_json::from_str(info.response_example).expect("the contract's example");
        let pointer = format!("/{}", path.replace("[]", "/0").replace('.', "/"));
        let value = response.pointer_mut(&pointer).expect("the example has the field that must match");
        *value = match &*value {
            Value::Bool(value) => json!(!*value),
            Value::Number(number) => json!(number.as_i64().expect("an integer") + 1),
            other => json!(format!("{}x", other.as_str().expect("a text"))),
        };
        let mut bare = response.clone();
        for (name, value) in bare.as_object_mut().into_iter().flatten() {
            if let (Value::Array(items), false) = (value, path.starts_with(name.as_str())) {
                items.clear();
            }
        }
        [("somebody else", response.to_string()), ("somebody else, with empty lists", bare.to_string())]
    };
    success_rule(info).unwrap_or_default().matches.into_iter().filter(is_asked).flat_map(other).collect()
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(contract);
static OUTLINE: LazyLock<Outline> = LazyLock::new(|| Outline::of(&CONTRACT));

fn success_rule(info: &OperationInfo) -> Option<SuccessRule> {
    operation(info).success_rule()
}

fn operation(info: &OperationInfo) -> &'static outline::Operation {
    OUTLINE
        .operations
        .iter()
        .find(|operation| operation.id == info.id)
        .expect("the outline has every operation")
}

/// Returns a success with this body. If the body cannot prove that the response comes from the Connect API, adds the
/// header that proves it.
fn success(info: &OperationInfo, body: &str) -> Response {
    let is_proven = matches!(info.response, ResponseKind::Object | ResponseKind::List);
    let answer = Response::status(200).body(if info.response == ResponseKind::Nothing { "" } else { body });
    if is_proven { answer } else { answer.header(VERSION) }
}

/// Returns the `x-odd-examples` of the operation's response. They violate the schema, but the client can still decode
/// them.
fn odd_examples(info: &OperationInfo) -> Vec<String> {
    let body = operation(info).success().and_then(|success| success.body.as_ref());
    let media_type = body.and_then(|body| body.pointer.strip_suffix("/schema")).unwrap_or_default();
    CONTRACT.odd_examples(media_type).iter().map(ToString::to_string).collect()
}

/// A client with its API and its token endpoint. The API sends the same response to every request.
struct Upstream {
    api: FaultServer,
    _token: FaultServer,
    client: Client,
}

impl Upstream {
    fn start(answer: Response) -> Self {
        let api = FaultServer::start(vec![Fault::Response(answer)], Door::Open);
        let token = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
        let client = Client::builder()
            .base_url(api.url("http"))
            .token_url(token.url("http"))
            .credentials(ClientCredentials::new("canary-id", "canary-secret"))
            .build()
            .expect("good URLs");
        Self { api, _token: token, client }
    }
}

/// Runs the test cases of an operation, each on its own runtime, and returns their number.
fn check<O: Operation + serde::de::DeserializeOwned>(
    call: fn(&Client, O) -> mediaconnect::Call<O::Output>,
) -> usize {
    let info = O::INFO;
    let request = || serde_json::from_str(info.request_example).expect("the contract's example of a request");
    let rows = rows(info);
    let count = rows.len();
    for row in rows {
        let (outcome, requests): (Result<O::Output>, usize) = run_paced(async {
            let answer =
                row.header.into_iter().fold(Response::status(row.status), Response::header).body(&row.body);
            let upstream = Upstream::start(answer);
            (call(&upstream.client, request()).await, upstream.api.requests())
        });
        let at = format!("{}: {} with status {}", info.id, row.name, row.status);
        let unknown = row.unknown && !info.safe_to_retry;
        let end = if unknown { format!("{} outcome-unknown", row.end) } else { row.end.to_owned() };
        assert_eq!(describe(&outcome), end, "{at}");
        let error: Error = outcome.err().expect("the row describes an error");
        assert_eq!(error.is_from_connect(), row.from_connect, "{at}");
        assert_eq!(requests, if row.retried && info.safe_to_retry { 3 } else { 1 }, "{at}");
        assert_eq!(canaries(&error), "none", "{at}");
    }
    count
}

macro_rules! every_operation {
    ($($operation:ident($mode:ident))*) => {
        #[test]
        fn no_foreign_response_is_believed_by_any_operation() {
            let checks: &[fn() -> usize] = &[$(|| {
                check(|client: &Client, operation: mediaconnect::operations::$operation| {
                    every_operation!(@$mode client, operation)
                })
            }),*];
            // The threads mostly wait, so more threads than cores make the test faster.
            let next = AtomicUsize::new(0);
            let count = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        while let Some(check) = checks.get(next.fetch_add(1, Ordering::Relaxed)) {
                            count.fetch_add(check(), Ordering::Relaxed);
                        }
                    });
                }
            });
            println!("{} rows hold", count.into_inner());
        }
    };
    (@client $client:expr, $operation:expr) => { $client.call($operation) };
    (@user $client:expr, $operation:expr) => { $client.as_user(&UserToken::new("canary-user")).call($operation) };
}

mediaconnect_api::for_each_operation!(every_operation);

#[test]
fn the_contracts_own_example_is_believed_by_every_operation() {
    for info in OPERATIONS {
        assert_eq!(believed(info, info.response_example), "ok", "{}", info.id);
    }
}

#[test]
fn the_contracts_odd_examples_are_believed_by_every_operation() {
    let mut count = 0;
    for info in OPERATIONS {
        for odd in odd_examples(info) {
            assert_eq!(believed(info, &odd), "ok", "{}: {odd}", info.id);
            count += 1;
        }
    }
    assert!(count > 0);
}

/// Calls an operation and returns the outcome. The API responds with `success(info, body)`.
fn believed(info: &OperationInfo, body: &str) -> String {
    let outcome = run_paced(async {
        let upstream = Upstream::start(success(info, body));
        call(info, &upstream.client, &UserToken::new("canary-user"), info.request_example).await
    });
    describe(&outcome)
}

/// The list `customers` may be `[]`, `null` or an empty text if no customer was found. An empty object is accepted only
/// with the header of the Connect API.
#[test]
fn an_empty_search_is_believed_in_each_form_and_an_empty_object_only_with_proof() {
    let search = |body: &'static str, header: Option<&'static str>| {
        run_paced(async move {
            let answer = header.into_iter().fold(Response::status(200), Response::header).body(body);
            let search = mediaconnect::CustomerSearch::by_email("kari@example.com");
            let upstream = Upstream::start(answer);
            upstream.client.customers().search(&search).await.map(|found| found.customers.len())
        })
    };
    for body in [r#"{"customers":[]}"#, r#"{"customers":null}"#, r#"{"customers":""}"#] {
        assert_eq!(search(body, None).unwrap(), 0, "{body}");
    }
    assert_eq!(search("{}", Some(VERSION)).unwrap(), 0);
    assert_eq!(describe(&search("{}", None)), "200 decode");
    assert_eq!(describe(&search(r#"{"hits":[]}"#, Some(VERSION))), "200 decode");
}
