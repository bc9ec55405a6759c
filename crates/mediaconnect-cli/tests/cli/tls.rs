//! Tests servers whose certificates are not signed by a public authority.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A document that can be read both as a token response and as a customer.
const DOCUMENT: &str = r#"{"access_token": "canary-access-token", "expires_in": 43199, "customerNumber": 1}"#;

#[derive(Clone, Copy, Default)]
pub struct ServerOptions {
    pub is_expired: bool,
    pub asks_for_a_certificate: bool,
}

/// Serves one document over TLS. Returns the port and the path of the server's certificate, which is issued for `host`.
pub async fn serve(host: &str) -> (u16, PathBuf) {
    serve_with(host, ServerOptions::default()).await
}

pub async fn serve_with(host: &str, options: ServerOptions) -> (u16, PathBuf) {
    let signing_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    if options.is_expired {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    }
    let cert = params.self_signed(&signing_key).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder();
    let config = if options.asks_for_a_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        config.with_client_cert_verifier(WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap())
    } else {
        config.with_no_client_auth()
    };
    let config = config.with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("certificate-{port}.pem"));
    std::fs::write(&file, cert.pem()).unwrap();
    std::fs::write(file.with_extension("key.pem"), signing_key.serialize_pem()).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = match acceptor.accept(stream).into_fallible().await {
                    Ok(stream) => stream,
                    Err((error, mut stream)) => {
                        // The server reads until the client closes the connection. If it closed the stream with unread
                        // data, the connection would be reset before the client sees the TLS alert.
                        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
                        return Err(error);
                    }
                };
                // One read is enough, because each request is smaller than this buffer.
                let _ = stream.read(&mut [0; 16 * 1024]).await?;
                let length = DOCUMENT.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
                stream.write_all(&[head.as_bytes(), DOCUMENT.as_bytes()].concat()).await?;
                stream.shutdown().await
            });
        }
    });
    (port, file)
}
