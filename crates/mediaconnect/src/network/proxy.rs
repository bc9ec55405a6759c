//! The proxy, from the builder or from the usual environment variables.
//!
//! The HTTP client ignores a malformed variable and connects without a proxy. In a network that requires the proxy,
//! such a connection usually times out. This module therefore reports a malformed variable as an error.

use std::ffi::OsString;

use http::Uri;
use reqwest::{NoProxy, Proxy};
use secrecy::ExposeSecret;

use super::Network;
use crate::error::{Error, Result};

impl Network {
    /// Returns the proxy to set in the HTTP client. Returns `None` if no proxy is configured, or if the HTTP client
    /// itself reads the proxy from the environment.
    ///
    /// # Errors
    /// Returns an error if the proxy or its variable is malformed. The error does not quote the value, because it may
    /// contain a password.
    pub(super) fn proxy(&self, variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Proxy>> {
        if let Some(url) = &self.proxy {
            let proxy = checked(url.expose_secret())
                .ok_or_else(|| Error::configuration(format!("the proxy is malformed: {EXPECTED}")))?;
            return Ok(Some(proxy.no_proxy(self.no_proxy.as_deref().and_then(NoProxy::from_string))));
        }
        // If REQUEST_METHOD is set, this is a CGI program, where a remote client could set HTTP_PROXY by a request
        // header. Proxy variables are therefore ignored, as reqwest does.
        if variable("REQUEST_METHOD").is_some() {
            return Ok(None);
        }
        let Some((name, value)) = of_variables(&variable) else { return Ok(None) };
        let proxy = value.to_str().and_then(checked).ok_or_else(|| {
            Error::configuration(format!(
                "the environment variable {name} is malformed: {EXPECTED}; correct or unset it"
            ))
        })?;
        let Some(own) = &self.no_proxy else { return Ok(None) };
        let others = first(&variable, ["NO_PROXY", "no_proxy"]);
        let others = others.as_ref().and_then(|(_, value)| value.to_str()).unwrap_or_default();
        Ok(Some(proxy.no_proxy(NoProxy::from_string(&format!("{own},{others}")))))
    }
}

const EXPECTED: &str = "expected http://host:port or https://host:port";

/// Returns the environment variable that sets the proxy for https, and its value. A variable for https has precedence
/// over a variable for all schemes.
fn of_variables(variable: &impl Fn(&str) -> Option<OsString>) -> Option<(&'static str, OsString)> {
    first(variable, ["HTTPS_PROXY", "https_proxy"]).or_else(|| first(variable, ["ALL_PROXY", "all_proxy"]))
}

/// Returns the first variable that is set, with its value. Returns `None` if the value is empty.
fn first(
    variable: &impl Fn(&str) -> Option<OsString>,
    names: [&'static str; 2],
) -> Option<(&'static str, OsString)> {
    let found = names.into_iter().find_map(|name| Some((name, variable(name)?)));
    found.filter(|(_, value)| !value.is_empty())
}

/// Returns the proxy if its URL is valid and has a host. The default scheme is http.
fn checked(url: &str) -> Option<Proxy> {
    let uri: Uri = url.parse().ok()?;
    // A SOCKS proxy is refused, because the HTTP client is built without support for it.
    let is_known = matches!(uri.scheme_str(), None | Some("http" | "https"));
    let has_host = uri.authority().is_some_and(|authority| !authority.host().is_empty());
    if !is_known || !has_host {
        return None;
    }
    let url = if uri.scheme().is_some() { url.to_owned() } else { format!("http://{url}") };
    Proxy::all(url).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(network: &Network, variables: &[(&str, &str)]) -> Result<Option<Proxy>> {
        network.proxy(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    fn with(url: &str) -> Network {
        Network { proxy: Some(url.into()), ..Network::default() }
    }

    #[test]
    fn a_malformed_proxy_is_refused_by_its_name_and_not_quoted() {
        let none = Network::default();
        for malformed in [
            "http://canary:canary @proxy.example.com:3128",
            "http://",
            "://proxy.example.com",
            "ftp://proxy.example.com",
            "socks5://proxy.example.com:1080",
            "/canary",
            "proxy.example.com:99999999",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let error = proxy(&none, &[(name, malformed)]).unwrap_err();
                assert!(error.is_configuration() && error.to_string().contains(name), "{malformed}: {error}");
                assert!(!format!("{error:?}").contains("canary"), "{error:?}");
            }
            let error = proxy(&with(malformed), &[]).unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("the proxy is malformed: expected http://host:port or https://host:port"),
                "{error}"
            );
        }
        // None of these settings configures a proxy. HTTP_PROXY is ignored, because it is meant for unencrypted
        // connections. This client makes such connections only to loopback, and never through a proxy.
        for unread in [
            &[("HTTP_PROXY", "/")][..],
            &[("HTTPS_PROXY", "")],
            &[("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", "/")],
        ] {
            assert!(proxy(&none, unread).unwrap().is_none(), "{unread:?}");
        }
    }

    #[test]
    fn the_builders_proxy_overrides_the_variables_and_excluded_hosts_need_a_proxy_of_ours() {
        let good = [("HTTPS_PROXY", "http://user:password@proxy.example.com:3128")];
        assert!(proxy(&Network::default(), &good).unwrap().is_none(), "the HTTP client reads it");
        assert!(proxy(&with("proxy.example.com:3128"), &[("HTTPS_PROXY", "/")]).unwrap().is_some());
        let own = Network { no_proxy: Some("example.com".to_owned()), ..Network::default() };
        assert!(proxy(&own, &good).unwrap().is_some());
        assert!(proxy(&own, &[]).unwrap().is_none());
    }
}
