//! Checks the headers that a service adds to its requests.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};

/// Headers that a service may not add, because the client sets them or because they control how the message is
/// transferred. A second value could leak the token, or make servers disagree about the end of the request.
const OWNED: [&str; 19] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Returns all headers that a service adds, by name and value.
///
/// # Errors
/// Returns the same errors as [`add`].
pub(crate) fn all(added: &[(String, SecretString)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in added {
        add(&mut headers, name, value.expose_secret())?;
    }
    Ok(headers)
}

/// Adds a header.
///
/// # Errors
/// Returns an error if the client sets the header itself, or if the name or value cannot be sent. The error does not
/// quote the value.
pub(crate) fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<()> {
    let name = HeaderName::try_from(name).map_err(|_| {
        Error::configuration(
            "the name of a request header is malformed: expected letters, digits and hyphens, as in X-Request-Id",
        )
    })?;
    if let Some(owned) = OWNED.iter().find(|owned| name == **owned) {
        let hint = match *owned {
            "authorization" => {
                "use as_user for the token of a user, or ClientBuilder::token_source for your own token source"
            }
            "content-type" => "use json for a body",
            "user-agent" => "use ClientBuilder::application or ClientBuilder::user_agent",
            "traceparent" | "tracestate" => "use the feature `opentelemetry`",
            _ => "leave it out",
        };
        return Err(Error::configuration(format!("the client sets the header `{owned}` itself: {hint}")));
    }
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        Error::configuration(format!(
            "the value of the header `{name}` has characters that a header cannot contain: encode it"
        ))
    })?;
    // The value may be personal data. It is marked as sensitive, so that other crates do not log it.
    value.set_sensitive(true);
    headers.append(name, value);
    Ok(())
}
