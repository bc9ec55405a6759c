//! The way of a call: token, send, classify. Validation comes before it, in the methods of the operations.

use std::future::Future;
use std::time::Duration;

use mediaconnect_api::operation::{Mode, Operation};
use mediaconnect_api::{Client as Api, Context};
use reqwest::Response;
use reqwest::header::HeaderValue;
use tracing::Instrument;

use crate::answer::{decode, read_body};
use crate::client::Inner;
use crate::error::{Error, Kind, Result};
use crate::token::{Token, UserToken};
use crate::upstream_message::UpstreamMessage;

/// The largest body of a success, in bytes.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// The largest body of an error that is read, in bytes.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// Whose token a call sends.
pub(crate) enum Caller<'a> {
    /// The client's own.
    Client,
    /// A user's.
    User(&'a UserToken),
}

/// Calls an operation; `send` is the generated method of it.
pub(crate) async fn call<O, F, Fut>(client: &Inner, _: O, caller: Caller<'_>, send: F) -> Result<O::Output>
where
    O: Operation,
    F: Fn(Api) -> Fut,
    Fut: Future<Output = Result<Response, mediaconnect_api::Error<()>>>,
{
    debug_assert_eq!(O::MODE, caller.mode(), "{} is called in the wrong mode", O::ID);
    let span = tracing::debug_span!("mediaconnect", operation = O::ID);
    attempts::<O, F, Fut>(client, caller, send).instrument(span).await
}

/// Sends the request, and once more with a new token if the first was refused.
async fn attempts<O, F, Fut>(client: &Inner, caller: Caller<'_>, send: F) -> Result<O::Output>
where
    O: Operation,
    F: Fn(Api) -> Fut,
    Fut: Future<Output = Result<Response, mediaconnect_api::Error<()>>>,
{
    for attempt in 1.. {
        let token = caller.token(client).await.map_err(|error| error.in_operation(O::ID, attempt - 1))?;
        let outcome = match send(client.api(token.authorization())).await {
            Ok(response) => read::<O>(response).await,
            Err(error) => Err(not_sent(error)),
        };
        let error = match outcome {
            Ok(output) => return Ok(output),
            Err(error) => error.in_operation(O::ID, attempt),
        };
        tracing::debug!(attempt, status = error.status_code(), "an attempt failed");
        // Also the second refusal is told: that is how the cache knows that fresh tokens do not help.
        let renewable = error.is_auth() && caller.forget(client, &token);
        if !renewable || attempt > 1 {
            return Err(error);
        }
    }
    unreachable!("the loop returns")
}

/// The model in a success; else the error that the answer is.
async fn read<O: Operation>(response: Response) -> Result<O::Output> {
    let status = response.status();
    if status.is_success() {
        let body = read_body(response, MAX_BODY).await?;
        return decode(&body)
            .map_err(|reason| Error::new(Kind::Unreadable(reason)).with_status(status.as_u16()));
    }
    let retry_after = retry_after(&response);
    // That the body of an error is too large or breaks off takes nothing from the error.
    let body = read_body(response, MAX_ERROR_BODY).await.unwrap_or_default();
    Err(Error::status(status.as_u16())
        .with_message(UpstreamMessage::read(&body))
        .with_retry_after(retry_after))
}

pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(reqwest::header::RETRY_AFTER)?;
    value.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// The generated client fails only where no answer came.
fn not_sent(error: mediaconnect_api::Error<()>) -> Error {
    match error {
        mediaconnect_api::Error::CommunicationError(error)
        | mediaconnect_api::Error::ResponseBodyError(error)
        | mediaconnect_api::Error::InvalidUpgrade(error) => Error::transport(error),
        // The rest cannot come of the generated methods; their texts may quote what was sent.
        _ => Error::configuration("the request could not be built"),
    }
}

impl Caller<'_> {
    fn mode(&self) -> Mode {
        match self {
            Self::Client => Mode::Client,
            Self::User(_) => Mode::User,
        }
    }

    async fn token(&self, client: &Inner) -> Result<Token> {
        match self {
            Self::Client => client.tokens()?.token().await,
            Self::User(user) => user.token().await,
        }
    }

    /// Whether a replay has a chance after the API refused the token.
    fn forget(&self, client: &Inner, refused: &Token) -> bool {
        match self {
            Self::Client => client.tokens().is_ok_and(|tokens| tokens.forget(refused)),
            Self::User(user) => user.forget(refused),
        }
    }

    /// Why there is no token yet, for a call whose time is up while it waits for one.
    #[expect(dead_code, reason = "the deadline of a call uses it")]
    fn last_token_error(&self, client: &Inner) -> Option<Error> {
        match self {
            Self::Client => client.tokens().ok()?.last_error(),
            Self::User(user) => user.last_error(),
        }
    }
}

/// The generated client for one attempt.
impl Inner {
    fn api(&self, authorization: HeaderValue) -> Api {
        let context = Context { authorization, timeout: self.attempt_timeout };
        Api::new_with_client(self.base_url.as_str(), self.http.clone(), context)
    }
}
