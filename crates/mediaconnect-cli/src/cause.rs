//! Explains why a connection failed.

use mediaconnect::ConnectFailure;

/// Returns the cause of a failed connection, and the help for it. `option` is the option that sets the URL.
pub(crate) fn of(failure: ConnectFailure, option: &str) -> (&'static str, String) {
    let trust = "if your company's proxy opens TLS, trust its root certificate: give it with --ca-file (in a service, \
                 ClientBuilder::root_certificate); if not, do not send secrets there";
    match failure {
        ConnectFailure::Name => (
            "the name of the host cannot be resolved",
            format!("check the spelling in {option}, and that this machine resolves names (DNS)"),
        ),
        ConnectFailure::Refused => (
            "nobody listens at the port",
            format!("check {option}; if it is right, the service is down, or a firewall answers for it"),
        ),
        ConnectFailure::Unreachable => {
            ("there is no route to the host", "check this machine's network, VPN and routes".to_owned())
        }
        ConnectFailure::Timeout => (
            "no connection in time",
            "ask who runs the network to let this machine out to the host; a firewall may drop what is sent"
                .to_owned(),
        ),
        ConnectFailure::Proxy => (
            "the proxy cannot be reached, or does not speak HTTP",
            "check HTTPS_PROXY or --proxy, or name the host in NO_PROXY".to_owned(),
        ),
        ConnectFailure::ProxyCredentials => (
            "the proxy wants a user and a password, and got none or refuses them",
            "put them into HTTPS_PROXY or MEDIACONNECT_PROXY: http://user:password@host:port".to_owned(),
        ),
        ConnectFailure::ProxyRefused => (
            "the proxy does not let the connection through",
            "ask who runs the proxy to let this machine out to the host, or name the host in NO_PROXY".to_owned(),
        ),
        ConnectFailure::CertificateUntrusted => {
            ("the certificate is from an authority that this machine does not trust", trust.to_owned())
        }
        ConnectFailure::CertificateExpired => (
            "the certificate has expired",
            "check this machine's clock; if it is right, tell who runs the server".to_owned(),
        ),
        ConnectFailure::CertificateNotYetValid => (
            "the certificate is not valid yet",
            "check this machine's clock; if it is right, tell who runs the server".to_owned(),
        ),
        ConnectFailure::CertificateForAnotherHost => {
            ("the certificate is for another host", format!("check {option}, and what a proxy makes of it"))
        }
        ConnectFailure::Certificate => ("the certificate is refused", trust.to_owned()),
        ConnectFailure::ClientCertificate => (
            "the server requires a client certificate and got none",
            "give it with --client-certificate (in a service, ClientBuilder::identity); who runs the server issues it"
                .to_owned(),
        ),
        ConnectFailure::ClientCertificateRefused => (
            "the server refuses the client certificate",
            "check that it has not expired, that its chain is in the file, and that who runs the server knows its authority"
                .to_owned(),
        ),
        ConnectFailure::Tls => (
            "TLS failed: the port may speak something else",
            format!("check the port in {option}, and what a proxy makes of it"),
        ),
        _ => ("no connection", "run it again with -v, which shows the causes".to_owned()),
    }
}
