//! Tests that a failure is final only if the Connect API itself reports it. Any other failure may be temporary, or
//! affect every row.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use wiremock::matchers::{any, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::bulk::{Directory, EXPORT, lines};
use crate::support::{Run, customers, json, of_connect, set_response, upstream};

const FAST: &str = "--rate-limit 10000/600000";
const FINAL: [&str; 3] = ["not-found", "refused", "invalid-input"];

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html><body>Not Found</body></html>", "text/html")
}

async fn empty() -> MockServer {
    upstream(of_connect(404, "{}")).await
}

async fn lookups(upstream: &MockServer) -> usize {
    let requests = upstream.received_requests().await.unwrap();
    requests.iter().filter(|request| request.url.path().starts_with("/v1/")).count()
}

/// Asserts that a run stopped early and recorded no final failure.
fn assert_nothing_is_lost(directory: &Directory, run: &Run, code: i32, context: &str) {
    assert_eq!(run.code, Some(code), "{context}: {run:?}");
    assert!(run.err.contains("--resume"), "{context}: {run:?}");
    assert!(directory.file("out.resume").exists(), "{context}");
    let failed = fs::read_to_string(directory.file("out.failed.csv")).unwrap_or_default();
    assert!(!FINAL.iter().any(|reason| failed.contains(reason)), "{context}: {failed}");
}

