//! A server with a certificate of its own.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A token and a customer at once.
const DOCUMENT: &str = r#"{"access_token": "canary-access-token", "expires_in": 43199, "customerNumber": 1}"#;

/// Serves one document over TLS; its port, and the file with the certificate, which is for a host.
pub async fn serve(host: &str) -> (u16, PathBuf) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([host.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("certificate-{port}.pem"));
    std::fs::write(&file, cert.pem()).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                // The requests are small: each comes in one piece.
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
