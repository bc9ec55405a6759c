//! Protects the routes that read and change the state of the sandbox.

use url::{Host, Url};

use crate::message::{Peer, Request, header};

/// Returns the reason to refuse a request that another machine or a page of another origin may have sent.
pub(crate) fn refusal(request: &Request) -> Option<&'static str> {
    remote(request).or_else(|| foreign(request))
}

/// Returns the reason to refuse a request that another machine may have sent.
pub(crate) fn remote(request: &Request) -> Option<&'static str> {
    let peer = request.extensions().get::<Peer>();
    if peer.is_some_and(|peer| !peer.is_this_machine) {
        return Some("these routes only respond to the machine that the sandbox runs on");
    }
    // A proxy on this machine may forward a request from another machine, so it is refused if its headers show that it
    // is a proxy. With its default settings, nginx sends none of these headers. The documentation of `admin` says so.
    if ["forwarded", "via", "x-forwarded-for"].iter().any(|name| header(request, name).is_some()) {
        return Some("these routes do not respond to a proxy; send the request directly");
    }
    // Prevents DNS rebinding: a web page can make its own host name point to this port.
    if !header(request, "host").is_none_or(is_loopback) {
        return Some("the host must be a loopback address, such as 127.0.0.1");
    }
    None
}

/// Returns the reason to refuse a request that a page of another origin may have sent.
///
/// CORS does not prevent all of these requests: browsers send the requests of forms and images without a preflight.
fn foreign(request: &Request) -> Option<&'static str> {
    let host = header(request, "host").unwrap_or_default();
    let is_own = |origin: &str| origin.strip_prefix("http://") == Some(host);
    let is_foreign = request.headers().contains_key("origin")
        && !header(request, "origin").is_some_and(is_own)
        || header(request, "sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    is_foreign.then_some("these routes do not respond to pages of another origin")
}

fn is_loopback(host: &str) -> bool {
    let url = Url::parse(&format!("http://{host}"));
    match url.as_ref().ok().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&str, &str)]) -> bool {
        let mut request = http::Request::post("/admin/faults");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        refusal(&request.body(bytes::Bytes::new()).unwrap()).is_some()
    }

    #[test]
    fn this_machine_and_the_own_origin_are_let_in() {
        for headers in [
            &[("host", "127.0.0.1:8080")][..],
            &[("host", "[::1]:8080")],
            &[("host", "127.0.0.2:8080")],
            &[
                ("host", "localhost:8080"),
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "none")],
        ] {
            assert!(!refused(headers), "{headers:?}");
        }
    }

    #[test]
    fn other_hosts_proxies_and_pages_of_another_origin_are_refused() {
        for headers in [
            &[("host", "evil.example:8080")][..],
            &[("host", "127.0.0.1.evil.example:8080")],
            &[("host", "127.0.0.1:8080"), ("via", "1.1 proxy")],
            &[("host", "127.0.0.1:8080"), ("forwarded", "for=192.0.2.1")],
            &[("host", "127.0.0.1:8080"), ("x-forwarded-for", "192.0.2.1")],
            &[("host", "127.0.0.1:8080"), ("origin", "https://evil.example")],
            &[("host", "127.0.0.1:8080"), ("origin", "null")],
            &[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8081")],
            &[("host", "127.0.0.1:8080"), ("origin", "https://127.0.0.1:8080")],
            &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")],
            &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "same-site")],
        ] {
            assert!(refused(headers), "{headers:?}");
        }
    }
}
