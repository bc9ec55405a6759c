//! The pipeline of a call: token, rate, attempt, classification, retry.
//!
//! The input has been validated before. All waits of a call count against one deadline.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use mediaconnect_api::Connection;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Request, Response};
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout_at};
use tracing::{Instrument, Span};

use crate::body::read_body;
use crate::call_info::CallInfo;
use crate::error::{Error, Kind, Result};
use crate::exhausted::Exhausted;
use crate::headers;
use crate::options::CallContext;
use crate::proof::{Success, is_from_connect};
use crate::rate::Permit;
use crate::retry::{RetryClass, backoff, retry_class};
use crate::runtime;
use crate::shared::Shared;
use crate::telemetry;
use crate::token::{Token, TokenCache, UserToken};
use crate::transport;
use crate::upstream_message::UpstreamMessage;

/// The largest body of a successful response, in bytes.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// The largest body of an error response that is read, in bytes.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// The owner of the access token that a call sends: the client itself or a user.
pub(crate) enum Caller {
    Client,
    User(UserToken),
}

pub(crate) type Build<'a> = dyn Fn(&Connection) -> Result<Request> + Sync + 'a;
/// Checks and decodes a successful response. The closure stores the decoded model instead of returning it, so that this
/// type is the same for all models.
pub(crate) type Read<'a> = dyn FnMut(&Success<'_>) -> Result<()> + Send + 'a;

