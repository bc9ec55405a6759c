//! Checks that the client does not leak customer data, search data, credentials or tokens.
//!
//! Customers, searches, credentials and tokens made of canaries go through every operation and every fault. Meanwhile
//! the test captures all output of a program. It captures `Debug`, `Display` and sources of every value that the client
//! returns, and spans and events of every level, including those of dependencies. It also captures `log` records, panic
//! messages, and names and labels of metrics. It fails if a canary appears in any form: plain, percent-encoded, in
//! base64, or as bytes.

mod canaries;
mod capture;
mod documents;
mod faults;
mod fleet;
mod meta;
mod models;
mod operations;
mod server;
mod table;
mod tls;
mod transport;

use std::sync::Arc;

use mediaconnect::ClientAuthentication::{Basic, FormBody};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::capture::{has_heard, leaks, listen};
use crate::documents::Documents;
use crate::server::{Fault, Server, is_request_of};
use crate::table::Share;

/// An index that belongs to no fault. If the URL of a request contains this index, the server responds with a token.
const WORKS: usize = usize::MAX;

fn assert_silence() {
    let leaks = leaks();
    let mut shown = Vec::new();
    for (channel, words) in &leaks {
        if shown.iter().filter(|(other, _)| other == channel).count() < 3 {
            shown.push((*channel, words.as_str()));
        }
    }
    let shown: Vec<_> = shown.iter().map(|(channel, words)| format!("{channel}: {words}")).collect();
    assert!(leaks.is_empty(), "{} leaks, such as\n{}", leaks.len(), shown.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_operation_is_silent_whatever_the_api_answers() {
    listen();
    let documents = Documents::new();
    let faults = faults::of_the_api(&documents);
    let server = Server::start(faults.clone()).await;
    let clients = faults.iter().enumerate().map(|(index, fault)| {
        let authentication = if index % 2 == 0 { FormBody } else { Basic };
        let token_url = server.url(WORKS, &Fault::Works);
        // `Fault::Own` responds differently to each operation, so all operations are tested with it. Any other fault
        // responds to all operations in the same way, so an eighth of the operations is enough.
        let share = if matches!(fault, Fault::Own(_)) { Share::All } else { Share::Eighth(index) };
        (operations::client(&server.url(index, fault), &token_url, authentication), share)
    });
    run_all(clients.collect()).await;
    assert_sent(&server, &documents);
    assert_silence();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_operation_is_silent_whatever_the_token_endpoint_answers() {
    listen();
    let faults = faults::of_the_token_endpoint();
    let server = Server::start(faults.clone()).await;
    let clients = faults.iter().enumerate().map(|(index, fault)| {
        let authentication = if index % 2 == 0 { FormBody } else { Basic };
        let base_url = server.url(WORKS, &Fault::Works);
        (operations::client(&base_url, &server.url(index, fault), authentication), Share::Eighth(index))
    });
    run_all(clients.collect()).await;
    assert_silence();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_malformed_field_is_told_without_its_value() {
    listen();
    let documents = Documents::new();
    for (id, malformed) in documents.malformed_responses() {
        assert!(malformed.len() > 10, "{id}");
        let faults: Vec<_> = malformed.iter().map(|body| faults::success(&body.to_string())).collect();
        let count = faults.len();
        let server = Server::start(vec![Fault::in_turn(faults)]).await;
        let token_url = server.url(WORKS, &Fault::Works);
        let client = operations::client(&server.url(0, &Fault::Works), &token_url, FormBody);
        for _ in 0..count {
            table::one(&client, &documents, id).await;
        }
    }
    operations::of_values();
    assert!(
        has_heard("display", "unexpected object at attachedUsers[0].uniqueId"),
        "the path of a field is reported"
    );
    assert!(has_heard("metric", "newField") && has_heard("metric", "field = ?"), "drift is reported");
    assert_silence();
}

/// Runs the clients, at most 64 at a time. Each client runs its share of the operations.
async fn run_all(clients: Vec<(mediaconnect::Client, Share)>) {
    let turns = Arc::new(Semaphore::new(64));
    let documents = Arc::new(Documents::new());
    let mut tasks = JoinSet::new();
    for (client, share) in clients {
        let (turns, documents) = (turns.clone(), documents.clone());
        tasks.spawn(async move {
            let _turn = turns.acquire().await;
            operations::all(&client, &documents, share).await;
        });
    }
    while let Some(finished) = tasks.join_next().await {
        finished.expect("no operation panics");
    }
}

/// Checks that the requests contained the canaries. Otherwise the test would find no leak and prove nothing.
fn assert_sent(server: &Server, documents: &Documents) {
    let received = server.received();
    for (method, path) in documents.operations() {
        let sent = received.lines().any(|line| is_request_of(line, method, path));
        assert!(sent, "{method} {path} was never sent: its canaries break a rule, see documents.rs");
    }
    for place in [
        &format!("/customer/info/{}", canaries::CUSTOMER),
        "Bearer canary7391-access",
        "Bearer canary7391-user-token",
        "client_secret=canary7391-client-secret",
        "refresh_token=canary7391-refresh-token",
        "code=canary7391-extid-code",
        "Basic ",
        "\"lastName\":\"canary7391-last\"",
        "\"companyName\":\"canary7391-companyName\"",
        "/v1/canary7391-path/",
    ] {
        let (received, place) = (received.to_lowercase(), place.to_lowercase());
        assert!(received.contains(&place), "{place} was never sent");
    }
}
