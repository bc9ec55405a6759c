//! A client that makes the calls of the benchmarks. It is written by hand with reqwest and serde.

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::ACCEPT;

use crate::models::{CustomerInfo, SearchRequest, SearchResponse};
use crate::{Caller, EMAIL, NUMBER, TOKEN, USER_AGENT};

/// A client as a developer would write it for two calls. It has the timeouts that every service needs.
#[derive(Clone)]
pub struct ReqwestClient {
    http: reqwest::Client,
    base_url: String,
    token: String,
}

impl Caller for ReqwestClient {
    fn new(server: SocketAddr) -> Self {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .no_proxy()
            .build()
            .expect("the settings are valid");
        Self { http, base_url: format!("http://{server}/capi"), token: TOKEN.to_owned() }
    }

    async fn info(&mut self) {
        let url = format!("{}/v1/client/customer/info/{}", self.base_url, black_box(NUMBER));
        let request = self.http.get(url).bearer_auth(&self.token).header(ACCEPT, "application/json");
        let response = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("a successful response");
        let customer: CustomerInfo = response.json().await.expect("a customer");
        assert_eq!(black_box(customer).customer_number, Some(NUMBER));
    }

    async fn search(&mut self) {
        let url = format!("{}/v1/client/customer/search", self.base_url);
        let request = self.http.post(url).bearer_auth(&self.token).header(ACCEPT, "application/json");
        let request = request.json(&SearchRequest { email: black_box(EMAIL) });
        let response = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("a successful response");
        let found: SearchResponse = response.json().await.expect("a result");
        assert_eq!(black_box(found).customers.len(), 1);
    }
}
