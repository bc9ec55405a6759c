//! Explains why a connection failed.

use mediaconnect::ConnectFailure;

use crate::proxy_source::ProxySource;

/// Returns the cause of a failed connection, and advice for the user. `option` is the option that sets the server's
/// URL.
pub(crate) fn of(failure: ConnectFailure, option: &str) -> (&'static str, String) {
    let trust = "if your company's proxy decrypts TLS, trust its root certificate with --ca-file (in a service: \
                 ClientBuilder::root_certificate); otherwise send no secrets to this server";
    match failure {
        ConnectFailure::Name => (
            "the host name cannot be resolved",
            format!("check the spelling in {option}, and the DNS settings of this machine"),
        ),
        ConnectFailure::Refused => (
            "nothing listens on the port",
            format!("check {option}; if it is right, the service is down or a firewall rejects the connection"),
        ),
        ConnectFailure::Unreachable => {
            ("there is no route to the host", "check this machine's network, VPN and routes".to_owned())
        }
        ConnectFailure::Timeout => (
            "the connection timed out",
            "ask the network's administrator to allow connections to the host; a firewall may drop them"
                .to_owned(),
        ),
        ConnectFailure::Proxy => (
            "the proxy cannot be reached, or does not speak HTTP",
            proxy_advice(failure),
        ),
        ConnectFailure::ProxyCredentials => (
            "the proxy requires a valid user and password",
            proxy_advice(failure),
        ),
        ConnectFailure::ProxyRefused => (
            "the proxy refuses the connection",
            proxy_advice(failure),
        ),
        ConnectFailure::CertificateUntrusted => {
            ("this machine does not trust the issuer of the server's certificate", trust.to_owned())
        }
        ConnectFailure::CertificateExpired => (
            "the server's certificate has expired",
            "check this machine's clock; if it is right, inform the operator of the server".to_owned(),
        ),
        ConnectFailure::CertificateNotYetValid => (
            "the server's certificate is not valid yet",
            "check this machine's clock; if it is right, inform the operator of the server".to_owned(),
        ),
        ConnectFailure::CertificateForAnotherHost => {
            ("the server's certificate is for another host", format!("check {option}; a proxy may have replaced the \
              certificate"))
        }
        ConnectFailure::Certificate => ("the server's certificate was rejected", trust.to_owned()),
        ConnectFailure::ClientCertificate => (
            "the server requires a client certificate",
            "get one from the server's operator, and pass it with --client-certificate (in a service: \
             ClientBuilder::identity)"
                .to_owned(),
        ),
        ConnectFailure::ClientCertificateRefused => (
            "the server rejected the client certificate",
            "check that it has not expired, that the file contains its chain, and that the server's operator trusts \
             its issuer"
                .to_owned(),
        ),
        ConnectFailure::Closed => (
            "the server closed the connection before it received the request",
            "run the command again; if the server requires a client certificate, check --client-certificate".to_owned(),
        ),
        ConnectFailure::Tls => (
            "TLS failed; the port may use another protocol",
            format!("check the port in {option}, and whether a proxy interferes with the connection"),
        ),
        _ => ("the connection failed", "run the command again with -v to see the causes".to_owned()),
    }
}

/// Returns the advice for a failure at the proxy. It names the setting that the proxy comes from, because a change of
/// another one would have no effect.
fn proxy_advice(failure: ConnectFailure) -> String {
    const FORM: &str = "http://user:password@host:port";
    let Some(source) = ProxySource::stored() else {
        return "check the proxy settings of this machine".to_owned();
    };
    match (failure, source) {
        // The command refuses a password in an option and in a profile.
        (ConnectFailure::ProxyCredentials, ProxySource::Option) => {
            format!("remove --proxy, and set user and password in MEDIACONNECT_PROXY: {FORM}")
        }
        (ConnectFailure::ProxyCredentials, ProxySource::Profile(_)) => {
            format!("set user and password in MEDIACONNECT_PROXY, which overrides the profile: {FORM}")
        }
        (ConnectFailure::ProxyCredentials, variable) => {
            format!("set user and password in {variable}: {FORM}")
        }
        (ConnectFailure::ProxyRefused, source) => {
            let is_of_system = matches!(source, ProxySource::System(_));
            let exclude = if is_of_system { ", or add the host to NO_PROXY" } else { "" };
            format!(
                "if the host is up, ask the administrator of the proxy that {source} sets to allow connections to the \
                 host{exclude}"
            )
        }
        (_, ProxySource::Option) => "check --proxy, or remove it".to_owned(),
        (_, ProxySource::Variable) => "check MEDIACONNECT_PROXY, or unset it".to_owned(),
        (_, ProxySource::Profile(_)) => format!("check the proxy of {source}"),
        (_, ProxySource::System(_)) => format!("check {source}, or add the host to NO_PROXY"),
    }
}