/// Makes attempts until one succeeds, one fails in a way that is not retried, or a limit is reached.
///
/// `build` builds the request of each attempt. `read` checks and decodes a successful response. `span` is the
/// operation's span. Only this function is generic, so that the rest of the pipeline is compiled once and not for each
/// operation.
pub(crate) async fn call<T: Send>(
    client: &Shared,
    operation: &CallInfo<'_>,
    caller: &Caller,
    context: &mut CallContext,
    span: Span,
    build: &Build<'_>,
    read: impl Fn(&Success<'_>) -> Result<T> + Sync,
) -> Result<T> {
    telemetry::name_client(&span, operation.client);
    let started = Instant::now();
    let (mut attempts, mut output) = (0, None);
    let mut keep = |success: &Success<'_>| read(success).map(|model| output = Some(model));
    // The inner future is boxed, so that both futures are smaller than 1 KiB. glibc allocates larger blocks more
    // slowly.
    let attempting =
        Box::pin(attempts_until_done(client, operation, caller, context, &mut attempts, build, &mut keep));
    let outcome = runtime::inside(attempting).instrument(span.clone()).await;
    let outcome = outcome.map_err(|error| match error {
        error if attempts > 0 && error.is_configuration() && !error.is_token_fetch() => {
            left_runtime(error, operation.safe_to_retry)
        }
        error => error,
    });
    let outcome = outcome.map_err(|error| error.in_operation(operation.id, attempts));
    telemetry::call_ended(*operation, &span, started.elapsed(), outcome.as_ref().copied());
    outcome?;
    // This error cannot occur, because `keep` has stored the model whenever `attempts_until_done` succeeds.
    output.ok_or_else(|| Error::configuration("a success was not read"))
}

/// Waits for the slot of a call of a bulk. If the call does not get the slot in time, the limiter refuses the call.
async fn wait_for_slot(context: &mut CallContext, deadline: Instant) {
    let Some(mut slot) = context.slot.take() else { return };
    {
        let mut taking = pin!(slot.take());
        let mut wait_until = context.may_wait_until(deadline);
        // During the wait, a caller with a later deadline may join a shared read. The read then continues to wait, and
        // keeps its place.
        while timeout_at(wait_until, taking.as_mut()).await.is_err()
            && context.may_wait_until(deadline) > wait_until
        {
            wait_until = context.may_wait_until(deadline);
        }
    }
    context.slot = Some(slot);
}

/// Makes attempts with pauses between them. Returns the status of the successful attempt.
async fn attempts_until_done(
    client: &Shared,
    operation: &CallInfo<'_>,
    caller: &Caller,
    context: &mut CallContext,
    attempts: &mut u32,
    build: &Build<'_>,
    read: &mut Read<'_>,
) -> Result<u16> {
    let deadline = context.options.deadline_from_now();
    let (mut replayed, mut paid, mut token_failures) = (false, None, 0);
    // The failure of the previous attempt, and the pause before the next one.
    let mut failed: Option<(Error, Duration)> = None;
    loop {
        // The token is obtained before the call waits for a turn of the rate (the right to send one request), because a
        // turn must be used at once.
        let wait_until = context.may_wait_until(deadline);
        if let Some(slot) = context.slot.as_mut().filter(|_| !caller.has_token(client)) {
            // Another call of the bulk can use the slot while this call waits for its token.
            slot.free();
        }
        let token = match caller.token(client, wait_until).await {
            Ok(token) => token,
            // The wait for the token has ended without a token, but a caller with a later deadline has joined this
            // shared read. So the read waits again. The error is not checked, because it may come from an earlier
            // fetch. A fetch that fails before `wait_until` counts as an attempt.
            Err(_) if Instant::now() >= wait_until && context.may_wait_until(deadline) > wait_until => {
                continue;
            }
            Err(error) => {
                token_failures += 1;
                let may_pass = retry_class(&error) != RetryClass::Final
                    && *attempts + token_failures < context.options.attempts;
                if may_pass
                    && Instant::now() < context.may_wait_until(deadline)
                    && let Some(price) = client.budget.take(&error)
                {
                    paid = price.unless_free().or(paid);
                    // No pause is needed here, because the token cache itself waits before the next fetch. The failure
                    // of an attempt is kept, because it is more useful than that of a fetch.
                    failed.get_or_insert((error, Duration::ZERO));
                    continue;
                }
                return Err(error);
            }
        };
        if context.slot.as_ref().is_some_and(|slot| !slot.is_taken()) {
            Box::pin(wait_for_slot(context, deadline)).await;
        }
        let (wait_until, in_bulk) =
            (context.may_wait_until(deadline), context.slot.as_ref().is_some_and(|slot| slot.is_bulk()));
        let mut permit = match client.limiter.acquire_in(wait_until, in_bulk).await {
            Ok(permit) => permit,
            // During the wait, a caller with a later deadline joined this shared read. So the read waits again.
            Err(_) if context.may_wait_until(deadline) > wait_until => continue,
            Err(exhausted) => return Err(without_turn(exhausted, failed)),
        };
        if let Some(slot) = &mut context.slot {
            slot.free();
        }
        telemetry::waited(*operation, permit.waited());
        if let Some((error, pause)) = failed.take() {
            telemetry::retry(*operation, &error, pause);
        }
        *attempts += 1;

        let span = telemetry::attempt_span(*operation, &client.server_address, client.server_port, *attempts);
        let until = context.options.attempt_until(permit.sent(), deadline);
        let token_number = token.number();
        let outcome = match span.in_scope(|| send(client, token.into_authorization(), Some(&span), build)) {
            Ok(sending) => attempt(&mut permit, until, sending, read).instrument(span.clone()).await,
            Err(error) => Err(error),
        };
        drop(permit);
        telemetry::attempt_ended(*operation, &span, outcome.as_ref().copied());

        if outcome.as_ref().is_err_and(Error::is_configuration) {
            // The attempt does not count, because the request could not be built and nothing was sent.
            *attempts -= 1;
        }
        let error = match outcome {
            Ok(status) => {
                client.budget.refund(paid);
                return Ok(status);
            }
            Err(error) if !operation.safe_to_retry => error.of_an_unsafe_request(),
            Err(error) => error,
        };
        if error.is_auth() {
            // A token can become invalid before it expires, so the request is repeated once with a new token. If
            // upstream refuses the new token as well, the call fails, because another token would not help.
            let can_renew = caller.forget(client, token_number);
            if !can_renew || replayed || *attempts + token_failures >= context.options.attempts {
                return Err(error);
            }
            replayed = true;
            failed = Some((error, Duration::ZERO));
            continue;
        }
        let may_retry = match retry_class(&error) {
            RetryClass::NotApplied => true,
            RetryClass::Unknown => operation.safe_to_retry,
            RetryClass::Final => false,
        };
        if !may_retry || *attempts + token_failures >= context.options.attempts {
            return Err(error);
        }
        // Upstream's `Retry-After` has priority over our backoff. If the pause would end after the deadline, the call
        // fails at once.
        let pause = error.retry_after().unwrap_or_else(|| backoff(*attempts));
        if pause >= context.may_wait_until(deadline).saturating_duration_since(Instant::now()) {
            return Err(error);
        }
        let Some(price) = client.budget.take(&error) else { return Err(error) };
        paid = Some(price);
        failed = Some((error, pause));
        sleep(pause).await;
    }
}

/// Returns the error of a call that was moved out of its runtime after it had sent a request. `error` explains the
/// mistake.
fn left_runtime(error: Error, safe_to_retry: bool) -> Error {
    let error = Error::new(Kind::Interrupted).with_source(error);
    if safe_to_retry { error } else { error.of_an_unsafe_request() }
}

/// Returns the error of a call that the rate limiter did not let through. If an earlier attempt failed, returns the
/// error of that attempt instead, because it is more useful.
///
/// An earlier error about the access token is never returned, because the call has obtained a new token since then.
fn without_turn(exhausted: Exhausted, failed: Option<(Error, Duration)>) -> Error {
    match failed {
        Some((error, _)) if !error.is_auth() && !error.is_token_fetch() => error,
        _ => Error::exhausted(exhausted),
    }
}

/// Builds a request and sends it once. If `traced` is set, the request carries the trace of this span. The future
/// returns `Ok` for a response with any status.
///
/// This is not an `async fn`, because the future of an `async fn` would contain the request, which would make every
/// call larger.
pub(crate) fn send<'c>(
    client: &'c Shared,
    authorization: HeaderValue,
    traced: Option<&Span>,
    build: &Build<'_>,
) -> Result<impl Future<Output = Result<Response>> + Send + use<'c>> {
    let mut request = build(&client.connection)?;
    let headers = request.headers_mut();
    for name in client.headers.keys() {
        if !headers.contains_key(name) {
            let values = client.headers.get_all(name).iter().cloned();
            values.for_each(|value| _ = headers.append(name, value));
        }
    }
    if let Some(span) = traced {
        telemetry::add_trace(headers, span);
    }
    headers.insert(AUTHORIZATION, authorization);
    // Without `Accept`, upstream responds with XML.
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(transport::send(&client.connection.http, client.transport.as_deref(), request))
}

