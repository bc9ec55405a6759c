//! Handles requests in the same way as upstream, from the request line to the last header.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::admin;
use crate::api_response::{ApiResponse, ResponseFormat};
use crate::contract::{BASE_PATH, Operation};
use crate::cors;
use crate::faults::Effect;
use crate::log::{Completion, LoggedBody};
use crate::message::{Request, Response, header, set};
use crate::observer::{Handled, Observer};
use crate::quirks::Quirks;
use crate::rate::Rate;
use crate::received::{Received, TOKEN};
use crate::request_values::texts;
use crate::state::State;
#[cfg(feature = "client")]
use crate::stubs::Stubbed;
use crate::token::{Holder, TOKEN_PATH};
#[cfg(feature = "client")]
use crate::typed;
#[cfg(feature = "ui")]
use crate::ui::Page;

/// The stand-in for upstream: the state of one sandbox, and the settings of its responses.
pub(crate) struct Upstream {
    pub(crate) state: State,
    /// True if the operations on customers use the stored customers. False if a test has set another contract, because
    /// then all operations respond with examples.
    pub(crate) uses_state: bool,
    pub(crate) rate: Rate,
    /// True if headers report the rate limit.
    pub(crate) sends_rate: bool,
    /// The origin whose pages may call the API.
    pub(crate) cors: Option<String>,
    pub(crate) quirks: Quirks,
    pub(crate) admin: bool,
    #[cfg(feature = "ui")]
    pub(crate) page: Option<Page>,
    pub(crate) observer: Option<Observer>,
}

/// Returns the path after the base URL.
fn path_of(request: &Request) -> &str {
    request.uri().path().strip_prefix(BASE_PATH).unwrap_or_default()
}

pub(crate) enum Outcome {
    Response(Response),
    /// The response starts, but the connection ends in the middle of its body.
    CutOff(Response),
    Reset,
}

/// The operation of a request and the values in its path. If the path or the method is unknown, the error is the
/// response to the request.
type Route<'o, 'p> = Result<(&'o Operation, Vec<&'p str>), ApiResponse>;

impl Upstream {
    /// Handles a request. Waits first if a fault delays the response.
    pub(crate) async fn handle(&self, request: Request) -> Outcome {
        #[cfg(feature = "ui")]
        if let Some(page) = self.page.as_ref().filter(|_| Page::has(&request)) {
            return Outcome::Response(page.respond(&self.state, &request));
        }
        let started = Instant::now();
        let Reaction { operation, id, delay, outcome } = if self.admin && admin::is_for(&request) {
            Reaction::aside(admin::NAME, admin::respond(&self.state, &request))
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
            self.state.log.complete(id, Completion { status, body: outcome.logged_body(), duration });
        }
        if let Some(observer) = &self.observer {
            observer.notify(&Handled { operation, status, duration });
        }
        outcome
    }

