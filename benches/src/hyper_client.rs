//! The minimal client. It uses a single connection of hyper, and decodes responses with `serde_json`. It has neither a
//! pool nor a timeout, and parses no URL.

use std::hint::black_box;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

use crate::models::{CustomerInfo, SearchRequest, SearchResponse};
use crate::{Caller, EMAIL, NUMBER, TOKEN};

/// A client with one connection. Each clone opens its own connection.
pub struct HyperClient {
    server: SocketAddr,
    host: HeaderValue,
    authorization: HeaderValue,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Clone for HyperClient {
    fn clone(&self) -> Self {
        Self::new(self.server)
    }
}

impl Caller for HyperClient {
    fn new(server: SocketAddr) -> Self {
        Self {
            server,
            host: HeaderValue::try_from(server.to_string()).expect("an address is a valid header value"),
            authorization: HeaderValue::try_from(format!("Bearer {TOKEN}"))
                .expect("the token is a valid header value"),
            connection: None,
        }
    }

    async fn info(&mut self) {
        let path = format!("/capi/v1/client/customer/info/{}", black_box(NUMBER));
        let customer: CustomerInfo = self.call(Method::GET, &path, Bytes::new()).await;
        assert_eq!(black_box(customer).customer_number, Some(NUMBER));
    }

    async fn search(&mut self) {
        let body = serde_json::to_vec(&SearchRequest { email: black_box(EMAIL) })
            .expect("the request is valid JSON");
        let path = "/capi/v1/client/customer/search";
        let found: SearchResponse = self.call(Method::POST, path, body.into()).await;
        assert_eq!(black_box(found).customers.len(), 1);
    }
}

impl HyperClient {
    async fn call<T: DeserializeOwned>(&mut self, method: Method, path: &str, body: Bytes) -> T {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(USER_AGENT, HeaderValue::from_static(crate::USER_AGENT))
            // All clients must send the same request, and the other clients send this header.
            .header("accept-encoding", HeaderValue::from_static("gzip"))
            .header(HOST, self.host.clone());
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(Full::new(body)).expect("the parts are valid");
        let connection = self.connection().await;
        connection.ready().await.expect("the connection is kept");
        let response = connection.send_request(request).await.expect("a response");
        assert!(response.status().is_success());
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        serde_json::from_slice(&body).expect("the documented shape")
    }

    async fn connection(&mut self) -> &mut SendRequest<Full<Bytes>> {
        if self.connection.is_none() {
            let stream = TcpStream::connect(self.server).await.expect("the server listens");
            stream.set_nodelay(true).expect("a connected socket");
            let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("a new connection");
            tokio::spawn(connection);
            self.connection = Some(sender);
        }
        self.connection.as_mut().expect("the connection was opened above")
    }
}
