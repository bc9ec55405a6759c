//! Tests stubs: responses that a test sets for an operation.

use std::sync::Arc;

use mediaconnect::models::{
    CustomerInfo, CustomerSearchResponse, ExternalReferenceChangeRequest, FoundCustomer,
};
use mediaconnect::operations::{ChangeExternalReference, GetCustomerInfo, SearchCustomers};
use mediaconnect::{Client, CustomerSearch};
use mediaconnect_sandbox::{Contract, Expected, Fault, Quirks, Sandbox, Stub};
use serde_json::json;

use crate::support::{number, panic_of};

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
    let message = panic_of(|| on().reject(1_000, json!({})));
    assert!(message.contains("from 200 to 599"), "{message}");
    let message = panic_of(|| on().reject(418, json!({})));
    assert!(message.contains("no response with this status; use 200, 400, 401, "), "{message}");

    let other = Contract::parse("c.yaml", "paths: {}").unwrap();
    let sandbox = Sandbox::builder().contract(other).in_memory();
    let message = panic_of(|| sandbox.on::<GetCustomerInfo>().respond(json!({})));
    assert!(message.contains("no operation getCustomerInfo"), "{message}");
}

/// The e-mail address of the customer that a lookup returns.
async fn email(client: &Client, customer: u64) -> String {
    client.customers().info(number(customer)).await.unwrap().emails[0].as_str().to_owned()
}

#[tokio::test]
async fn a_stub_with_a_condition_comes_first_and_looks_at_the_request() {
    for sandbox in [Sandbox::start().await, Sandbox::builder().in_memory()] {
        let client = sandbox.client();
        let on = || sandbox.on::<GetCustomerInfo>();
        let body = |email: &str| json!({ "emails": [email] });
        on().respond_with(|lookup| json!({ "emails": [format!("{}@example.com", lookup.customer_number)] }));
        on().when(|lookup| lookup.customer_number == number(8)).times(1).respond(body("once@example.com"));
        on().when(|lookup| lookup.customer_number != number(9)).respond(body("other@example.com"));
        assert_eq!(email(&client, 8).await, "once@example.com");
        assert_eq!(email(&client, 8).await, "other@example.com");
        assert_eq!(email(&client, 9).await, "9@example.com");
        // A stub without a condition replaces the earlier stub without a condition. Stubs with a condition stay.
        on().respond(body("last@example.com"));
        assert_eq!(email(&client, 9).await, "last@example.com");
        assert_eq!(email(&client, 8).await, "other@example.com");
    }
}

#[tokio::test]
async fn a_condition_sees_the_body_and_may_use_the_sandbox() {
    let sandbox = Arc::new(Sandbox::builder().in_memory());
    let client = sandbox.client();
    let weak = Arc::downgrade(&sandbox);
    let is_kari = move |search: &SearchCustomers| {
        weak.upgrade().unwrap().on::<GetCustomerInfo>().respond(json!({ "customerNumber": 7 }));
        search.body.email.as_ref().is_some_and(|email| email.as_str() == "kari@example.com")
    };
    sandbox.on::<SearchCustomers>().when(is_kari).respond(json!({ "customers": [{ "customerNumber": 7 }] }));
    for (email, found) in [("kari@example.com", 1), ("nobody@example.com", 0)] {
        let response = client.customers().search(&CustomerSearch::by_email(email)).await.unwrap();
        assert_eq!(response.customers.len(), found, "{email}");
    }
}

