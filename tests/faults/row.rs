//! One test case of a table, and the code that runs it.

use std::ops::RangeInclusive;
use std::time::Duration;

use mediaconnect::models::{CustomerChangeRequest, Name};
use mediaconnect::{Call, Client, ClientCredentials, CustomerSearch, Error, Method, Result, UserToken};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, number, run_paced};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use Operation::{Change, Info, Post, SafePost, Search};

/// A test case: the calls, the faults that the servers simulate, and the expected result.
pub(crate) struct Row {
    name: &'static str,
    operation: Operation,
    api: Vec<Fault>,
    requests: usize,
    time: RangeInclusive<u64>,
    end: &'static str,
    token: Vec<Fault>,
    token_requests: usize,
    door: Door,
    token_door: Door,
    scheme: &'static str,
    calls: usize,
    deadline: Option<Duration>,
    attempt_timeout: Option<Duration>,
    max_attempts: Option<u32>,
    attempts: Option<u32>,
    connections: Option<usize>,
    sent_at_most: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A GET, which is safe to retry.
    Info,
    /// A POST that the contract marks as safe to retry.
    Search,
    /// A POST to an endpoint outside the contract. The service marks the POST as safe to retry.
    SafePost,
    /// A change with a user's token. The change is not safe to retry.
    Change,
    /// A POST to an endpoint outside the contract. The POST is not safe to retry.
    Post,
}

/// The duration of a call whose three attempts fail immediately: a pause of up to 0.2 seconds and a pause of up to 0.4
/// seconds. Each pause may end a millisecond late, because Tokio's timers do.
pub(crate) const BACKOFFS: RangeInclusive<u64> = 0..=602;
/// The duration of a call with two attempts that end immediately, with a pause of up to 0.2 seconds between them.
pub(crate) const BACKOFF: RangeInclusive<u64> = 0..=201;
/// The duration of calls that never wait: 0 milliseconds.
pub(crate) const AT_ONCE: RangeInclusive<u64> = 0..=0;

/// Creates a test case. The arguments are the columns of a table:
/// - the name of the fault;
/// - the operation;
/// - the API's responses or faults, one for each request; the last one repeats without end;
/// - the expected number of requests that arrive at the API;
/// - the expected duration, in milliseconds;
/// - the expected outcome of the last call: `ok`, or the status and all predicates of the error that are true.
///
/// The methods of `Row` set everything else.
pub(crate) fn row<const N: usize>(
    name: &'static str,
    operation: Operation,
    api: [Fault; N],
    requests: usize,
    time: RangeInclusive<u64>,
    end: &'static str,
) -> Row {
    Row {
        name,
        operation,
        api: api.into(),
        requests,
        time,
        end,
        token: vec![Fault::Response(Response::token())],
        // `Change` sends a user's token, so the client fetches no token.
        token_requests: usize::from(operation != Change),
        door: Door::Open,
        token_door: Door::Open,
        scheme: "http",
        calls: 1,
        deadline: None,
        attempt_timeout: None,
        max_attempts: None,
        attempts: None,
        connections: None,
        sent_at_most: None,
    }
}

impl Row {
    /// Sets the faults of the token endpoint, and the number of token requests that are expected.
    pub(crate) fn token<const N: usize>(self, faults: [Fault; N], requests: usize) -> Self {
        Self { token: faults.into(), token_requests: requests, ..self }
    }

    /// Sets the time from which the token endpoint accepts connections.
    pub(crate) fn token_door(self, token_door: Door) -> Self {
        Self { token_door, ..self }
    }

    /// Sets the number of token requests that are expected. By default, a change expects none, and any other operation
    /// expects one.
    pub(crate) fn tokens(self, requests: usize) -> Self {
        Self { token_requests: requests, ..self }
    }

    /// Sets the time from which the API accepts connections.
    pub(crate) fn door(self, door: Door) -> Self {
        Self { door, ..self }
    }

    /// Makes the client connect with TLS to a server that does not use TLS.
    pub(crate) fn tls(self) -> Self {
        Self { scheme: "https", ..self }
    }

    /// Makes this number of calls, one after the other.
    pub(crate) fn calls(self, calls: usize) -> Self {
        Self { calls, ..self }
    }

    /// Sets the call's own deadline, in milliseconds.
    pub(crate) fn deadline(self, ms: u64) -> Self {
        Self { deadline: Some(Duration::from_millis(ms)), ..self }
    }

    /// Sets the call's own time limit for an attempt, in milliseconds.
    pub(crate) fn attempt_timeout(self, ms: u64) -> Self {
        Self { attempt_timeout: Some(Duration::from_millis(ms)), ..self }
    }

    /// Sets the call's own maximum number of attempts.
    pub(crate) fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: Some(attempts), ..self }
    }

    /// Sets the number of attempts that the error reports, if it differs from the number of requests.
    pub(crate) fn attempts(self, attempts: u32) -> Self {
        Self { attempts: Some(attempts), ..self }
    }

    /// Sets the number of connections that the API accepts.
    pub(crate) fn connections(self, connections: usize) -> Self {
        Self { connections: Some(connections), ..self }
    }

    /// Sets the maximum number of bytes that the servers can send before the client hangs up.
    pub(crate) fn sent_at_most(self, bytes: u64) -> Self {
        Self { sent_at_most: Some(bytes), ..self }
    }
}

/// Runs the rows of a table, each in its own runtime. If rows fail, panics with a message that lists them.
#[track_caller]
pub(crate) fn check(rows: Vec<Row>) {
    let count = rows.len();
    let failures: Vec<_> = rows.into_iter().filter_map(|row| run_paced(row.run()).err()).collect();
    assert!(failures.is_empty(), "{} of {count} rows fail:\n{}", failures.len(), failures.join("\n"));
    println!("{count} rows hold");
}

