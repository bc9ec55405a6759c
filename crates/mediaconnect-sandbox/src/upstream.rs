//! Handles a request as upstream does, from the request line to the last header.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::admin;
use crate::answer::{Answer, Format};
use crate::asked::texts;
use crate::canned::Endpoints;
use crate::contract::{Operation, Operations};
use crate::cors;
use crate::customers::Customers;
use crate::faults::{Effect, Faults};
use crate::log::{End, Log, LoggedBody};
use crate::message::{Request, Response, header, set};
use crate::observer::{Handled, Observer};
use crate::quirks::Quirks;
use crate::rate::Rate;
use crate::received::{Received, TOKEN};
#[cfg(feature = "client")]
use crate::stub::{Stubbed, Stubs};
use crate::token::Tokens;
#[cfg(feature = "ui")]
use crate::ui::Page;

pub(crate) const BASE_PATH: &str = "/capi";
pub(crate) const TOKEN_PATH: &str = "/login/oauth/token";

/// The one access token of user mode.
pub(crate) const USER_TOKEN: &str = "sandbox-user-token";

/// The state behind one sandbox.
pub(crate) struct Upstream {
    pub(crate) operations: Arc<Operations>,
    /// False for a contract that is given: then the operations of the customers are answered by its examples too.
    pub(crate) has_state: bool,
    pub(crate) tokens: Tokens,
    pub(crate) customers: Customers,
    pub(crate) faults: Faults,
    #[cfg(feature = "client")]
    pub(crate) stubs: Stubs,
    pub(crate) canned: Endpoints,
    pub(crate) log: Log,
    pub(crate) rate: Rate,
    /// Whether the rate is told in headers.
    pub(crate) tells_rate: bool,
    /// The origin whose pages may call it.
    pub(crate) cors: Option<String>,
    pub(crate) quirks: Quirks,
    /// The customer whom the user token belongs to.
    pub(crate) user: i64,
    /// Whether `/admin` is there.
    pub(crate) admin: bool,
    /// The page to look at, if it is there.
    #[cfg(feature = "ui")]
    pub(crate) page: Option<Page>,
    pub(crate) observer: Option<Observer>,
}

/// The path behind the base URL.
fn path_of(request: &Request) -> &str {
    request.uri().path().strip_prefix(BASE_PATH).unwrap_or_default()
}

/// What becomes of a request.
pub(crate) enum Outcome {
    Answer(Response),
    /// The connection ends in the middle of the body.
    CutOff(Response),
    /// The connection is reset.
    Reset,
}

/// The operation that a request is, and the values in its path.
type Found<'o, 'p> = Result<(&'o Operation, Vec<&'p str>), Answer>;

impl Upstream {
    /// Does with a request what is to be done, when it is to be done.
    pub(crate) async fn handle(&self, request: Request) -> Outcome {
        #[cfg(feature = "ui")]
        if let Some(page) = self.page.as_ref().filter(|_| Page::has(&request)) {
            return Outcome::Answer(page.respond(self, &request));
        }
        let started = Instant::now();
        let Reaction { operation, id, delay, outcome } = if self.admin && admin::is_for(&request) {
            Reaction::aside(admin::NAME, admin::respond(self, &request))
        } else if let Some(preflight) = cors::preflight(self.cors.as_deref(), &request) {
            Reaction::aside(cors::PREFLIGHT, preflight)
        } else {
            self.react(&request)
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let (status, duration) = (outcome.status(), started.elapsed());
        if let Some(id) = id {
            self.log.end(id, End { status, body: outcome.logged_body(), duration });
        }
        if let Some(observer) = &self.observer {
            observer.tell(&Handled { operation, status, duration });
        }
        outcome
    }

    /// The operation that a request is; `None` for the token endpoint.
    fn find<'p>(&self, request: &'p Request) -> Option<Found<'_, 'p>> {
        if request.uri().path() == TOKEN_PATH {
            return None;
        }
        Some(self.operations.find(request.method().as_str(), path_of(request)))
    }

    fn react(&self, request: &Request) -> Reaction {
        let found = self.find(request);
        let (operation, parameters) = match &found {
            None => (Some(TOKEN), Vec::new()),
            Some(Ok((operation, values))) => (Some(operation.id), texts(operation, values, request)),
            Some(Err(_)) => (None, Vec::new()),
        };
        let id = self.log.add(Received::new(operation, parameters, request));

        let fault = self.faults.next(operation);
        let delay = fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let respond = || match found {
            None => self.tokens.respond(request),
            Some(found) => self.respond(request, found),
        };
        let outcome = match fault.and_then(|fault| fault.effect()) {
            None => Outcome::Answer(respond()),
            Some(Effect::Answer(answer)) => Outcome::Answer(answer),
            Some(Effect::Reset) => Outcome::Reset,
            Some(Effect::CutOff) => Outcome::CutOff(respond()),
            Some(Effect::Truncated) => Outcome::Answer(respond().map(|body| body.slice(..body.len() / 2))),
            Some(Effect::ExpiredToken) => {
                self.tokens.expire_all();
                Outcome::Answer(Answer::invalid_token("The access token has expired.").write(Format::Json))
            }
        };
        let outcome = outcome.allowing(self.cors.as_deref());
        Reaction { operation, id: Some(id), delay, outcome }
    }