#[tokio::test]
async fn an_expectation_that_is_not_met_fails_the_test_when_the_sandbox_is_dropped_or_reset() {
    let sandbox = || Sandbox::builder().in_memory();
    let closed = || json!({ "exceptionType": "RecordNotFoundException" });
    for (expected, requests, is_met) in
        [(1, 1, true), (0, 0, true), (1, 0, false), (1, 2, false), (0, 1, false)]
    {
        for reset in [false, true] {
            let sandbox = sandbox();
            sandbox.on::<GetCustomerInfo>().when(|_| true).expect(expected).reject(404, closed());
            let client = sandbox.client();
            for _ in 0..requests {
                client.customers().info(number(563_457)).await.unwrap_err();
            }
            assert_eq!(sandbox.unmet_stubs().is_empty(), is_met);
            if is_met {
                sandbox.reset();
                continue;
            }
            let message = panic_of(|| if reset { sandbox.reset() } else { drop(sandbox) });
            let text = format!("stub 1, of getCustomerInfo: {requests} requests, {expected} expected");
            assert!(message.contains(&text), "{message}");
        }
    }
    // A stub that is replaced keeps its expectation.
    let sandbox = sandbox();
    sandbox.on::<GetCustomerInfo>().expect(1).reject(404, closed());
    sandbox.on::<GetCustomerInfo>().respond(json!({ "customerNumber": 7 }));
    sandbox.client().customers().info(number(7)).await.unwrap();
    assert_eq!(sandbox.unmet_stubs(), ["stub 1, of getCustomerInfo: 0 requests, 1 expected"]);
    assert!(!panic_of(|| drop(sandbox)).is_empty());
}

#[tokio::test]
async fn a_stub_that_fails_at_a_request_fails_the_test() {
    type Set = fn(Stub<'_, GetCustomerInfo>);
    let table: [(Set, &str); 3] = [
        (
            |stub| stub.respond_with(|_| json!({ "nick": 4711 })),
            "the stub of getCustomerInfo does not match the contract: /nick: ",
        ),
        (
            |stub| stub.respond_with(|_| -> () { panic!("4711") }),
            "a closure of the stub of getCustomerInfo panicked",
        ),
        (
            |stub| stub.when(|_| panic!("4711")).respond(json!({})),
            "a closure of the stub of getCustomerInfo panicked",
        ),
    ];
    for (set, expected) in table {
        for sandbox in [Sandbox::start().await, Sandbox::builder().in_memory()] {
            set(sandbox.on::<GetCustomerInfo>());
            let error = sandbox.client().customers().info(number(7)).await.unwrap_err();
            assert_eq!(error.status_code(), Some(501), "{error}");
            let message = panic_of(|| drop(sandbox));
            assert!(message.contains(expected) && !message.contains("4711"), "{message}");
        }
    }
    let other = Contract::parse("c.yaml", "paths: {}").unwrap();
    let sandbox = Sandbox::builder().contract(other).in_memory();
    let message = panic_of(|| sandbox.on::<GetCustomerInfo>().respond_with(|_| json!({})));
    assert!(message.contains("no operation getCustomerInfo"), "{message}");
}

#[tokio::test]
async fn received_requests_are_operations() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let mut change = ExternalReferenceChangeRequest::default();
    change.external_id = Some("A/1 å".parse().unwrap());
    let code = || "CRM".parse().unwrap();
    let _ = client.external_references().change(number(563_457), code(), change.clone()).await;
    let sent = ChangeExternalReference::new(number(563_457), code(), change);
    assert!(sandbox.received_as::<ChangeExternalReference>() == [sent]);
    sandbox.assert_received(Expected::of::<ChangeExternalReference>().field("externalId", "A/1 å"));
    sandbox.assert_not_received(Expected::of::<GetCustomerInfo>());
    assert!(sandbox.received_as::<GetCustomerInfo>().is_empty());

    let malformed = client.request(mediaconnect::Method::Get, "/v1/client/customer/info/4711x");
    malformed.send::<serde_json::Value>().await.unwrap_err();
    let message = panic_of(|| drop(sandbox.received_as::<GetCustomerInfo>()));
    let expected = "request 1 of getCustomerInfo breaks the contract: customerNumber: ";
    assert!(message.starts_with(expected) && !message.contains("4711"), "{message}");
}