/// Makes one attempt: sends a request and reads its response before `until`.
///
/// Returns the status of a success, or the error that the response reports.
pub(crate) async fn attempt(
    permit: &mut Permit<'_>,
    until: Instant,
    sending: impl Future<Output = Result<Response>>,
    read: &mut Read<'_>,
) -> Result<u16> {
    let mut timer = pin!(sleep_until(until));
    let mut response = within(timer.as_mut(), pin!(sending)).await?;
    let retry_after = {
        let feedback = headers::feedback(&response);
        permit.answered(&feedback);
        feedback.retry_after.or(feedback.reset.filter(|_| feedback.throttled))
    };
    let status = response.status().as_u16();
    let from_connect = is_from_connect(response.headers());
    if response.status().is_success() {
        let body = within(timer, pin!(read_body(&mut response, MAX_BODY))).await;
        let outcome = body.and_then(|body| {
            read(&Success { status, headers: response.headers(), body: &body, from_connect })
        });
        return outcome.map(|()| status).map_err(|error| error.with_status(status));
    }
    // The status determines the error, even if the body is too large, incomplete or too slow.
    let body = within(timer, pin!(read_body(&mut response, MAX_ERROR_BODY))).await.unwrap_or_default();
    Err(Error::response(status, from_connect || UpstreamMessage::is_connects(&body))
        .with_message(UpstreamMessage::read(&body))
        .with_retry_after(retry_after))
}

/// Awaits a future until the timer ends. One timer limits the whole attempt: the request and the body of its response.
fn within<T>(
    mut timer: Pin<&mut Sleep>,
    mut work: Pin<&mut impl Future<Output = Result<T>>>,
) -> impl Future<Output = Result<T>> {
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending => timer.as_mut().poll(context).map(|()| Err(Error::new(Kind::Timeout))),
    })
}

pub(crate) fn request_error(error: mediaconnect_api::Error<()>) -> Error {
    match error {
        mediaconnect_api::Error::CommunicationError(error)
        | mediaconnect_api::Error::ResponseBodyError(error)
        | mediaconnect_api::Error::InvalidUpgrade(error) => Error::transport(error),
        // The generated methods return no errors of other kinds. The text of such an error is dropped, because the text
        // may quote the request.
        _ => Error::configuration("the request could not be built"),
    }
}

impl Caller {
    async fn token(&self, client: &Shared, deadline: Instant) -> Result<Token> {
        match self {
            Self::Client => client.tokens()?.token_by(deadline).await,
            Self::User(user) => user.token_by(deadline).await,
        }
    }

    /// Returns true if a usable token is cached.
    fn has_token(&self, client: &Shared) -> bool {
        match self {
            Self::Client => client.tokens().is_ok_and(TokenCache::has_token),
            Self::User(user) => user.has_token(),
        }
    }

    /// Forgets the token with this number, which the API refused. Returns true if a retry can get another token.
    fn forget(&self, client: &Shared, refused: u64) -> bool {
        match self {
            Self::Client => client.tokens().is_ok_and(|tokens| tokens.forget(refused)),
            Self::User(user) => user.forget(refused),
        }
    }
}

#[cfg(test)]
mod tests;
