//! Servers and operations: what the client cannot do without.

use std::collections::BTreeSet;

use super::names::Names;
use super::{Lint, rules};
#[cfg(feature = "lint")]
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
            } else {
                continue;
            };
            self.report(
                &server.pointer,
                &rules::SERVER,
                wrong.to_owned(),
                "add x-environment, a name of its own, and x-token-url; end the url with its last segment",
            );
        }
    }

    pub(super) fn operations(&mut self) {
        let mut names = Names::new();
        for operation in &self.outline.operations {
            let at = &operation.pointer;
            self.operation_id(operation, &mut names);
            self.evidence(at, operation.evidence.as_deref(), true);
            if operation.safe_to_repeat.is_none() {
                self.report(
                    at,
                    &rules::SAFE_TO_REPEAT,
                    "nothing says whether the request may be sent twice".to_owned(),
                    "add x-safe-to-repeat: true only if a second arrival changes nothing",
                );
            }
            if operation.summary.is_none() {
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
            if !matches!(body.schema.kind, Kind::Object(Some(_))) {
                self.report(
                    &body.pointer,
                    &rules::NAMED_BODY,
                    "a body must be a named object".to_owned(),
                    "move the schema to components/schemas and refer to it",
                );
            }
            if is_sent && !body.required {
                self.report(
                    &body.pointer,
                    &rules::REQUIRED_BODY,
                    "an optional request body is not supported".to_owned(),
                    "add required: true to the requestBody",
                );
            }
        }
    }

    /// Paths that no request can be told by.
    #[cfg(feature = "lint")]
    pub(super) fn paths(&mut self) {
        let paths: Vec<&String> =
            self.node("/paths").as_object().into_iter().flatten().map(|(path, _)| path).collect();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| !path.starts_with("x-")) {
            let twin = paths[..index].iter().find(|other| fit_one_request(other, path));
            let wrong = if !path.starts_with('/') || path.ends_with('/') {
                "a path begins with a slash and does not end with one".to_owned()
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

/// Whether a URL can be of both: all segments are the same, or a parameter that stands in for the other's.
#[cfg(feature = "lint")]
fn fit_one_request(one: &str, other: &str) -> bool {
    let segments = |path: &'_ str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (segments(one), segments(other));
    let is_open = |segment: &str| segment.starts_with('{');
    let fits = |(a, b): (&String, &String)| a == b || is_open(a) || is_open(b);
    // A literal wins over a parameter, but only if it does so in all segments.
    let wins = |a: &[String], b: &[String]| a.iter().zip(b).all(|(a, b)| a == b || is_open(b));
    let is_clear = one.iter().zip(&other).any(|(a, b)| is_open(a) != is_open(b))
        && (wins(&one, &other) || wins(&other, &one));
    one.len() == other.len() && one.iter().zip(&other).all(fits) && !is_clear
}