#[tokio::test]
async fn responses_that_may_not_come_from_connect_stop_a_run_early_and_every_row_is_resumed() {
    let error = r#"{"exceptionType":"InternalError","errorMessage":"x"}"#;
    let other = |body: &'static str| json(200, body);
    let answers: [(&str, i32, ResponseTemplate); 10] = [
        ("404, HTML", 7, html(404)),
        ("302", 7, html(302).insert_header("Location", "https://example.com/login")),
        ("404 of a gateway", 7, json(404, r#"{"message":"no Route matched with those values"}"#)),
        ("404, empty object", 7, json(404, "{}")),
        ("400, HTML", 9, html(400)),
        ("200, HTML", 7, html(200)),
        ("200, empty object", 7, other("{}")),
        ("200, error body", 9, other(error)),
        ("200, another customer", 7, other(r#"{"customerNumber": 999999}"#)),
        ("200, an envelope", 7, other(r#"{"data": {"customerNumber": 1}}"#)),
    ];
    for (index, (context, code, answer)) in answers.into_iter().enumerate() {
        let directory = Directory::new(&format!("proof-{index}"));
        directory.write("in", &lines(1..=300));
        let strange = upstream(answer).await;
        let run = directory.run_at(&strange, &format!("{EXPORT} {FAST}"));
        assert_nothing_is_lost(&directory, &run, code, context);
        assert!(lookups(&strange).await < 200, "{context}: {}", lookups(&strange).await);
        set_response(&strange, customers()).await;
        let run = directory.run_at(&strange, &format!("{EXPORT} {FAST} --resume"));
        assert_eq!(run.code, Some(0), "{context}: {run:?}");
        assert_eq!(directory.sorted("out").len(), 300, "{context}");
    }
}

#[tokio::test]
async fn a_missing_token_endpoint_stops_a_run_early_and_every_row_is_resumed() {
    for (status, code) in [(404, 7), (302, 7), (503, 6)] {
        let directory = Directory::new(&format!("proof-token-{status}"));
        directory.write("in", &lines(1..=300));
        let nothing = MockServer::start().await;
        Mock::given(any()).respond_with(html(status)).mount(&nothing).await;
        let run = directory.run_at(&nothing, &format!("{EXPORT} {FAST}"));
        assert_nothing_is_lost(&directory, &run, code, &status.to_string());
        set_response(&nothing, customers()).await;
        let run = directory.run_at(&nothing, &format!("{EXPORT} {FAST} --resume"));
        assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 300), "{status}: {run:?}");
    }
}

#[tokio::test]
async fn match_stops_early_and_never_treats_a_failure_as_no_match() {
    let people: Vec<_> = (1..=300).map(|number| format!("person{number}@example.com")).collect();
    let people = people.join("\n");
    let line = format!("customer match --input @people.csv --output @out {FAST}");
    let error = r#"{"exceptionType":"InternalError","errorMessage":"x"}"#;
    for (index, (code, answer)) in [
        (7, html(404)),
        (7, html(302)),
        (7, json(200, "{}")),
        (9, json(200, error)),
        (9, of_connect(400, "{}")),
    ]
    .into_iter()
    .enumerate()
    {
        let directory = Directory::new(&format!("proof-match-{index}"));
        directory.write("people.csv", &format!("email\n{people}"));
        let upstream = upstream(answer).await;
        let run = directory.run_at(&upstream, &line);
        assert_nothing_is_lost(&directory, &run, code, &format!("answer {index}"));
        set_response(&upstream, json(200, r#"{"customers": []}"#)).await;
        let run = directory.run_at(&upstream, &format!("{line} --resume"));
        assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 300), "answer {index}: {run:?}");
    }
}

#[tokio::test]
async fn if_every_row_fails_from_the_start_the_run_stops_and_no_row_is_recorded_as_failed() {
    let directory = Directory::new("wrong-system");
    directory.write("in", &format!("kari\n{}", lines(1..=1_000)));
    let wrong = empty().await;
    let run = directory.run_at(&wrong, &format!("{EXPORT} {FAST}"));
    assert_eq!(run.code, Some(4), "{run:?}");
    assert!(run.err.contains("100 consecutive rows") && run.err.contains("--keep-going"), "{run:?}");
    assert!(lookups(&wrong).await < 250, "{}", lookups(&wrong).await);
    // The invalid row is recorded as failed. It was never sent, so its failure needs no confirmation.
    assert_eq!(directory.read("out.failed.csv").lines().count(), 2, "{}", directory.read("out.failed.csv"));
    set_response(&wrong, customers()).await;
    let run = directory.run_at(&wrong, &format!("{EXPORT} {FAST} --resume"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(8), 1_000), "{run:?}");
}

#[tokio::test]
async fn a_file_of_unknown_numbers_is_worked_through_if_that_is_asked_for() {
    let directory = Directory::new("all-unknown");
    directory.write("in", &lines(1..=300));
    let upstream = empty().await;
    assert_eq!(directory.run_at(&upstream, &format!("{EXPORT} {FAST}")).code, Some(4));
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume --keep-going --summary json"));
    assert_eq!((run.code, run.json()["failed"].as_u64()), (Some(8), Some(300)), "{run:?}");
    assert_eq!(directory.read("out.failed.csv").matches("not-found").count(), 300);
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.resume"]);
}

#[tokio::test]
async fn a_few_unknown_numbers_need_no_option() {
    let directory = Directory::new("few-unknown");
    directory.write("in", &lines(1..=99));
    let run = directory.run_at(&empty().await, &format!("{EXPORT} {FAST}"));
    assert_eq!(run.code, Some(8), "{run:?}");
    assert_eq!(directory.read("out.failed.csv").matches("not-found").count(), 99);
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.resume"]);
}

/// Starts an upstream with the customers 1 to 20.
async fn twenty() -> MockServer {
    let upstream = empty().await;
    let some = Mock::given(path_regex("^/v1/.*/([1-9]|1[0-9]|20)$")).respond_with(customers());
    some.with_priority(2).mount(&upstream).await;
    upstream
}

#[tokio::test]
async fn many_unknown_numbers_are_final_if_a_known_one_still_succeeds() {
    let directory = Directory::new("known-one");
    directory.write("in", &lines(1..=500));
    let upstream = twenty().await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST}"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(8), 20), "{run:?}");
    assert_eq!(directory.read("out.failed.csv").matches("not-found").count(), 480);
    // The run looks up its 500 rows. To confirm the failures, it also repeats a successful lookup after each hundred
    // consecutive failures and at the end.
    let questions = lookups(&upstream).await;
    assert!((503..=505).contains(&questions), "{questions}");
}

#[tokio::test]
async fn a_resumed_run_knows_what_succeeded_in_the_earlier_one() {
    let directory = Directory::new("known-before");
    directory.write("in", &lines(1..=500));
    let upstream = twenty().await;
    let outage = json(503, "{}");
    Mock::given(path_regex("^/v1/.*/(2[1-9]|[3-9][0-9]|[1-5][0-9][0-9])$"))
        .respond_with(outage)
        .up_to_n_times(30)
        .with_priority(1)
        .mount(&upstream)
        .await;
    let stopped = directory.command_at(&upstream, &format!("{EXPORT} {FAST}"));
    interrupted_in_outage(stopped, &directory);
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(8), 20), "{run:?}");
    assert_eq!(directory.read("out.failed.csv").matches("not-found").count(), 480);
}

/// The number of rows that [`partly_done`] leaves in the output, and the number of rows of its input.
const WRITTEN: usize = 300;
const ROWS: usize = 450;

fn number_of(request: &wiremock::Request) -> Option<usize> {
    request.url.path().strip_prefix("/v1/client/customer/info/")?.parse().ok()
}

/// Runs an export that writes the rows 1 to [`WRITTEN`]. All later rows fail temporarily, so the run is not complete.
///
/// A run sends at most 256 requests at once, and the first 300 rows succeed. So a row has succeeded before any row
/// fails. Otherwise, the run could stop because upstream has never responded.
async fn partly_done(directory: &Directory) -> MockServer {
    directory.write("in", &lines(1..=u32::try_from(ROWS).unwrap()));
    let upstream = upstream(customers()).await;
    let later = |request: &wiremock::Request| number_of(request).is_some_and(|number| number > WRITTEN);
    Mock::given(later).respond_with(json(500, "{}")).with_priority(1).mount(&upstream).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST}"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(6), WRITTEN), "{run:?}");
    upstream
}

