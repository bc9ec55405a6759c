//! The rules for servers and operations.

use std::collections::BTreeSet;

use super::names::Names;
use super::{Lint, rules};
use crate::contract::escape;
use crate::outline::{Kind, Operation};

impl Lint<'_> {
    pub(super) fn servers(&mut self) {
        let mut environments = BTreeSet::new();
        for server in &self.outline.servers {
            self.evidence(&server.pointer, server.evidence.as_deref(), true);
            let wrong = if server.environment.is_none() || server.token_url.is_none() {
                "a server needs a name and a token endpoint"
            } else if !environments.insert(&server.environment) {
                "another server has this name"
            } else if server.url.ends_with('/') || server.url.contains(['?', '#', '{']) {
                "paths are put behind the URL as it is, but it ends with a slash, or has a query or a variable"
            } else if !is_safe(&server.url) || !server.token_url.as_deref().is_none_or(is_safe) {
                "tokens and personal data would travel unencrypted"
            } else {
                continue;
            };
            self.report(
                &server.pointer,
                &rules::SERVER,
                wrong.to_owned(),
                "add x-environment, a name of its own, and x-token-url; begin the urls with https:// and end the url with its \
                 last segment",
            );
        }
        for operation in self.outline.operations.iter().filter(|one| !one.servers.is_empty()) {
            self.report(
                &operation.pointer,
                &rules::SERVER,
                "the operation or its path has servers of its own, which the client does not know".to_owned(),
                "list the server at the top of the contract",
            );
        }
    }

    pub(super) fn operations(&mut self) {
        let mut names = Names::new();
        for operation in &self.outline.operations {
            let at = &operation.pointer;
            self.operation_id(operation, &mut names);
            if !operation.path.starts_with('/') {
                self.report(
                    &format!("/paths/{}", escape(&operation.path)),
                    &rules::PATH_START,
                    "a path begins with a slash".to_owned(),
                    "write the slash: the path is put behind the URL of a server",
                );
            }
            self.evidence(at, operation.evidence.as_deref(), true);
            if operation.safe_to_repeat.is_none() {
                self.report(
                    at,
                    &rules::SAFE_TO_REPEAT,
                    "nothing says whether the request may be sent twice".to_owned(),
                    "add x-safe-to-repeat: true only if a second arrival changes nothing",
                );
            }
            if operation.summary.as_ref().is_none_or(|summary| summary.trim().is_empty()) {
                self.report(
                    at,
                    &rules::SUMMARY,
                    "the operation has no summary".to_owned(),
                    "say in a line what it does",
                );
            }
            self.security(operation);
            self.parameters(operation);
            self.bodies(operation);
            self.success_rule(operation);
        }
    }

    fn bodies(&mut self, operation: &Operation) {
        if let Some(body) = operation.request.as_ref().filter(|_| operation.method == "GET") {
            self.report(
                &body.pointer,
                &rules::GET_BODY,
                "a GET has a body".to_owned(),
                "send the values as parameters, or write the method that upstream documents",
            );
        }
        if operation.success().is_none() {
            self.report(
                &operation.pointer,
                &rules::SUCCESS,
                "there must be exactly one answer of a success".to_owned(),
                "keep one 2xx status: the generator cannot tell several apart",
            );
        }
        let sent = operation.request.iter().map(|body| (body, true));
        let answers = operation.responses.iter();
        let received = answers.filter_map(|answer| answer.body.as_ref()).map(|body| (body, false));
        for (body, is_sent) in sent.chain(received) {
            if body.media_type != "application/json" {
                self.report(
                    &body.pointer,
                    &rules::MEDIA_TYPE,
                    format!("{} is not supported", body.media_type),
                    "use application/json, which is what upstream documents",
                );
            }
            let is_success = operation.success().and_then(|success| success.body.as_ref()) == Some(body);
            match &body.schema.kind {
                Kind::Object(Some(_)) => {}
                Kind::Map { .. } if is_sent || is_success => self.inline(&body.schema),
                _ if is_success && !matches!(body.schema.kind, Kind::Object(None)) => self.inline(&body.schema),
                _ => self.report(
                    &body.pointer,
                    &rules::NAMED_BODY,
                    "this body must be a named object".to_owned(),
                    "move the schema to components/schemas and refer to it; a list goes into an object, as one of its fields",
                ),
            }
        }
    }

    /// Reports operations without a client error status. Their documentation was probably not read to its end.
    #[cfg(feature = "lint")]
    pub(super) fn client_errors(&mut self) {
        let is_one = |status: &str| status.starts_with('4') || status == "default";
        for operation in &self.outline.operations {
            // The rule `success` reports an operation without responses.
            let responses = &operation.responses;
            if !responses.is_empty() && !responses.iter().any(|response| is_one(&response.status)) {
                self.report(
                    &operation.pointer,
                    &rules::CLIENT_ERROR,
                    "the operation has no status of the caller's mistakes".to_owned(),
                    "add the 4xx statuses that upstream documents",
                );
            }
        }
    }

    /// Reports paths that are malformed or ambiguous.
    #[cfg(feature = "lint")]
    pub(super) fn paths(&mut self) {
        let paths: Vec<&String> =
            self.node("/paths").as_object().into_iter().flatten().map(|(path, _)| path).collect();
        let segments: Vec<_> = paths.iter().map(|path| self.segments(path)).collect();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| !path.starts_with("x-")) {
            let twin = (0..index).find(|other| fit_one_request(&segments[*other], &segments[index]));
            let twin = twin.map(|index| paths[index]);
            let wrong = if path.ends_with('/') {
                "a path does not end with a slash".to_owned()
            } else if path.contains(['?', '#']) {
                "a path has no query".to_owned()
            } else if let Some(twin) = twin {
                format!("a request can be for {path} and for {twin}")
            } else {
                continue;
            };
            self.report(
                &format!("/paths/{}", escape(path)),
                &rules::PATH,
                wrong,
                "correct the path; what is in the query are parameters with in: query",
            );
        }
    }
}

