//! Tests the sandbox over HTTP, as a client uses it.

mod tokens;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mediaconnect_sandbox::{Fault, Quirks, Sandbox};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

const JSON: &str = "application/json";
const SEARCH: &str = "/v1/client/customer/search";
const OWN: &str = "/v1/customer/info";

fn info(number: i64) -> String {
    format!("/v1/client/customer/info/{number}")
}

async fn token(sandbox: &Sandbox) -> String {
    let answer = ask_for_token(sandbox, sandbox.client_secret(), "client_credentials").await;
    let answer: Value = answer.error_for_status().unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn ask_for_token(sandbox: &Sandbox, secret: &str, grant_type: &str) -> Response {
    let form = format!("grant_type={grant_type}&client_id={}&client_secret={secret}", sandbox.client_id());
    let request = client().post(sandbox.token_url()).body(form);
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").send().await.unwrap()
}

/// Creates a client that keeps no idle connections. Each idle connection has a timer, and a paused Tokio clock would
/// jump ahead to that timer in the middle of a test.
fn client() -> reqwest::Client {
    reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap()
}

fn request(sandbox: &Sandbox, method: Method, path: &str, token: &str) -> RequestBuilder {
    let url = format!("{}{path}", sandbox.base_url());
    client().request(method, url).bearer_auth(token).header(ACCEPT, JSON)
}

async fn get(sandbox: &Sandbox, path: &str, token: &str) -> (u16, Value) {
    read(request(sandbox, Method::GET, path, token)).await
}

async fn post(sandbox: &Sandbox, path: &str, token: &str, body: &Value) -> (u16, Value) {
    read(request(sandbox, Method::POST, path, token).json(body)).await
}

async fn read(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], JSON);
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_addresses_are_like_those_of_the_test_system() {
    let sandbox = Sandbox::start().await;
    let origin = sandbox.base_url().strip_suffix("/capi").unwrap();
    assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
    assert_eq!(sandbox.token_url(), format!("{origin}/login/oauth/token"));
}

#[tokio::test]
async fn a_customer_is_found_by_its_number() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let (status, customer) = get(&sandbox, &info(563_457), &token).await;
    assert_eq!((status, &customer["name"]["lastName"]), (200, &json!("Nordmann")));
    assert_eq!(customer["attachedUsers"]["uniqueId"], "abc123ee63461dd");
}

#[tokio::test]
async fn every_customer_can_be_fetched_with_and_without_quirks() {
    for quirks in [Quirks::upstream(), Quirks::none()] {
        let sandbox = Sandbox::builder().quirks(quirks).start().await.unwrap();
        let token = token(&sandbox).await;
        let numbers = sandbox.customer_numbers();
        assert!(numbers.len() >= 60);
        for number in numbers {
            let (status, customer) = get(&sandbox, &info(number), &token).await;
            assert_eq!((status, &customer["customerNumber"]), (200, &json!(number)));
        }
    }
}

#[tokio::test]
async fn a_number_that_nobody_has_is_404_and_one_that_is_none_is_400() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let (status, error) = get(&sandbox, &info(999_999), &token).await;
    assert_eq!((status, &error["exceptionType"]), (404, &json!("RecordNotFoundException")));
    for number in ["0", "-5", "+5", "abc", "1.5", "99999999999999999999", ""] {
        let (status, error) = get(&sandbox, &format!("/v1/client/customer/info/{number}"), &token).await;
        assert_eq!(status, 400, "{number}");
        let message = error["errorMessage"].as_str().unwrap();
        let expected = ["customerNumber: a whole number is expected", "customerNumber: value is less than"];
        assert!(expected.iter().any(|expected| message.starts_with(expected)), "{message}");
    }
    assert_eq!(get(&sandbox, SEARCH, &token).await.0, 405);
}

#[tokio::test]
async fn a_search_finds_at_most_five_and_nobody_is_an_empty_list() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let family = json!({ "lastName": "hansen", "streetAddress": "STORGATA", "postalCode": "2609" });
    let (status, answer) = post(&sandbox, SEARCH, &token, &family).await;
    assert_eq!((status, answer["customers"].as_array().unwrap().len()), (200, 5));

    let nobody = json!({ "phoneNumber": "+4712999999" });
    assert_eq!(post(&sandbox, SEARCH, &token, &nobody).await, (200, json!({ "customers": [] })));
}

