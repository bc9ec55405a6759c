//! The settings of the HTTP client: certificates, proxies, connections, and the header `User-Agent`.

mod proxy;

use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Certificate, Identity};
use secrecy::SecretString;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::options::bounded;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone, Default)]
pub(crate) struct Network {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) pool_idle_timeout: Option<Duration>,
    pub(crate) pool_max_idle: Option<usize>,
    pub(crate) application: Option<String>,
    pub(crate) user_agent: Option<String>,
    /// PEM texts, each with one or more root certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// A PEM text with the client certificate, its chain and its private key.
    pub(crate) identity: Option<Zeroizing<Vec<u8>>>,
    /// The URL of the proxy. It may contain a password.
    pub(crate) proxy: Option<SecretString>,
    pub(crate) no_proxy: Option<String>,
}

impl Network {
    pub(crate) fn client(&self, endpoint: &Url) -> Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            // Redirects are not followed, because the bearer token must not be sent to another server.
            .redirect(reqwest::redirect::Policy::none())
            // reqwest must not retry, because only the pipeline knows which requests are safe to retry. A maximum of 0
            // retries also prevents reqwest from copying each request.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            // The client uses only HTTP/1.1, even if another crate of the service enables reqwest's feature for HTTP/2.
            // HTTP/2 would use connections differently and log other data.
            .http1_only()
            .user_agent(self.user_agent()?)
            .tls_certs_merge(self.roots()?);
        // Without this choice, another crate of the service that enables reqwest's feature `native-tls` would change
        // the client's TLS library.
        #[cfg(feature = "rustls")]
        {
            builder = builder.tls_backend_rustls();
        }
        #[cfg(not(feature = "rustls"))]
        {
            builder = builder.tls_backend_native();
        }
        if let Some(timeout) = self.pool_idle_timeout {
            builder = builder.pool_idle_timeout(bounded(timeout));
        }
        if let Some(connections) = self.pool_max_idle {
            builder = builder.pool_max_idle_per_host(connections);
        }
        if let Some(identity) = self.identity()? {
            builder = builder.identity(identity);
        }
        if is_local(endpoint) {
            // No proxy is used for a loopback URL. The connection may be unencrypted, so a proxy could read the secrets
            // on it.
            builder = builder.no_proxy();
        } else if let Some(proxy) = self.proxy(|name| std::env::var_os(name))? {
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| {
            let hint = match self.identity {
                Some(_) => ": check that the client certificate and its private key belong together",
                None => "",
            };
            Error::configuration(format!("the HTTP client cannot be set up{hint}"))
                .with_source(error.without_url())
        })
    }

    fn roots(&self) -> Result<Vec<Certificate>> {
        let malformed = || {
            Error::configuration(
                "a root certificate is malformed: expected PEM with -----BEGIN CERTIFICATE----- in it",
            )
        };
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            let certificates =
                Certificate::from_pem_bundle(pem).map_err(|error| malformed().with_source(error))?;
            if certificates.is_empty() {
                return Err(malformed());
            }
            roots.extend(certificates);
        }
        Ok(roots)
    }

    fn identity(&self) -> Result<Option<Identity>> {
        let Some(pem) = &self.identity else { return Ok(None) };
        #[cfg(feature = "rustls")]
        let identity = Identity::from_pem(pem);
        #[cfg(not(feature = "rustls"))]
        let identity = Identity::from_pkcs8_pem(pem, pem);
        // reqwest's error is not passed on, because a later version of reqwest could quote the PEM text, which contains
        // a private key.
        identity.map(Some).map_err(|_| {
            Error::configuration(
                "the client certificate is malformed: expected PEM with the certificate, its chain and the private key, \
                 without a passphrase",
            )
        })
    }

    fn user_agent(&self) -> Result<HeaderValue> {
        let own = concat!("mediaconnect-rust/", env!("CARGO_PKG_VERSION"));
        let text = match (&self.user_agent, &self.application) {
            (Some(whole), _) => whole.clone(),
            (None, Some(application)) => format!("{own} {application}"),
            (None, None) => own.to_owned(),
        };
        HeaderValue::try_from(text).map_err(|_| {
            Error::configuration(
                "the application name or the user agent contains control characters: remove them",
            )
        })
    }
}

/// Returns true for a loopback URL.
pub(crate) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