/// An outage for all rows that are missing from the output. It ends when a row of the output is looked up.
#[derive(Clone, Default)]
struct Outage {
    failures: Arc<AtomicUsize>,
    probes: Arc<AtomicUsize>,
}

impl Outage {
    async fn at(upstream: &MockServer) -> Self {
        let outage = Self::default();
        let Self { failures, probes } = outage.clone();
        let fails = move |request: &wiremock::Request| match number_of(request) {
            Some(number) if number <= WRITTEN => {
                probes.fetch_add(1, Ordering::Relaxed);
                false
            }
            Some(_) if probes.load(Ordering::Relaxed) == 0 => {
                failures.fetch_add(1, Ordering::Relaxed);
                true
            }
            _ => false,
        };
        // The client does not retry this status, so each response is the failure of a row.
        Mock::given(fails).respond_with(json(500, "{}")).with_priority(1).mount(upstream).await;
        outage
    }

    /// Asserts that the run noticed the outage. Returns the number of requests that it cost: the failed lookups, and
    /// the repeated lookups of rows that succeeded before.
    fn requests(&self) -> usize {
        let (failures, probes) = (self.failures.load(Ordering::Relaxed), self.probes.load(Ordering::Relaxed));
        assert!(failures >= 10 && probes >= 1, "{failures} failures, {probes} probes");
        failures + probes
    }
}

#[tokio::test]
async fn a_resumed_run_waits_for_an_outage_at_its_start() {
    let directory = Directory::new("outage-at-start");
    let upstream = partly_done(&directory).await;
    set_response(&upstream, customers()).await;
    let outage = Outage::at(&upstream).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(0), ROWS), "{run:?}");
    assert_eq!(lookups(&upstream).await, ROWS - WRITTEN + outage.requests());
}

#[tokio::test]
async fn with_keep_going_a_final_failure_also_ends_an_outage() {
    let directory = Directory::new("keep-going-in-outage");
    let upstream = partly_done(&directory).await;
    // All customers are removed now, also those of the earlier run.
    set_response(&upstream, of_connect(404, "{}")).await;
    let outage = Outage::at(&upstream).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume --keep-going --summary json"));
    assert_eq!(run.code, Some(8), "{run:?}");
    assert_eq!(run.json()["failed"], ROWS - WRITTEN, "{run:?}");
    assert_eq!(lookups(&upstream).await, ROWS - WRITTEN + outage.requests());
}