#[tokio::test]
async fn search_answers_in_the_odd_shapes_unless_told_otherwise() {
    let search = json!({ "email": "aslaug@example.org" });
    for (quirks, code, emails) in [
        (Quirks::upstream(), json!(181), json!({ "email": "aslaug@example.org" })),
        (Quirks::none(), json!("0181"), json!({ "email": ["aslaug@example.org"] })),
    ] {
        let sandbox = Sandbox::builder().quirks(quirks).start().await.unwrap();
        let token = token(&sandbox).await;
        let (_, answer) = post(&sandbox, SEARCH, &token, &search).await;
        let found = &answer["customers"][0];
        assert_eq!((&found["postalCode"], &found["emails"]), (&code, &emails));
    }
}

#[tokio::test]
async fn a_search_that_breaks_the_contract_is_refused_without_quoting_it() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    for (body, expected) in [
        (json!({ "lastName": "Hemmelig" }), "/: one of these is missing"),
        (json!({ "lastName": "Hemmelig", "streetAddress": "", "postalPlace": "" }), "/: one of these"),
        (json!({ "phoneNumber": "Hemmelig" }), "/phoneNumber: "),
        (json!({ "email": "x@example.com", "nickname": "Hemmelig" }), "/nickname: "),
        (json!(["Hemmelig"]), "/: "),
    ] {
        let (status, error) = post(&sandbox, SEARCH, &token, &body).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert_eq!((status, &error["exceptionType"]), (400, &json!("ValidationException")));
        assert!(message.contains(expected) && !message.contains("Hemmelig"), "{message}");
    }
}

