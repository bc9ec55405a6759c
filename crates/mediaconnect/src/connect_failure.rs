use std::error::Error as StdError;
use std::io;

/// The reason why no connection could be made. [`Error::connect_failure`](crate::Error::connect_failure) returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The host name cannot be resolved: it is misspelt, or name resolution does not work on this machine.
    Name,
    /// No server listens on the port.
    Refused,
    /// There is no route to the host.
    Unreachable,
    /// The connect timeout passed, most often because a firewall drops the packets.
    Timeout,
    /// The proxy cannot be reached, or does not speak HTTP.
    Proxy,
    /// The proxy requires a user and a password, but they were missing or wrong (status 407).
    ProxyCredentials,
    /// The proxy refused to connect to upstream, or could not.
    ProxyRefused,
    /// The certificate is self-signed, or from an authority that this machine does not trust.
    CertificateUntrusted,
    /// The certificate has expired, or this machine's clock is ahead.
    CertificateExpired,
    /// The certificate is not valid yet, most often because this machine's clock is behind.
    CertificateNotYetValid,
    /// The certificate is for another host.
    CertificateForAnotherHost,
    /// The certificate was refused for another reason.
    Certificate,
    /// The server requires a client certificate and received none; see
    /// [`ClientBuilder::identity`](crate::ClientBuilder::identity).
    ClientCertificate,
    /// The server refused the client certificate: it has expired, was revoked, is from an authority that the server
    /// does not trust, or has no access. Some servers also report this reason if they received no certificate.
    ClientCertificateRefused,
    /// TLS failed for another reason. The port may use another protocol.
    Tls,
    /// The server closed a new TLS connection before the request was sent, and the reason was lost. The server may have
    /// refused the client certificate.
    Closed,
    /// Another reason; see the source of the error. With the feature `native-tls`, this includes every failure of TLS.
    Other,
}

/// The text of hyper-util's error for a new connection that was closed before the request was sent. The error is
/// recognized by its text, because its type is not public.
const UNSENT: &str = "client error (Canceled)";

impl ConnectFailure {
    /// Returns the reason from the source chain of an error.
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Self {
        let causes = || std::iter::successors(Some(error), |&cause| cause.source());
        let is_closed = || causes().any(|cause| cause.to_string() == UNSENT);
        causes()
            .find_map(Self::of_cause)
            .unwrap_or_else(|| if is_closed() { Self::Closed } else { Self::Other })
    }

    fn of_cause(cause: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(error) = cause.downcast_ref::<reqwest::Error>() {
            return error.is_timeout().then_some(Self::Timeout);
        }
        #[cfg(feature = "rustls")]
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            return Some(tls(error));
        }
        #[cfg(feature = "rustls")]
        if cause.is::<rustls::pki_types::InvalidDnsNameError>() {
            return Some(Self::Name);
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            // An I/O error may wrap another error, such as a TLS error. Because the wrapped error is not in the source
            // chain, it is examined here.
            let wrapped = error.get_ref().and_then(|wrapped| Self::of_cause(wrapped));
            return wrapped.or(match error.kind() {
                io::ErrorKind::ConnectionRefused => Some(Self::Refused),
                io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some(Self::Unreachable),
                io::ErrorKind::TimedOut => Some(Self::Timeout),
                _ => None,
            });
        }
        // The types of hyper-util's errors are not public, so these errors are recognized by their texts.
        match cause.to_string() {
            text if text.starts_with("dns error") => Some(Self::Name),
            text if text == "tunnel error: proxy authorization required" => Some(Self::ProxyCredentials),
            text if text == "tunnel error: unsuccessful" => Some(Self::ProxyRefused),
            text if text.starts_with("tunnel error") => Some(Self::Proxy),
            _ => None,
        }
    }
}

#[cfg(feature = "rustls")]
fn tls(error: &rustls::Error) -> ConnectFailure {
    use rustls::{AlertDescription, CertificateError, Error};

    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => ConnectFailure::CertificateUntrusted,
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            ConnectFailure::CertificateExpired
        }
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => ConnectFailure::CertificateNotYetValid,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => ConnectFailure::CertificateForAnotherHost,
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => ConnectFailure::Certificate,
        Error::AlertReceived(AlertDescription::CertificateRequired) => ConnectFailure::ClientCertificate,
        // A server sends one of these alerts if it refuses the client certificate.
        Error::AlertReceived(
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            // A server sends this alert if the client certificate names an authority that did not sign the certificate.
            | AlertDescription::DecryptError,
        ) => ConnectFailure::ClientCertificateRefused,
        _ => ConnectFailure::Tls,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;
    use crate::error::Error;

    /// An error that displays the text [`UNSENT`], like hyper-util's error.
    #[derive(Debug)]
    struct Unsent(io::Error);

    impl std::fmt::Display for Unsent {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(UNSENT)
        }
    }

    impl StdError for Unsent {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    /// A resolver that fails for every name.
    struct Nothing;

    impl Resolve for Nothing {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err(io::Error::other("no such name").into()) })
        }
    }

    async fn failure(client: reqwest::ClientBuilder, url: &str) -> Option<ConnectFailure> {
        let error = client.build().unwrap().get(url).send().await.unwrap_err();
        Error::transport(error).connect_failure()
    }

    #[tokio::test]
    async fn each_failing_step_of_a_connection_has_its_own_reason() {
        let plain = || reqwest::Client::builder().no_proxy();
        let nameless = plain().dns_resolver(Arc::new(Nothing));
        assert_eq!(failure(nameless, "http://example.com").await, Some(ConnectFailure::Name));
        assert_eq!(failure(plain(), "http://127.0.0.1:1").await, Some(ConnectFailure::Refused));
        let proxy = reqwest::Proxy::all("http://127.0.0.1:1").unwrap();
        let proxied = reqwest::Client::builder().proxy(proxy);
        assert_eq!(failure(proxied, "https://example.com").await, Some(ConnectFailure::Proxy));
    }

    #[test]
    fn a_connection_that_is_closed_before_the_request_has_its_own_reason() {
        assert_eq!(ConnectFailure::of(&io::Error::other(UNSENT)), ConnectFailure::Closed);
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired);
        let unsent = Unsent(io::Error::other(alert));
        assert_eq!(ConnectFailure::of(&unsent), ConnectFailure::ClientCertificate);
    }

    #[test]
    fn other_errors_have_no_connect_failure() {
        assert_eq!(Error::configuration("x").connect_failure(), None);
    }
}