    /// Returns the route of a request, or `None` for the token endpoint.
    fn route<'p>(&self, request: &'p Request) -> Option<Route<'_, 'p>> {
        if request.uri().path() == TOKEN_PATH {
            return None;
        }
        Some(self.state.operations.find(request.method().as_str(), path_of(request)))
    }

    fn react(&self, request: &Request) -> Reaction {
        let route = self.route(request);
        let (operation, parameters) = match &route {
            None => (Some(TOKEN), Vec::new()),
            Some(Ok((operation, values))) => (Some(operation.id), texts(operation, values, request)),
            Some(Err(_)) => (None, Vec::new()),
        };
        let id = self.state.log.add(Received::new(operation, parameters, request));

        let fault = self.state.faults.next(operation);
        let delay = fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let respond = || match route {
            None => self.state.tokens.respond(request),
            Some(route) => self.respond(request, route),
        };
        let outcome = match fault.and_then(|fault| fault.effect()) {
            None => Outcome::Response(respond()),
            Some(Effect::Response(response)) => Outcome::Response(response),
            Some(Effect::Reset) => Outcome::Reset,
            Some(Effect::CutOff) => Outcome::CutOff(respond()),
            Some(Effect::Truncated) => Outcome::Response(respond().map(|body| body.slice(..body.len() / 2))),
            Some(Effect::ExpiredToken) => {
                self.state.tokens.expire_all();
                Outcome::Response(
                    ApiResponse::invalid_token("The access token has expired.").write(ResponseFormat::Json),
                )
            }
        };
        let outcome = outcome.allowing(self.cors.as_deref());
        Reaction { operation, id: Some(id), delay, outcome }
    }

    fn respond(&self, request: &Request, route: Route<'_, '_>) -> Response {
        let format = ResponseFormat::accepted(request.headers(), self.quirks);
        // The quirks apply only to JSON.
        let quirks = if format == ResponseFormat::Json { self.quirks } else { Quirks::none() };
        let remaining = self.rate.count();
        let outcome = match remaining.refused {
            Some(_) => Err(ApiResponse::too_many_requests()),
            None => match route {
                Ok((operation, values)) => self.perform(operation, &values, request, quirks),
                Err(refusal) => match self.state.canned.get(request.method().as_str(), path_of(request)) {
                    Some(canned) => self.holder(request).map(|_| canned),
                    None => Err(refusal),
                },
            },
        };
        let api_response = outcome.unwrap_or_else(|refusal| refusal);
        let mut response = api_response.write(format);
        if !api_response.is_from_connect {
            return response;
        }
        let status = response.status();
        let headers = response.headers_mut();
        if let Some(seconds) = remaining.refused {
            // Upstream does not document `Retry-After`. The sandbox sends it, because otherwise a client cannot know
            // whether to wait until the next second or until the next minute.
            set(headers, "retry-after", &seconds.to_string());
        }
        if status == 405 {
            set(headers, "allow", &self.state.operations.methods(path_of(request)));
        }
        if self.sends_rate {
            set(headers, "x-ratelimit-remaining", &remaining.requests.to_string());
            set(headers, "x-ratelimit-reset", &remaining.seconds.to_string());
        }
        set(headers, "x-mediaconnect-api-version", "1.2.3");
        response
    }

    fn perform(
        &self,
        operation: &Operation,
        path_values: &[&str],
        request: &Request,
        quirks: Quirks,
    ) -> Result<ApiResponse, ApiResponse> {
        let operations = &*self.state.operations;
        let user = self.authorize(operation, request)?;
        let values = operation.read(operations, path_values, request)?;
        #[cfg(feature = "client")]
        let stubbed = self
            .state
            .stubs
            .next(operations, operation.id, || typed::json(&values, request.body()))
            .map_err(ApiResponse::not_implemented)?;
        #[cfg(feature = "client")]
        if let Some(Stubbed { status, body }) = stubbed {
            let quirks = if status.is_none() { quirks } else { Quirks::none() };
            return operation.respond(operations, status, body, quirks);
        }
        let stored =
            if self.uses_state { self.state.customers.respond(operation, &values, user)? } else { None };
        let body = stored.map_or_else(|| operation.example(operations, &values), Ok)?;
        operation.respond(operations, None, body, quirks)
    }

    /// Checks the access token and returns the customer number of its user. Client mode needs a client token, and user
    /// mode needs a user token. An operation without security needs no token. Without a user token, the user is the
    /// default user.
    fn authorize(&self, operation: &Operation, request: &Request) -> Result<i64, ApiResponse> {
        let default = self.state.tokens.user;
        if operation.facts.alternatives.is_empty() {
            return Ok(default);
        }
        match (self.holder(request)?, operation.facts.is_user_mode()) {
            (Holder::User(number), true) => Ok(number),
            (Holder::Client, false) => Ok(default),
            _ => Err(ApiResponse::invalid_token("The access token is not for this operation.")),
        }
    }

    /// Returns the holder of the access token.
    fn holder(&self, request: &Request) -> Result<Holder, ApiResponse> {
        let (scheme, token) = header(request, "authorization")
            .and_then(|value| value.split_once(' '))
            .ok_or_else(|| ApiResponse::invalid_token("No access token was sent."))?;
        let holder = self.state.tokens.holder(token).filter(|_| scheme.eq_ignore_ascii_case("Bearer"));
        holder.ok_or_else(|| ApiResponse::invalid_token("The access token is unknown or expired."))
    }
}

struct Reaction {
    operation: Option<&'static str>,
    /// The id in the log, or `None` for a request that is not logged.
    id: Option<u64>,
    delay: Duration,
    outcome: Outcome,
}

impl Reaction {
    /// Creates the reaction to an admin request or a CORS preflight. Such a request is not logged.
    fn aside(name: &'static str, response: Response) -> Self {
        Self { operation: Some(name), id: None, delay: Duration::ZERO, outcome: Outcome::Response(response) }
    }
}

impl Outcome {
    /// Allows the pages of an origin to read the response.
    fn allowing(mut self, origin: Option<&str>) -> Self {
        if let (Some(origin), Self::Response(response) | Self::CutOff(response)) = (origin, &mut self) {
            cors::allow(response, origin);
        }
        self
    }

    fn logged_body(&self) -> LoggedBody {
        match self {
            Self::Response(response) => LoggedBody::of(response.body()),
            Self::CutOff(_) => LoggedBody::CutOff,
            Self::Reset => LoggedBody::Complete(Bytes::new()),
        }
    }

    fn status(&self) -> Option<u16> {
        match self {
            Self::Response(response) | Self::CutOff(response) => Some(response.status().as_u16()),
            Self::Reset => None,
        }
    }
}
