//! The settings of the way to the network.

use std::time::Duration;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::ClientBuilder;

impl ClientBuilder {
    /// Sets how long a connection may take to come about; the default is 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.network.connect_timeout = Some(timeout);
        self
    }

    /// Sets how long a connection is kept that nobody uses; the default is 90 seconds.
    #[must_use]
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.network.pool_idle_timeout = Some(timeout);
        self
    }

    /// Sets how many connections are kept that nobody uses; the default is no limit.
    #[must_use]
    pub fn pool_max_idle(mut self, connections: usize) -> Self {
        self.network.pool_max_idle = Some(connections);
        self
    }

    /// The name and version of the service, such as `subscriptions/1.4`, which goes behind this library's own in the
    /// header `User-Agent`.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.network.application = Some(name.into());
        self
    }

    /// Sets the whole header `User-Agent`, in place of this library's own and [`application`](Self::application): for a
    /// gateway that lets known clients through only.
    #[must_use]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.network.user_agent = Some(text.into());
        self
    }

    /// Sets the certificate by which the client proves who it is (mTLS): PEM with the certificate, its chain and the
    /// private key, in any order.
    ///
    /// The key must have no passphrase. With the feature `native-tls` and without `rustls` it must be PKCS #8
    /// (`BEGIN PRIVATE KEY`). The certificate is shown to the token endpoint too. If the server refuses it, or requires one that
    /// is not set, [`connect_failure`](crate::Error::connect_failure) says which.
    #[doc(alias = "mtls")]
    #[doc(alias = "client certificate")]
    #[must_use]
    pub fn identity(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.identity = Some(Zeroizing::new(pem.into()));
        self
    }

    /// Sets the proxy for all requests: `http://host:port`, or `http://user:password@host:port`.
    ///
    /// Without it, the environment variables `HTTPS_PROXY` and `ALL_PROXY` count, and hosts in `NO_PROXY` are reached without
    /// a proxy. With it, none of them counts. A URL on the own machine is never reached by a proxy.
    #[doc(alias = "https_proxy")]
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.network.proxy = Some(SecretString::from(url.into()));
        self
    }

    /// Sets hosts that are reached without a proxy, separated by commas: `example.com` with the hosts below it, an address, a
    /// network such as `10.0.0.0/8`, or `*` for all.
    ///
    /// They count for [`proxy`](Self::proxy), and for a proxy of the environment besides `NO_PROXY`.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.network.no_proxy = Some(hosts.into());
        self
    }

    /// Trusts root certificates besides the system's: PEM with one or several.
    #[doc(alias = "ca")]
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }
}
