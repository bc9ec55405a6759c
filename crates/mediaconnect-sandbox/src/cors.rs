//! CORS: preflight requests and headers for pages of another origin.

use crate::message::{Request, Response, header, response, set};

/// The name under which [`Handled`](crate::Handled) reports a preflight request.
pub(crate) const PREFLIGHT: &str = "preflight";

/// Returns the response to a preflight request, or `None` for any other request.
pub(crate) fn preflight(origin: Option<&str>, request: &Request) -> Option<Response> {
    let origin = origin?;
    let is_preflight =
        request.method() == "OPTIONS" && header(request, "access-control-request-method").is_some();
    if !is_preflight {
        return None;
    }
    let mut allowed = response(204, "", "");
    allow(&mut allowed, origin);
    let headers = allowed.headers_mut();
    set(headers, "access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
    // `*` does not include `Authorization`, so the response lists the requested names.
    let values = header(request, "access-control-request-headers").unwrap_or("authorization, content-type");
    set(headers, "access-control-allow-headers", values);
    set(headers, "access-control-max-age", "600");
    Some(allowed)
}

/// Allows the pages of an origin to read a response.
pub(crate) fn allow(response: &mut Response, origin: &str) {
    let headers = response.headers_mut();
    set(headers, "access-control-allow-origin", origin);
    set(
        headers,
        "access-control-expose-headers",
        "Retry-After, X-RateLimit-Remaining, X-RateLimit-Reset, X-Mediaconnect-Api-Version",
    );
    if origin != "*" {
        set(headers, "vary", "Origin");
    }
}