#[tokio::test]
async fn the_rest_of_a_request_is_checked_too() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let search = || request(&sandbox, Method::POST, SEARCH, &token);
    let lookup = |query| request(&sandbox, Method::GET, &format!("{}{query}", info(7)), &token);
    for (request, expected) in [
        (search().body(r#"{"email":"x@example.com"}"#), "Content-Type: application/json is expected"),
        (search().header(CONTENT_TYPE, JSON).body(r#"{"email":"Hemm"#), "body: not JSON at line 1 column"),
        (lookup("?nickname=Hemmelig"), "query: the contract has no such parameter"),
        (lookup("").body("Hemmelig"), "body: this operation has no body"),
    ] {
        let (status, error) = read(request).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert_eq!(status, 400);
        assert!(message.starts_with(expected) && !message.contains("Hemm"), "{message}");
    }
}

#[tokio::test]
async fn a_user_reads_and_replaces_the_own_data() {
    let sandbox = Sandbox::builder().quirks(Quirks::none()).start().await.unwrap();
    let user = sandbox.user_token();
    assert_eq!(get(&sandbox, OWN, user).await.1["customerNumber"], 563_457);

    let change = json!({ "emails": ["ny@example.com"] });
    assert_eq!(post(&sandbox, OWN, user, &change).await, (200, json!({ "success": true })));
    let (_, changed) = get(&sandbox, OWN, user).await;
    assert_eq!(changed["emails"], json!(["ny@example.com"]));
    assert_eq!(changed["name"], json!({ "lastName": "-" }));
    assert!(changed.get("phoneNumbers").is_none());

    let other = Sandbox::start().await;
    assert_eq!(get(&other, OWN, other.user_token()).await.1["name"]["lastName"], "Nordmann");
}

#[tokio::test]
async fn a_change_that_breaks_the_contract_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let user = sandbox.user_token();
    let before = get(&sandbox, OWN, user).await;
    let change = json!({ "emails": ["Hemmelig"], "attachedUsers": [] });
    let (status, error) = post(&sandbox, OWN, user, &change).await;
    let message = error["errorMessage"].as_str().unwrap();
    assert_eq!(status, 400);
    assert!(message.contains("/emails/0: ") && message.contains("/attachedUsers: "), "{message}");
    assert!(!message.contains("Hemmelig"), "{message}");
    assert_eq!(get(&sandbox, OWN, user).await, before);
}

#[tokio::test(start_paused = true)]
async fn every_answer_carries_the_documented_headers() {
    let sandbox = Sandbox::start().await;
    let ask = async |path: &str, token: &str| {
        let answer = request(&sandbox, Method::GET, path, token).send().await.unwrap();
        let header = |name| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-mediaconnect-api-version"), "1.2.3");
        (header("x-ratelimit-remaining"), header("x-ratelimit-reset"))
    };
    let is = |remaining: &str, reset: &str| (remaining.to_owned(), reset.to_owned());
    assert_eq!(ask(OWN, sandbox.user_token()).await, is("1999", "60"));
    tokio::time::advance(Duration::from_secs(15)).await;
    assert_eq!(ask(OWN, "unknown").await, is("1998", "45"));
    tokio::time::advance(Duration::from_secs(45)).await;
    assert_eq!(ask(SEARCH, "unknown").await, is("1999", "60"));
}

#[tokio::test]
async fn a_path_outside_the_contract_reaches_nothing_of_connect() {
    let sandbox = Sandbox::start().await;
    let answer = request(&sandbox, Method::GET, "/nowhere", "unknown").send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(!answer.headers().contains_key("x-mediaconnect-api-version"));
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn a_reset_has_no_response_and_a_cut_off_response_begins_correctly() {
    let faults = [Fault::on("getOwnCustomerInfo").reset(), Fault::on("getOwnCustomerInfo").cut_off()];
    let [reset, cut_off] = faults.map(|fault| Sandbox::builder().fault(fault));
    let (reset, cut_off) = (reset.start().await.unwrap(), cut_off.start().await.unwrap());
    let whole = get_without_accept(&Sandbox::start().await, OWN, "sandbox-user-token").unwrap();

    let error = get_without_accept(&reset, OWN, reset.user_token()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);

    let half = get_without_accept(&cut_off, OWN, cut_off.user_token()).unwrap();
    let body = |answer: &str| answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    assert!(half.contains(&format!("content-length: {}\r\n", body(&whole).len())), "{half}");
    assert_eq!(body(&half), body(&whole)[..body(&whole).len() / 2]);
}

/// Sends a request without an `Accept` header, which reqwest would always add.
fn get_without_accept(sandbox: &Sandbox, path: &str, token: &str) -> std::io::Result<String> {
    let address = sandbox.base_url().strip_prefix("http://").unwrap().strip_suffix("/capi").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /capi{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test]
async fn xml_is_what_a_client_gets_that_does_not_ask_for_json() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let answer = get_without_accept(&sandbox, &info(563_457), &token).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("application/xml"), "{answer}");
    assert!(answer.contains("<customerInfo><customerNumber>563457</customerNumber><name>"), "{answer}");
    assert!(answer.contains("<emails><email>ola.nordmann@hotmail.no</email><email>"), "{answer}");

    let answer = get_without_accept(&sandbox, &info(999_999), &token).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("<exceptionType>RecordNotFoundException</exceptionType>"), "{answer}");

    // curl and reqwest send `*/*` by default.
    let mut any = request(&sandbox, Method::GET, OWN, sandbox.user_token()).build().unwrap();
    any.headers_mut().insert(ACCEPT, "*/*".parse().unwrap());
    let answer = client().execute(any).await.unwrap();
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/xml;charset=UTF-8");
}

#[tokio::test]
async fn received_requests_can_be_looked_at() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let search = json!({ "phoneNumber": "+4723339100" });
    post(&sandbox, SEARCH, &token, &search).await;
    request(&sandbox, Method::GET, "/nowhere", &token).send().await.unwrap();

    let received = sandbox.requests();
    let operations: Vec<_> = received.iter().map(|received| received.operation).collect();
    assert_eq!(operations, [Some("token"), Some("searchCustomers"), None]);
    assert_eq!(
        (received[1].method.as_str(), received[1].path.as_str()),
        ("POST", "/capi/v1/client/customer/search")
    );
    assert_eq!(received[1].header("Accept"), Some(JSON));
    assert_eq!(serde_json::from_slice::<Value>(&received[1].body).unwrap(), search);
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test]
async fn a_request_body_of_more_than_8_mib_is_refused() {
    let sandbox = Sandbox::start().await;
    let token = token(&sandbox).await;
    let largest = 8 << 20;
    for (length, status) in [(largest, 400), (largest + 1, 413), (4 * largest, 413)] {
        let body = vec![b' '; length];
        let search = request(&sandbox, Method::POST, SEARCH, &token).header(CONTENT_TYPE, JSON).body(body);
        let (refused, body) = read(search).await;
        assert_eq!(refused, status, "{length} bytes: {body}");
        assert_eq!(
            body["error"].as_str().is_some_and(|error| error.contains("8 MiB")),
            status == 413,
            "{body}"
        );
    }
    assert_eq!(sandbox.received("searchCustomers").len(), 1);
}

#[tokio::test]
async fn sandboxes_do_not_share_anything() {
    let (one, two) = tokio::join!(Sandbox::start(), Sandbox::start());
    let token = token(&one).await;
    assert_ne!(one.base_url(), two.base_url());
    assert_eq!(get(&two, &info(7), &token).await.0, 401);
    assert_eq!((one.token_requests(), two.token_requests()), (1, 0));
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let sandbox = Sandbox::start().await;
    let port = sandbox.base_url().strip_suffix("/capi").unwrap().rsplit(':').next().unwrap().parse().unwrap();
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn the_port_is_free_when_it_is_dropped() {
    let sandbox = Sandbox::start().await;
    let address =
        sandbox.base_url().strip_prefix("http://").unwrap().strip_suffix("/capi").unwrap().to_owned();
    drop(sandbox);
    assert_eq!(TcpStream::connect(&address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
