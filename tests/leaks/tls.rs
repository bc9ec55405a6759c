//! The leak test over TLS, as in production. The TLS library logs handshakes, but no application data.

use mediaconnect::{Client, ClientBuilder, ClientCredentials};
use mediaconnect_tests::{Authority, serve_document};

use crate::assert_silence;
use crate::canaries::{CUSTOMER, text};
use crate::capture::{has_heard, listen};
use crate::documents::Documents;
use crate::operations;

fn client(url: &str, certificate: Option<&str>) -> Client {
    let builder = Client::builder()
        .base_url(url)
        .token_url(format!("{url}/token"))
        .credentials(ClientCredentials::new(text("client-id"), text("client-secret")));
    let builder = certificate.into_iter().fold(builder, ClientBuilder::root_certificate);
    builder.attempts(1).build().expect("a client")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaks_over_tls() {
    listen();
    let mut document = Documents::new().poisoned("CustomerInfo");
    document["access_token"] = text("access").into();
    let authority = Authority::new("ours");
    let port = serve_document(&authority, "localhost", None, document.to_string()).await;
    let url = format!("https://localhost:{port}");
    let trusting = client(&url, Some(&authority.pem()));
    let outcome = trusting.customers().info(CUSTOMER.try_into().expect("positive")).await;
    assert!(outcome.as_ref().is_ok_and(|customer| customer.customer_number.is_some()), "{outcome:?}");
    operations::observe(outcome);
    let outcome = client(&url, None).customers().info(CUSTOMER.try_into().expect("positive")).await;
    assert!(outcome.as_ref().is_err_and(mediaconnect::Error::is_connect), "{outcome:?}");
    operations::observe(outcome);
    assert!(has_heard("log", "rustls::client"), "rustls logs its handshakes");
    assert_silence();
}
