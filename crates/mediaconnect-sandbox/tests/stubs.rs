//! Tests stubs: responses that a test sets for an operation.
#![cfg(feature = "client")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use mediaconnect::models::{
    CustomerInfo, CustomerSearchResponse, ExternalReferenceChangeRequest, FoundCustomer,
};
use mediaconnect::operations::{ChangeExternalReference, GetCustomerInfo, SearchCustomers};
use mediaconnect::{CustomerNumber, CustomerSearch};
use mediaconnect_sandbox::{Contract, Expected, Fault, Quirks, Sandbox};
use serde_json::json;

fn number(number: u64) -> CustomerNumber {
    CustomerNumber::new(number).unwrap()
}

fn panic_of(act: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it panics");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[tokio::test]
async fn an_operation_responds_with_a_model_or_with_json() {
    let sandbox = Sandbox::builder().quirks(Quirks::none()).in_memory();
    let client = sandbox.client();
    let mut customer = CustomerInfo::default();
    customer.customer_number = Some(number(999));
    customer.emails = vec!["kari@example.com".parse().unwrap()];
    sandbox.on::<GetCustomerInfo>().respond(&customer);
    assert_eq!(client.customers().info(number(999)).await.unwrap(), customer);
    sandbox.on::<GetCustomerInfo>().respond(json!({ "customerNumber": 999, "emails": [] }));
    assert!(client.customers().info(number(999)).await.unwrap().emails.is_empty());

    // In the documented response, the list `emails` has a wrapper object. In the model, it is a plain list.
    let mut found = FoundCustomer::default();
    found.customer_number = Some(number(999));
    found.emails = customer.emails.clone();
    let mut response = CustomerSearchResponse::default();
    response.customers = vec![found];
    sandbox.on::<SearchCustomers>().respond(&response);
    let search = CustomerSearch::by_email("kari@example.com");
    assert_eq!(client.customers().search(&search).await.unwrap(), response);
}

#[tokio::test]
async fn limited_stubs_follow_each_other_and_then_the_sandbox_responds_again() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client();
    let email = |email: &str| json!({ "customerNumber": 563_457, "emails": [email] });
    sandbox.on::<GetCustomerInfo>().times(2).respond(email("a@example.com"));
    sandbox.on::<GetCustomerInfo>().times(1).respond(email("b@example.com"));
    let mut seen = Vec::new();
    for _ in 0..4 {
        let customer = client.customers().info(number(563_457)).await.unwrap();
        seen.push(customer.emails[0].as_str().to_owned());
    }
    assert_eq!(seen, ["a@example.com", "a@example.com", "b@example.com", "ola.nordmann@hotmail.no"]);
}

#[tokio::test]
async fn a_rejection_reaches_the_client_as_what_it_is() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client();
    let error = json!({ "exceptionType": "Closed", "errorMessage": "The customer is closed." });
    sandbox.on::<GetCustomerInfo>().reject(400, error);
    let error = client.customers().info(number(7)).await.unwrap_err();
    assert!(error.is_refused() && error.is_from_connect(), "{error}");
    sandbox.on::<GetCustomerInfo>().reject(404, json!({ "exceptionType": "RecordNotFoundException" }));
    assert!(client.customers().info(number(563_457)).await.unwrap_err().is_not_found());
    sandbox.on::<ChangeExternalReference>().respond(json!({ "success": false }));
    let mut body = ExternalReferenceChangeRequest::default();
    body.external_id = Some("A-1".parse().unwrap());
    let change = client.external_references().change(number(563_457), "CRM".parse().unwrap(), body);
    assert!(change.await.unwrap_err().is_reported_failure());
}

#[tokio::test]
async fn a_request_that_breaks_the_contract_is_refused_all_the_same() {
    let sandbox = Sandbox::start().await;
    sandbox.on::<GetCustomerInfo>().respond(json!({ "customerNumber": 1 }));
    let client = sandbox.client();
    let request = client.request(mediaconnect::Method::Get, "/v1/client/customer/info/abc");
    let error = request.send::<serde_json::Value>().await.unwrap_err();
    assert_eq!(error.status_code(), Some(400), "{error}");
}

#[tokio::test]
async fn reset_removes_stubs_and_faults_and_forgets_requests() {
    let sandbox = Sandbox::builder().in_memory();
    let client = sandbox.client();
    sandbox.on::<GetCustomerInfo>().reject(404, json!({ "exceptionType": "RecordNotFoundException" }));
    sandbox.fault(Fault::on("searchCustomers").status(503));
    client.customers().info(number(563_457)).await.unwrap_err();
    sandbox.reset();
    assert!(sandbox.unused_faults().is_empty());
    sandbox.assert_not_received(Expected::operation("getCustomerInfo"));
    client.customers().info(number(563_457)).await.unwrap();
}

#[tokio::test]
async fn a_stub_that_does_not_fit_the_contract_names_the_field_and_no_value() {
    let sandbox = Sandbox::builder().in_memory();
    let on = || sandbox.on::<GetCustomerInfo>();
    let message = panic_of(|| {
        on().respond(json!({ "customerNumber": "4711x", "nick": 1, "name": { "firstName": 4711 } }));
    });
    for expected in ["the stub of getCustomerInfo", "/customerNumber: ", "/nick: ", "/name/firstName: "] {
        assert!(message.contains(expected) && !message.contains("4711"), "{message}");
    }
    let message = panic_of(|| on().reject(418, json!({})));
    assert!(message.contains("no response with this status; use 200, 400, 401, "), "{message}");

    let other = Contract::parse("c.yaml", "paths: {}").unwrap();
    let sandbox = Sandbox::builder().contract(other).in_memory();
    let message = panic_of(|| sandbox.on::<GetCustomerInfo>().respond(json!({})));
    assert!(message.contains("no operation getCustomerInfo"), "{message}");
}
