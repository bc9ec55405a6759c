//! The rules for servers and operations.

use std::collections::BTreeSet;

use super::names::Names;
use super::{Lint, rules};
use crate::outline::{Kind, Operation};
use crate::pointer::escape;

/// The statuses of successes that the client accepts.
const ACCEPTED: [&str; 3] = ["200", "201", "204"];

impl Lint<'_> {
    pub(super) fn servers(&mut self) {
        let mut environments = BTreeSet::new();
        for server in &self.outline.servers {
            self.evidence(&server.pointer, server.evidence.as_deref(), true);
            let wrong = if server.environment.is_none() || server.token_url.is_none() {
                "the server has no name or no token endpoint"
            } else if !environments.insert(&server.environment) {
                "another server already has this name"
            } else if server.url.ends_with('/') || server.url.contains(['?', '#', '{']) {
                "the server's URL ends with a slash, or has a query or a variable, so no path can be appended to it"
            } else if !is_safe(&server.url) || !server.token_url.as_deref().is_none_or(is_safe) {
                "a URL has neither https:// nor a loopback address, so tokens and personal data would be sent unencrypted"
            } else {
                continue;
            };
            self.report(
                &server.pointer,
                &rules::SERVER,
                wrong.to_owned(),
                "add x-environment with a unique name and x-token-url; begin the URLs with https:// and end the server's URL with its \
                 last segment",
            );
        }
        for operation in self.outline.operations.iter().filter(|one| !one.servers.is_empty()) {
            self.report(
                &operation.pointer,
                &rules::SERVER,
                "the operation or its path has its own servers, which the client does not support".to_owned(),
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
                    "the path does not begin with a slash".to_owned(),
                    "add the slash, because the path is appended to the URL of a server",
                );
            }
            self.evidence(at, operation.evidence.as_deref(), true);
            if operation.safe_to_retry.is_none() {
                self.report(
                    at,
                    &rules::SAFE_TO_RETRY,
                    "x-safe-to-retry is missing".to_owned(),
                    "add x-safe-to-retry; write true only if sending the request twice has no further effect",
                );
            }
            if operation.summary.as_ref().is_none_or(|summary| summary.trim().is_empty()) {
                self.report(
                    at,
                    &rules::SUMMARY,
                    "the operation has no summary".to_owned(),
                    "describe in one line what the operation does",
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
                "replace the body by parameters, or use the method that upstream documents",
            );
        }
        match operation.success() {
            Some(success) if ACCEPTED.contains(&success.status.as_str()) => {}
            Some(success) => self.report(
                &success.pointer,
                &rules::SUCCESS,
                format!("the client accepts no response with the status {}", success.status),
                "use the status 200, 201 or 204",
            ),
            None => self.report(
                &operation.pointer,
                &rules::SUCCESS,
                "the operation must have exactly one successful response".to_owned(),
                "keep one 2xx status, because the generator cannot distinguish several",
            ),
        }
        let sent = operation.request.iter().map(|body| (body, true));
        let responses = operation.responses.iter();
        let received = responses.filter_map(|response| response.body.as_ref()).map(|body| (body, false));
        for (body, is_sent) in sent.chain(received) {
            if body.media_type != "application/json" {
                self.report(
                    &body.pointer,
                    &rules::MEDIA_TYPE,
                    format!("{} is not supported", body.media_type),
                    "use application/json, the media type in upstream's documentation",
                );
            }
            let is_success = operation.success().and_then(|success| success.body.as_ref()) == Some(body);
            match &body.schema.kind {
                Kind::Object(Some(_)) => {}
                Kind::Map { .. } if is_sent || is_success => {
                    self.inline(&body.schema);
                    if is_sent {
                        self.sent_shape(&body.schema, false);
                        self.limit(&body.pointer, "the body", &body.schema);
                    }
                }
                Kind::List { wrapper: Some(_), .. } => self.report(
                    &body.pointer,
                    &rules::NAMED_BODY,
                    "the body is a list with x-list-wrapper, which is only for properties".to_owned(),
                    "delete x-list-wrapper, and move the schema to components/schemas as an object with the list as a field",
                ),
                _ if is_success && !matches!(body.schema.kind, Kind::Object(None)) => self.inline(&body.schema),
                _ => self.report(
                    &body.pointer,
                    &rules::NAMED_BODY,
                    "the body must be a named object".to_owned(),
                    "move the schema to components/schemas and refer to it; if the schema is a list, use an object with the list as a field",
                ),
            }
        }
    }
}

/// Returns true if the URL uses HTTPS, or if it uses HTTP and its host is a loopback address.
fn is_safe(url: &str) -> bool {
    let is_loopback = |rest: &str| {
        let host = rest.split('/').next().unwrap_or_default();
        let is_port = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
        let is_host = |name: &str| match host.strip_prefix(name) {
            Some(rest) => rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port),
            None => false,
        };
        ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is_host)
    };
    url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_loopback)
}
