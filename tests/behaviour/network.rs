//! Tests client certificates, private certificate authorities and proxies on real sockets.

use mediaconnect::{Client, ClientBuilder, ClientCredentials, ConnectFailure, Error};
use mediaconnect_tests::{Authority, Proxy, number, serve};

/// Builds a client for a host behind a proxy, or for a loopback port.
fn builder(url: &str, trusted: &Authority) -> ClientBuilder {
    Client::builder()
        .base_url(url)
        .token_url(format!("{url}/token"))
        .credentials(ClientCredentials::new("id", "canary-secret"))
        .root_certificate(trusted.pem())
        .attempts(1)
}

async fn looked_up(builder: ClientBuilder) -> Result<(), Error> {
    builder.build()?.customers().info(number(1)).await.map(drop)
}

/// Makes lookups that a server refuses because of the client certificate. Returns the first outcome that contains the
/// reason.
///
/// On loopback, the server may refuse the connection before the HTTP client passes on the request. The HTTP client then
/// loses the reason, but the error still reports that nothing was sent.
async fn refused(builder: impl Fn() -> ClientBuilder) -> Result<(), Error> {
    let mut known = None;
    for _ in 0..20 {
        let outcome = looked_up(builder()).await;
        let failure = outcome.as_ref().unwrap_err().connect_failure();
        assert!(failure.is_some(), "{outcome:?}");
        if failure != Some(ConnectFailure::Closed) {
            known.get_or_insert(outcome);
        }
    }
    known.expect("most lookups keep the reason")
}

fn assert_failure(outcome: Result<(), Error>, expected: ConnectFailure) {
    let error = outcome.unwrap_err();
    assert_eq!(error.connect_failure(), Some(expected), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_certificate_is_shown_and_a_missing_or_refused_one_told_apart() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let port = serve(&ours, "localhost", Some(&ours)).await;
    let url = format!("https://localhost:{port}");
    looked_up(builder(&url, &ours).identity(ours.identity())).await.unwrap();
    let missing = refused(|| builder(&url, &ours)).await;
    assert_failure(missing, ConnectFailure::ClientCertificate);
    let refused = refused(|| builder(&url, &ours).identity(other.identity())).await;
    assert_failure(refused, ConnectFailure::ClientCertificateRefused);
    let untrusted = looked_up(builder(&url, &other).identity(ours.identity())).await;
    assert_failure(untrusted, ConnectFailure::CertificateUntrusted);
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_and_not_quoted() {
    let authority = Authority::new("ours");
    let ((certificate, _), (_, other_key)) =
        (authority.sign("a.example.com"), authority.sign("b.example.com"));
    let key = other_key.serialize_pem();
    let secret = key.lines().nth(1).unwrap();
    for (pem, said) in [
        (String::new(), "the client certificate is malformed: expected PEM"),
        ("canary".to_owned(), "the client certificate is malformed: expected PEM"),
        (certificate.pem(), "the client certificate is malformed: expected PEM"),
        (key.clone(), "the client certificate is malformed: expected PEM"),
        (certificate.pem() + &key, "check that the client certificate and its private key belong together"),
    ] {
        let error = builder("https://example.com", &authority).identity(pem).build().unwrap_err();
        assert!(error.is_configuration() && error.to_string().contains(said), "{said}: {error}");
        assert!(
            !format!("{error:?}").contains("canary") && !format!("{error:?}").contains(secret),
            "{error:?}"
        );
    }
    for pem in ["", "canary", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----"] {
        let error = Client::builder().root_certificate(pem).build().unwrap_err();
        assert!(error.is_configuration() && !format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_root_certificates_can_stand_in_one_text() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let port = serve(&ours, "localhost", None).await;
    let client = builder(&format!("https://localhost:{port}"), &other);
    looked_up(client.root_certificate(other.pem() + &ours.pem())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_go_through_the_proxy_with_its_password_which_is_not_told() {
    let ours = Authority::new("ours");
    let port = serve(&ours, "connect.example.com", Some(&ours)).await;
    let proxy = Proxy::start(Ok(port)).await;
    let client = builder("https://connect.example.com", &ours)
        .identity(ours.identity())
        .user_agent("gateway-client/7")
        .proxy(format!("http://kari:canary@127.0.0.1:{}", proxy.port));
    assert!(!format!("{client:?}").contains("canary"));
    looked_up(client).await.unwrap();
    let heads = proxy.heads();
    assert_eq!(heads.len(), 2, "expected requests for a token and a customer: {heads:?}");
    for head in heads {
        assert!(head.starts_with("connect connect.example.com:443 "), "{head}");
        assert!(head.contains("proxy-authorization: basic "), "{head}");
        assert!(!head.contains("bearer"), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_refuses_or_is_not_there_says_which() {
    let ours = Authority::new("ours");
    let asks = Proxy::start(Err("HTTP/1.1 407 Proxy Authentication Required")).await;
    let refuses = Proxy::start(Err("HTTP/1.1 403 Forbidden")).await;
    for (port, expected) in [
        (asks.port, ConnectFailure::ProxyCredentials),
        (refuses.port, ConnectFailure::ProxyRefused),
        (1, ConnectFailure::Proxy),
    ] {
        let client = builder("https://connect.example.com", &ours);
        assert_failure(looked_up(client.proxy(format!("http://a:canary@127.0.0.1:{port}"))).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hosts_that_are_left_out_and_the_own_machine_are_reached_without_the_proxy() {
    let ours = Authority::new("ours");
    let proxy = Proxy::start(Err("HTTP/1.1 403 Forbidden")).await;
    let proxied = |url: &str| builder(url, &ours).proxy(format!("http://127.0.0.1:{}", proxy.port));
    // No resolver accepts a label of 70 letters, so no DNS query leaves the machine.
    let host = format!("{}.example.com", "a".repeat(70));
    for hosts in ["example.com", "*", &host] {
        let outcome = looked_up(proxied(&format!("https://{host}")).no_proxy(hosts)).await;
        assert_failure(outcome, ConnectFailure::Name);
    }
    let port = serve(&ours, "localhost", None).await;
    looked_up(proxied(&format!("https://localhost:{port}"))).await.unwrap();
    assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
}