impl Row {
    async fn run(self) -> std::result::Result<(), String> {
        // The client takes its jitter from this thread's random numbers. With this seed, a row takes the same time in
        // each run.
        fastrand::seed(self.name.bytes().map(u64::from).sum());
        let api = FaultServer::start(self.api.clone(), self.door);
        let token = FaultServer::start(self.token.clone(), self.token_door);
        sleep(Duration::from_millis(1)).await;
        let tasks = Handle::current().metrics().num_alive_tasks();
        let client = Client::builder()
            .base_url(api.url(self.scheme))
            .token_url(format!("{}/canary-token-path", token.url("http")))
            .credentials(ClientCredentials::new("canary-id", "canary-secret"))
            .build()
            .expect("good URLs");

        let began = Instant::now();
        let mut outcome = Ok(());
        for _ in 0..self.calls {
            outcome = self.operation.call(&client, &self).await;
        }
        let took = u64::try_from(began.elapsed().as_millis()).expect("the time fits into 64 bits");
        // Waits before the counters are read, so that late requests and connections are counted too.
        sleep(Duration::from_secs(60)).await;
        drop(client);
        sleep(Duration::from_secs(1)).await;
        let left = Handle::current().metrics().num_alive_tasks() - tasks;

        let mut wrong = Vec::new();
        let mut expect = |what: &str, expected: String, seen: String| {
            if expected != seen {
                wrong.push(format!("  {what}: expected {expected}, was {seen}"));
            }
        };
        expect("end", self.end.to_owned(), describe(&outcome));
        expect("requests", self.requests.to_string(), api.requests().to_string());
        if !self.time.contains(&took) {
            expect("time", format!("{:?} ms", self.time), format!("{took} ms"));
        }
        expect("token requests", self.token_requests.to_string(), token.requests().to_string());
        if let Some(connections) = self.connections {
            expect("connections", connections.to_string(), api.connections().to_string());
        }
        let sent = api.sent().max(token.sent());
        if let Some(most) = self.sent_at_most.filter(|most| sent > *most) {
            expect("bytes sent", format!("up to {most}"), sent.to_string());
        }
        if let Err(error) = &outcome {
            let attempts = self.attempts.map_or(self.requests.to_string(), |attempts| attempts.to_string());
            if self.calls == 1 || self.attempts.is_some() {
                expect("attempts", attempts, error.attempts().to_string());
            }
            expect("canaries", "none".to_owned(), canaries(error));
        }
        expect("tasks that outlive the client", "0".to_owned(), left.to_string());
        if wrong.is_empty() { Ok(()) } else { Err(format!("{}:\n{}", self.name, wrong.join("\n"))) }
    }

    fn limited<T: Send + 'static>(&self, mut call: Call<T>) -> Call<T> {
        if let Some(deadline) = self.deadline {
            call = call.with_deadline(deadline);
        }
        if let Some(timeout) = self.attempt_timeout {
            call = call.with_attempt_timeout(timeout);
        }
        if let Some(attempts) = self.max_attempts {
            call = call.with_attempts(attempts);
        }
        call
    }
}

impl Operation {
    async fn call(self, client: &Client, row: &Row) -> Result<()> {
        let customers = client.customers();
        let request = || client.request(Method::Post, "/v1/canary/path").json(&"canary");
        match self {
            Info => row.limited(customers.info(number(563_457))).await.map(drop),
            Search => {
                let search = CustomerSearch::by_email("canary@example.com");
                row.limited(customers.search(&search)).await.map(drop)
            }
            Change => {
                let user = UserToken::new("canary-user");
                row.limited(customers.change_own_info(&user, change())).await.map(drop)
            }
            SafePost => row.limited(request().safe_to_retry().send::<Value>()).await.map(drop),
            Post => row.limited(request().send::<Value>()).await.map(drop),
        }
    }
}

fn change() -> CustomerChangeRequest {
    let mut name = Name::default();
    name.last_name = Some("canary".to_owned());
    let mut change = CustomerChangeRequest::default();
    change.name = Some(name);
    change
}

/// Returns `ok`, or the error's status, its predicates that are true, and its `retry_after` in seconds.
pub(crate) fn describe<T>(outcome: &Result<T>) -> String {
    let Err(error) = outcome else { return "ok".to_owned() };
    let predicates = [
        ("token", error.is_token_fetch()),
        ("invalid", error.is_invalid_input()),
        ("configuration", error.is_configuration()),
        ("auth", error.is_auth()),
        ("forbidden", error.is_forbidden()),
        ("not-found", error.is_not_found()),
        ("rate-limited", error.is_rate_limited()),
        ("refused", error.is_refused()),
        ("unavailable", error.is_unavailable()),
        ("connect", error.is_connect()),
        ("timeout", error.is_timeout()),
        ("interrupted", error.is_interrupted()),
        ("decode", error.is_decode()),
        ("gateway", error.is_gateway()),
        ("reported-failure", error.is_reported_failure()),
        ("mismatch", error.is_mismatch()),
        ("outcome-unknown", error.is_outcome_unknown()),
    ];
    let mut words: Vec<_> = error.status_code().map(|status| status.to_string()).into_iter().collect();
    words.extend(predicates.iter().filter(|(_, holds)| *holds).map(|(name, _)| (*name).to_owned()));
    words.extend(error.retry_after().map(|wait| format!("after-{}s", wait.as_secs())));
    words.join(" ")
}

/// Returns the texts of the error if they contain a canary, and `none` otherwise.
pub(crate) fn canaries(error: &Error) -> String {
    let mut printed = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        printed.extend([cause.to_string(), format!("{cause:?}")]);
        source = cause.source();
    }
    if printed.contains("canary") || printed.contains("563457") { printed } else { "none".to_owned() }
}
