//! Simulates the network of a company: a private certificate authority, servers that require a client certificate, and
//! a proxy.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A document that the client can read both as a token and as a customer.
const DOCUMENT: &str = r#"{"access_token": "canary-token", "expires_in": 43199, "customerNumber": 1}"#;

/// An authority that signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    /// Creates an authority with this common name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// Returns the authority's own certificate as PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Signs a certificate, and returns it with its private key.
    #[must_use]
    pub fn sign(&self, host: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// Returns a certificate and its private key as PEM.
    #[must_use]
    pub fn identity(&self) -> String {
        let (certificate, key) = self.sign("service.example.com");
        certificate.pem() + &key.serialize_pem()
    }
}

/// Serves one document over TLS with a certificate for `host`, and returns the port. The client can read the document
/// both as a token and as a customer. If `clients` is an authority, each client needs a certificate of that authority.
pub async fn serve(authority: &Authority, host: &str, clients: Option<&Authority>) -> u16 {
    serve_document(authority, host, clients, DOCUMENT.to_owned()).await
}

/// Serves this document over TLS, as [`serve`] does.
pub async fn serve_document(
    authority: &Authority,
    host: &str,
    clients: Option<&Authority>,
    document: String,
) -> u16 {
    let (certificate, key) = authority.sign(host);
    let config = rustls::ServerConfig::builder();
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.certificate.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
            config.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let length = document.len();
    let response = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nX-Mediaconnect-Api-Version: 1\r\nContent-Length: {length}\r\n\r\n{document}"
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, response) = (acceptor.clone(), response.clone());
            tokio::spawn(async move {
                let mut stream = match acceptor.accept(stream).into_fallible().await {
                    Ok(stream) => stream,
                    Err((error, mut stream)) => {
                        // Reads the remaining data before the connection is closed. Closing a connection with unread
                        // data resets it, and then the client does not receive the TLS alert.
                        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
                        return Err(error);
                    }
                };
                // The requests are small, so each arrives in one piece.
                let _ = stream.read(&mut [0; 16 * 1024]).await?;
                stream.write_all(response.as_bytes()).await?;
                stream.shutdown().await
            });
        }
    });
    port
}

/// A proxy, and the heads of the requests that it received.
pub struct Proxy {
    /// The loopback port.
    pub port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy. If `target` is a port, the proxy forwards every connection to this port. If `target` is a status
    /// line, the proxy refuses every connection with this line.
    pub async fn start(target: Result<u16, &'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await?);
                    }
                    seen.lock().unwrap().push(String::from_utf8(head).unwrap());
                    match target {
                        Ok(target) => {
                            let mut there = TcpStream::connect(("127.0.0.1", target)).await?;
                            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                            copy_bidirectional(&mut stream, &mut there).await.map(drop)
                        }
                        Err(refusal) => stream.write_all(format!("{refusal}\r\n\r\n").as_bytes()).await,
                    }
                });
            }
        });
        Self { port, heads }
    }

    /// Returns the heads of the requests so far, in lower case.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().iter().map(|head| head.to_ascii_lowercase()).collect()
    }
}
