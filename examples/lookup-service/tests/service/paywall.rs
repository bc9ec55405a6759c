//! Tests that a customer's subscriptions, invoices and access rights are consistent in the sandbox.

use axum::http::StatusCode;
use mediaconnect_sandbox::{Expected, Sandbox};
use serde_json::json;

use crate::{get, service};

#[tokio::test]
async fn what_a_customer_has_bought_fits_what_the_customers_user_may_read() {
    let sandbox = Sandbox::builder().in_memory();
    let service = service(&sandbox);
    let (status, _, purchases) = get(&service, "/customers/100377/purchases").await;
    assert_eq!((status, purchases), (StatusCode::OK, json!({ "products": ["DIGITAL"], "open_invoices": 1 })));

    let customer = sandbox.client().customers().info("100377".parse().unwrap()).await.unwrap();
    let user = customer.attached_users[0].unique_id.clone().unwrap();
    for (product, may_read) in [("DIGITAL", true), ("MORGEN", false)] {
        let (status, _, answer) = get(&service, &format!("/products/{product}/readers/{user}")).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({ "may_read": may_read })), "{product}");
    }
}

#[tokio::test]
async fn an_unknown_customer_is_404_and_a_malformed_code_sends_nothing() {
    let sandbox = Sandbox::builder().in_memory();
    let service = service(&sandbox);
    assert_eq!(get(&service, "/customers/999999/purchases").await.0, StatusCode::NOT_FOUND);
    let (status, _, _) = get(&service, "/products/longer-than-twelve/readers/abc").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    sandbox.assert_received(Expected::operation("checkAccess").times(0));
}
