//! The network settings of a client: timeouts, connections, TLS, proxies.

use std::time::Duration;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::ClientBuilder;

impl ClientBuilder {
    /// Sets the time limit for opening a connection. The default is 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.network.connect_timeout = Some(timeout);
        self
    }

    /// Sets how long an idle connection is kept. The default is 90 seconds.
    #[must_use]
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.network.pool_idle_timeout = Some(timeout);
        self
    }

    /// Sets how many idle connections to each host are kept. The default is no limit.
    #[must_use]
    pub fn pool_max_idle(mut self, connections: usize) -> Self {
        self.network.pool_max_idle = Some(connections);
        self
    }

    /// Sets the name and version of the service, such as `subscriptions/1.4`. In the header `User-Agent`, they follow
    /// the name of this library.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.network.application = Some(name.into());
        self
    }

    /// Sets the whole header `User-Agent`. It replaces the name of this library and of the
    /// [`application`](Self::application).
    ///
    /// Use it if a gateway admits only known values of `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.network.user_agent = Some(text.into());
        self
    }

    /// Adds a header to each request to the API, such as the key of an API gateway. The value is hidden from logs.
    ///
    /// A name may be added several times, with several values. If a request itself has a header with this name, only
    /// that one is sent. Requests to the token endpoint do not have the header: see
    /// [`token_header`](Self::token_header). Headers that the client sets itself, such as `Authorization`, are refused:
    /// [`build`](Self::build) fails.
    #[doc(alias = "default_header")]
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), SecretString::from(value.into())));
        self
    }

    /// Adds a header to each request to the token endpoint, for clients' and users' tokens. The value is hidden from
    /// logs.
    ///
    /// A name may be added several times, with several values. Headers that the client sets itself are refused, as for
    /// [`header`](Self::header). A [`token_source`](Self::token_source) sends its requests itself, without the header.
    #[must_use]
    pub fn token_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.token_headers.push((name.into(), SecretString::from(value.into())));
        self
    }

    /// Sets the client certificate (mTLS): PEM with the certificate, its chain and the private key, in any order.
    ///
    /// The key must have no passphrase. With the feature `native-tls` and without `rustls` it must be PKCS #8 (`BEGIN
    /// PRIVATE KEY`). The certificate is also used for the token endpoint. If a server refuses the certificate, or
    /// requires one and none is set, [`connect_failure`](crate::Error::connect_failure) reports it.
    #[doc(alias = "mtls")]
    #[doc(alias = "client certificate")]
    #[must_use]
    pub fn identity(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.identity = Some(Zeroizing::new(pem.into()));
        self
    }

    /// Sets the proxy for all requests: `http://host:port`, or `http://user:password@host:port`.
    ///
    /// Without this setting, the environment variables `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` apply. With it, they
    /// are ignored. Loopback URLs are never reached through a proxy.
    #[doc(alias = "https_proxy")]
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.network.proxy = Some(SecretString::from(url.into()));
        self
    }

    /// Sets hosts that are reached without a proxy, separated by commas: a domain with its subdomains (`example.com`),
    /// an address, a network such as `10.0.0.0/8`, or `*` for all.
    ///
    /// If an environment variable sets the proxy, these hosts apply in addition to those of `NO_PROXY`.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.network.no_proxy = Some(hosts.into());
        self
    }

    /// Trusts root certificates in addition to the system's: PEM with one or more certificates.
    #[doc(alias = "ca")]
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }
}
