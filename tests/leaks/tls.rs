//! The same over TLS, as in production. Handshakes are logged, but no application data.

use std::sync::Arc;

use mediaconnect::{Client, ClientBuilder, ClientCredentials};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::assert_silence;
use crate::canaries::{CUSTOMER, text};
use crate::capture::{has_heard, listen};
use crate::documents::Documents;
use crate::operations;
use crate::server::answer;

/// Serves one document, which is also a token, on a loopback port. Returns the URL and the certificate to trust.
async fn serve(document: String) -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("they belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, document) = (acceptor.clone(), document.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                // The requests are small, so each arrives in one piece.
                let _ = stream.read(&mut [0; 16 * 1024]).await?;
                stream
                    .write_all(&answer("200 OK", &[("content-type", "application/json")], &document))
                    .await?;
                stream.shutdown().await
            });
        }
    });
    (format!("https://localhost:{port}"), cert.pem())
}

fn client(url: &str, certificate: Option<&str>) -> Client {
    let builder = Client::builder()
        .base_url(url)
        .token_url(format!("{url}/token"))
        .credentials(ClientCredentials::new(text("client-id"), text("client-secret")));
    let builder = certificate.into_iter().fold(builder, ClientBuilder::root_certificate);
    builder.attempts(1).build().expect("a client")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_too() {
    listen();
    let mut document = Documents::new().poisoned("CustomerInfo");
    document["access_token"] = text("access").into();
    let (url, certificate) = serve(document.to_string()).await;
    let trusting = client(&url, Some(&certificate));
    let outcome = trusting.customers().info(CUSTOMER.try_into().expect("positive")).await;
    assert!(outcome.as_ref().is_ok_and(|customer| customer.customer_number.is_some()), "{outcome:?}");
    operations::observe(outcome);
    let outcome = client(&url, None).customers().info(CUSTOMER.try_into().expect("positive")).await;
    assert!(outcome.as_ref().is_err_and(mediaconnect::Error::is_connect), "{outcome:?}");
    operations::observe(outcome);
    assert!(has_heard("log", "rustls::client"), "rustls logs its handshakes");
    assert_silence();
}