    fn respond(&self, request: &Request, found: Found<'_, '_>) -> Response {
        let format = Format::accepted(request.headers(), self.quirks);
        // Of the shapes, XML has only one.
        let quirks = if format == Format::Json { self.quirks } else { Quirks::none() };
        let remaining = self.rate.count();
        let answer = match remaining.refused {
            Some(_) => Err(Answer::too_many_requests()),
            None => match found {
                Ok((operation, values)) => self.answer(operation, &values, request, quirks),
                Err(refusal) => match self.canned.get(request.method().as_str(), path_of(request)) {
                    Some(canned) => self.authorize_any(request).map(|()| canned),
                    None => Err(refusal),
                },
            },
        };
        let answer = answer.unwrap_or_else(|refusal| refusal);
        let mut response = answer.write(format);
        if !answer.is_connects {
            return response;
        }
        let status = response.status();
        let headers = response.headers_mut();
        if let Some(seconds) = remaining.refused {
            // Not documented. Without it, nothing would tell a used up second from a used up minute.
            set(headers, "retry-after", &seconds.to_string());
        }
        if status == 405 {
            set(headers, "allow", &self.operations.methods(path_of(request)));
        }
        if self.tells_rate {
            set(headers, "x-ratelimit-remaining", &remaining.requests.to_string());
            set(headers, "x-ratelimit-reset", &remaining.seconds.to_string());
        }
        set(headers, "x-mediaconnect-api-version", "1.2.3");
        response
    }

    fn answer(
        &self,
        operation: &Operation,
        path_values: &[&str],
        request: &Request,
        quirks: Quirks,
    ) -> Result<Answer, Answer> {
        let operations = &*self.operations;
        self.authorize(operation, request)?;
        let asked = operation.read(operations, path_values, request)?;
        #[cfg(feature = "client")]
        if let Some(Stubbed { status, body }) = self.stubs.next(operation.id) {
            let quirks = if status.is_none() { quirks } else { Quirks::none() };
            return operation.respond(operations, status, body, quirks);
        }
        let stored =
            if self.has_state { self.customers.respond(operation.id, &asked, self.user)? } else { None };
        let body = stored.map_or_else(|| operation.example(operations, &asked), Ok)?;
        operation.respond(operations, None, body, quirks)
    }

    /// Client mode takes what the token endpoint issued, user mode the user token; neither takes the other's. An
    /// operation without security takes anything.
    fn authorize(&self, operation: &Operation, request: &Request) -> Result<(), Answer> {
        if operation.facts.alternatives.is_empty() {
            return Ok(());
        }
        self.authorize_as(request, &[operation.facts.is_user_mode()])
    }

    /// An endpoint that the contract does not have takes both.
    fn authorize_any(&self, request: &Request) -> Result<(), Answer> {
        self.authorize_as(request, &[false, true])
    }

    /// `of_user` says whose token it may be.
    fn authorize_as(&self, request: &Request, of_user: &[bool]) -> Result<(), Answer> {
        let (scheme, token) = header(request, "authorization")
            .and_then(|value| value.split_once(' '))
            .ok_or_else(|| Answer::invalid_token("No access token was sent."))?;
        let is_valid =
            |&of_user: &bool| of_user && token == USER_TOKEN || self.tokens.is_valid(token, of_user);
        if scheme.eq_ignore_ascii_case("Bearer") && of_user.iter().any(is_valid) {
            Ok(())
        } else {
            Err(Answer::invalid_token("The access token is unknown, expired, or not for this operation."))
        }
    }
}

/// The reaction to a request.
struct Reaction {
    operation: Option<&'static str>,
    /// The id in the log, if the request is there.
    id: Option<u64>,
    delay: Duration,
    outcome: Outcome,
}

impl Reaction {
    /// The response to a request that upstream would not have had.
    fn aside(name: &'static str, response: Response) -> Self {
        Self { operation: Some(name), id: None, delay: Duration::ZERO, outcome: Outcome::Answer(response) }
    }
}

impl Outcome {
    /// Lets the pages of an origin read it.
    fn allowing(mut self, origin: Option<&str>) -> Self {
        if let (Some(origin), Self::Answer(response) | Self::CutOff(response)) = (origin, &mut self) {
            cors::allow(response, origin);
        }
        self
    }

    /// Returns the body of the response for the log.
    fn logged_body(&self) -> LoggedBody {
        match self {
            Self::Answer(response) => LoggedBody::of(response.body()),
            Self::CutOff(_) => LoggedBody::CutOff,
            Self::Reset => LoggedBody::Complete(Bytes::new()),
        }
    }

    /// The status that is sent, if any is.
    fn status(&self) -> Option<u16> {
        match self {
            Self::Answer(answer) | Self::CutOff(answer) => Some(answer.status().as_u16()),
            Self::Reset => None,
        }
    }
}
