//! An experimental client that builds requests with reqwest, but sends them with hyper-util. A client that progenitor
//! generates could do this too: its `exec` hook receives reqwest's request and returns reqwest's response. The
//! experimental client supports neither gzip, nor proxies, nor TLS.

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT};
use reqwest::{RequestBuilder, ResponseBuilderExt};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::models::{CustomerInfo, SearchRequest, SearchResponse};
use crate::{Caller, EMAIL, NUMBER, TOKEN};

/// A client that builds requests with reqwest and sends them with hyper-util.
#[derive(Clone)]
pub struct HookClient {
    /// Only builds requests.
    http: reqwest::Client,
    sender: Client<HttpConnector, reqwest::Body>,
    base_url: String,
    token: String,
}

impl Caller for HookClient {
    fn new(server: SocketAddr) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().expect("the settings are valid"),
            sender: Client::builder(TokioExecutor::new()).build_http(),
            base_url: format!("http://{server}/capi"),
            token: TOKEN.to_owned(),
        }
    }

    async fn info(&mut self) {
        let url = format!("{}/v1/client/customer/info/{}", self.base_url, black_box(NUMBER));
        let customer: CustomerInfo = self.call(self.http.get(url)).await;
        assert_eq!(black_box(customer).customer_number, Some(NUMBER));
    }

    async fn search(&mut self) {
        let url = format!("{}/v1/client/customer/search", self.base_url);
        let request = self.http.post(url).json(&SearchRequest { email: black_box(EMAIL) });
        let found: SearchResponse = self.call(request).await;
        assert_eq!(black_box(found).customers.len(), 1);
    }
}

impl HookClient {
    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> T {
        let request = request
            .bearer_auth(&self.token)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, crate::USER_AGENT)
            // All clients must send the same request, and the other clients send this header.
            .header(ACCEPT_ENCODING, "gzip");
        let response = exec(&self.sender, request.build().expect("the parts are valid")).await;
        let response = response.error_for_status().expect("a success");
        response.json().await.expect("the documented shape")
    }
}

/// Sends reqwest's request with hyper-util, and returns reqwest's response. An `exec` hook could do the same.
async fn exec(sender: &Client<HttpConnector, reqwest::Body>, request: reqwest::Request) -> reqwest::Response {
    let url = request.url().clone();
    let request = hyper::Request::try_from(request).expect("the URL is valid");
    let exchange = async {
        let (head, body) = sender.request(request).await.expect("a response").into_parts();
        (head, body.collect().await.expect("a body").to_bytes())
    };
    let (head, body) =
        timeout(Duration::from_secs(10), exchange).await.expect("the response arrives in time");
    let mut response = hyper::Response::builder().status(head.status).url(url);
    if let Some(headers) = response.headers_mut() {
        *headers = head.headers;
    }
    response.body(body).expect("the parts are valid").into()
}