/// Returns true if requests to the URL are encrypted or stay on the loopback interface.
fn is_safe(url: &str) -> bool {
    let is_loopback = |rest: &str| {
        let host = rest.split('/').next().unwrap_or_default();
        let is_host =
            |name: &str| host == name || host.strip_prefix(name).is_some_and(|port| port.starts_with(':'));
        ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is_host)
    };
    url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_loopback)
}

#[cfg(feature = "lint")]
impl Lint<'_> {
    /// Returns the segments of a path. A parameter that is an integer in all operations matches only numbers.
    fn segments<'p>(&self, path: &'p str) -> Vec<Segment<'p>> {
        let operations: Vec<_> = self.outline.operations.iter().filter(|one| one.path == path).collect();
        let is_number = |name: &str| {
            let is_number = |operation: &&Operation| {
                let mut parameters = operation.parameters.iter().filter(|one| one.location == "path");
                parameters.any(|one| one.field.wire_name == name && one.field.schema.kind == Kind::Integer)
            };
            !operations.is_empty() && operations.iter().all(is_number)
        };
        let segment = |text: &'p str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) if is_number(name) => Segment::Number,
            Some(_) => Segment::Text,
            None if text.contains('{') => Segment::Text,
            None => Segment::Fixed(text),
        };
        path.split('/').map(segment).collect()
    }
}

/// Returns true if a URL can match both paths and neither path is more specific.
#[cfg(feature = "lint")]
fn fit_one_request(one: &[Segment<'_>], other: &[Segment<'_>]) -> bool {
    let fits = one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.meets(b));
    // A router prefers a fixed segment to a number, and a number to a text.
    let wins = |a: &[Segment<'_>], b: &[Segment<'_>]| a.iter().zip(b).all(|(a, b)| a.width() <= b.width());
    let is_narrower = one.iter().zip(other).any(|(a, b)| a.width() != b.width());
    fits && !(is_narrower && (wins(one, other) || wins(other, one)))
}

/// A segment of a path.
#[cfg(feature = "lint")]
#[derive(Clone, Copy)]
enum Segment<'a> {
    Fixed(&'a str),
    Number,
    Text,
}

#[cfg(feature = "lint")]
impl Segment<'_> {
    /// Returns true if one text can match both segments.
    fn meets(&self, other: &Self) -> bool {
        let is_number = |text: &str| text.parse::<i64>().is_ok();
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(other)) => one == other,
            (Self::Fixed(text), Self::Number) | (Self::Number, Self::Fixed(text)) => is_number(text),
            _ => true,
        }
    }

    /// Returns a rank for the number of texts that the segment matches.
    fn width(&self) -> u8 {
        match self {
            Self::Fixed(_) => 0,
            Self::Number => 1,
            Self::Text => 2,
        }
    }
}
