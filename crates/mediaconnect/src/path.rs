//! The way of a call: token, rate, send, classify, repeat or return.
//!
//! Validation comes before it, in the methods of the operations. Everything that waits here counts against one
//! deadline. The token comes before the rate, unlike in the first design: a slot of the rate must be used when it is
//! given, or upstream counts the request in another window than the limiter did.

use std::future::Future;
use std::time::Duration;

use mediaconnect_api::drift::Drift;
use mediaconnect_api::{Client as Api, Context};
use reqwest::Response;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument;

use crate::answer::{decode, read_body};
use crate::client::Inner;
use crate::credentials::UserToken;
use crate::error::{Error, Kind, Result};
use crate::headers;
use crate::options::CallOptions;
use crate::retry::{Fate, backoff, fate};
use crate::telemetry;
use crate::token::Token;
use crate::upstream_message::UpstreamMessage;

/// The largest body of a success, in bytes.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// The largest body of an error that is read, in bytes.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// What the way must know of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) safe_to_repeat: bool,
}

/// Whose token a call sends.
#[derive(Clone, Copy)]
pub(crate) enum Caller<'a> {
    /// The client's own.
    Client,
    /// A user's.
    User(&'a UserToken),
}

/// Calls an operation until it succeeds, fails for good, or a limit is reached. `send` makes one request.
pub(crate) async fn call<T, F, Fut>(
    client: &Inner,
    operation: Traits,
    caller: Caller<'_>,
    options: CallOptions,
    send: F,
) -> Result<T>
where
    T: DeserializeOwned + Drift,
    F: Fn(Api) -> Fut,
    Fut: Future<Output = Result<Response, mediaconnect_api::Error<()>>>,
{
    let deadline = Instant::now() + options.deadline;
    let (mut attempt, mut replayed, mut paid) = (0, false, None);
    loop {
        let token = token(client, caller, deadline).await.map_err(|error| error.in_operation(operation.id, attempt))?;
        let permit = client
            .limiter
            .acquire(deadline, options.when_exhausted)
            .await
            .map_err(|wait| Error::exhausted(wait).in_operation(operation.id, attempt))?;
        attempt += 1;
        let span = telemetry::attempt_span(operation, &client.server, attempt);
        let timeout = options.attempt_timeout.min(deadline.saturating_duration_since(Instant::now()));
        let api = client.api(&token, timeout, &span);
        let outcome = attempt_once(client, operation, send(api)).instrument(span.clone()).await;
        drop(permit);
        telemetry::attempt_ended(operation, &span, outcome.as_ref().err());

        let mut error = match outcome {
            Ok(output) => {
                client.budget.refund(paid);
                return Ok(output);
            }
            Err(error) => error.in_operation(operation.id, attempt),
        };
        if error.status_code() == Some(401) && error.is_auth() {
            // The token may have been revoked before its time: forget this one, and try another once.
            if !forget(client, caller, &token) || replayed || attempt >= options.attempts {
                return Err(error);
            }
            replayed = true;
            continue;
        }
        let fate = fate(&error);
        let may_repeat = fate == Fate::NotApplied || (fate == Fate::Unknown && operation.safe_to_repeat);
        if !operation.safe_to_repeat && error.may_have_been_applied() {
            error = error.with_outcome_unknown();
        }
        if !may_repeat || attempt >= options.attempts {
            return Err(error);
        }
        // Upstream's word wins over our guess; when it does not fit into the deadline, waiting is pointless.
        let pause = error.retry_after().unwrap_or_else(|| backoff(attempt));
        if Instant::now() + pause >= deadline {
            return Err(error);
        }
        let Some(price) = client.budget.take(&error) else { return Err(error) };
        paid = Some(price);
        telemetry::retry(operation, &error, pause);
        sleep(pause).await;
    }
}

/// A token within the deadline. When there is none in time, the last failure to get one says more than the time.
async fn token(client: &Inner, caller: Caller<'_>, deadline: Instant) -> Result<Token> {
    let (fetched, last_error) = match caller {
        Caller::Client => {
            let tokens = client.tokens()?;
            (timeout_at(deadline, tokens.token()).await, tokens.last_error())
        }
        Caller::User(user) => (timeout_at(deadline, user.token()).await, user.last_error()),
    };
    fetched.unwrap_or_else(|_| Err(last_error.unwrap_or_else(|| Error::new(Kind::Timeout))))
}

/// Forgets a token that the API refused. False if no other can be had.
fn forget(client: &Inner, caller: Caller<'_>, token: &Token) -> bool {
    match caller {
        Caller::Client => client.tokens().is_ok_and(|tokens| tokens.forget(token)),
        Caller::User(user) => user.forget(token),
    }
}

/// One request, and the model in its answer or the error that it is.
async fn attempt_once<T: DeserializeOwned + Drift>(
    client: &Inner,
    operation: Traits,
    sending: impl Future<Output = Result<Response, mediaconnect_api::Error<()>>>,
) -> Result<T> {
    let response = sending.await.map_err(not_answered)?;
    let status = response.status().as_u16();
    telemetry::answered(status);
    let told = headers::read(response.headers());
    if let Some((remaining, reset)) = told.remaining.zip(told.reset) {
        client.limiter.observe(remaining, reset);
    }
    if (200..300).contains(&status) {
        let body = read_body(response, MAX_BODY).await?;
        let output = decode::<T>(&body)
            .map_err(|reason| Error::new(Kind::Unreadable(reason)).with_status(status))?;
        telemetry::drift(operation, &body, &output);
        return Ok(output);
    }
    if status == 429 {
        client.limiter.back_off(told.pause());
    }
    // That the body of an error is too large or breaks off takes nothing from the error.
    let body = read_body(response, MAX_ERROR_BODY).await.unwrap_or_default();
    Err(Error::status(status).with_message(UpstreamMessage::read(&body)).with_retry_after(told.pause_of(status)))
}

/// The generated client fails only where no answer came.
fn not_answered(error: mediaconnect_api::Error<()>) -> Error {
    match error {
        mediaconnect_api::Error::CommunicationError(error)
        | mediaconnect_api::Error::ResponseBodyError(error)
        | mediaconnect_api::Error::InvalidUpgrade(error) => Error::transport(error),
        // The rest cannot come of the generated methods; their texts may quote what was sent.
        _ => Error::configuration("the request could not be built"),
    }
}

impl Inner {
    /// The generated client for one attempt.
    fn api(&self, token: &Token, timeout: Duration, span: &tracing::Span) -> Api {
        let context =
            Context { authorization: token.authorization(), timeout, propagated: telemetry::propagated(span) };
        Api::new_with_client(&self.base_url, self.http.clone(), context)
    }
}