#[tokio::test]
async fn in_an_outage_another_row_is_tried_if_the_first_one_returns_another_customer() {
    let directory = Directory::new("merged-since");
    for option in ["", "--keep-going"] {
        let _ = fs::remove_file(directory.file("out"));
        let _ = fs::remove_file(directory.file("out.resume"));
        let upstream = partly_done(&directory).await;
        set_response(&upstream, customers()).await;
        // The customers of the first two rows were merged with a third customer.
        let merged = Mock::given(path_regex("^/v1/client/customer/info/[12]$"));
        let merged = merged.respond_with(json(200, r#"{"customerNumber": 999999}"#));
        merged.with_priority(2).mount(&upstream).await;
        let outage = Outage::at(&upstream).await;
        let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume {option}"));
        assert_eq!((run.code, directory.sorted("out").len()), (Some(0), ROWS), "{option}: {run:?}");
        assert!(!run.err.contains("Waiting"), "{option}: {run:?}");
        outage.requests();
    }
}

#[tokio::test]
async fn credentials_that_are_refused_during_an_outage_stop_the_run_at_once() {
    let directory = Directory::new("refused-in-outage");
    let upstream = partly_done(&directory).await;
    set_response(&upstream, of_connect(401, "{}")).await;
    Outage::at(&upstream).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume"));
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(!run.err.contains("Waiting"), "{run:?}");
}

#[tokio::test]
async fn a_customer_that_was_removed_does_not_stop_a_resumed_run() {
    let directory = Directory::new("removed-since");
    let upstream = partly_done(&directory).await;
    // Of all customers, only those with the numbers 2 to 100 still exist.
    set_response(&upstream, of_connect(404, "{}")).await;
    let some = Mock::given(path_regex("^/v1/.*/([2-9]|[1-9][0-9]|100)$")).respond_with(customers());
    some.with_priority(2).mount(&upstream).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume"));
    assert_eq!(run.code, Some(8), "{run:?}");
    assert_eq!(directory.read("out.failed.csv").matches("not-found").count(), ROWS - WRITTEN, "{run:?}");
}

/// Kills a run that wrote its first rows and now waits for the end of an outage.
fn interrupted_in_outage(mut command: Command, directory: &Directory) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while fs::read_to_string(directory.file("out")).map_or(0, |text| text.lines().count()) < 20 {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Starts an upstream in which only the first `lookups` lookups find a customer.
async fn lost_after(lookups: u64) -> MockServer {
    let upstream = empty().await;
    let first = Mock::given(path_regex("^/v1/")).respond_with(customers()).up_to_n_times(lookups);
    first.with_priority(2).mount(&upstream).await;
    upstream
}

#[tokio::test]
async fn if_the_known_good_request_fails_unconfirmed_failures_are_not_recorded() {
    let directory = Directory::new("other-system");
    directory.write("in", &lines(1..=500));
    let upstream = lost_after(50).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST}"));
    assert_eq!(run.code, Some(4), "{run:?}");
    assert!(run.err.contains("a row fails now, although it succeeded before"), "{run:?}");
    assert!(directory.file("out.resume").exists());
    assert_eq!(directory.files(), ["in", "out", "out.resume"]);
    set_response(&upstream, customers()).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} {FAST} --resume"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 500), "{run:?}");
}

#[tokio::test]
async fn an_unconfirmed_failure_is_not_written_when_the_run_is_killed() {
    let directory = Directory::new("unconfirmed");
    directory.write("in", &lines([1, 2]));
    let upstream = empty().await;
    let never = json(200, "{}").set_delay(Duration::from_secs(600));
    Mock::given(path("/v1/client/customer/info/2"))
        .respond_with(never)
        .with_priority(1)
        .mount(&upstream)
        .await;
    let mut command = directory.command_at(&upstream, EXPORT);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while lookups(&upstream).await < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(directory.read("out.failed.csv"), "");
    set_response(&upstream, customers()).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} --resume"));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 2), "{run:?}");
}

#[tokio::test]
async fn an_unknown_number_is_a_final_failure_among_successes() {
    let directory = Directory::new("one-unknown");
    directory.write("in", &lines(1..=21));
    let run = directory.run_at(&twenty().await, &format!("{EXPORT} --summary json"));
    assert_eq!(run.code, Some(8), "{run:?}");
    let summary: Value = run.json();
    assert_eq!((summary["written"].as_u64(), summary["failed"].as_u64()), (Some(20), Some(1)));
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.resume"]);
}
