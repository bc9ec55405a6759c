//! Tests `assert_received`, `assert_not_received` and `conversation` of the sandbox.

use mediaconnect::{CustomerSearch, Method};
use mediaconnect_sandbox::{Expected, Fault, Quirks};
use serde_json::{Value, json};

use crate::support::{both, number, one_customer, panic_of};

const OPERATION: &str = "getCustomerInfo";

#[tokio::test]
async fn what_was_received_can_be_asserted() {
    for sandbox in both(one_customer).await {
        let client = sandbox.client();
        client.customers().search(&CustomerSearch::by_email("kari@example.com")).await.unwrap();
        client.customers().info(number(7)).await.unwrap();
        sandbox.assert_received(Expected::operation("token").times(1));
        sandbox.assert_received(Expected::operation("searchCustomers").field("email", "kari@example.com"));
        sandbox.assert_received(Expected::operation(OPERATION).field("customerNumber", 7).times(1));
        sandbox.assert_not_received(Expected::operation(OPERATION).field("customerNumber", 8));
        assert_eq!(sandbox.received("searchCustomers")[0].json()["email"], "kari@example.com");

        let other = Expected::operation("searchCustomers").field("email", "ola@example.com");
        let message = panic_of(|| sandbox.assert_received(other));
        let expected = "email: expected \"ola@example.com\", received \"kari@example.com\"";
        assert!(message.contains(expected) && message.contains("request 2"), "{message}");
        let message = panic_of(|| sandbox.assert_not_received(Expected::operation(OPERATION)));
        assert!(
            message.contains("request 3 was received, although the test forbids it: getCustomerInfo"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_assertion_never_passes_because_requests_were_forgotten() {
    let sandbox = one_customer().in_memory();
    let client = sandbox.client();
    client.customers().search(&CustomerSearch::by_email("kari@example.com")).await.unwrap();
    client.customers().info(number(7)).await.unwrap();
    // The log keeps at most 8 MiB. The 150 responses of 60 kB need more, so the log forgets all earlier requests.
    sandbox.on_path("GET", "/v1/large").respond(200, json!("x".repeat(60_000)));
    for _ in 0..150 {
        client.request(Method::Get, "/v1/large").send::<Value>().await.unwrap();
    }
    client.customers().info(number(7)).await.unwrap();
    assert!(sandbox.received("searchCustomers").is_empty(), "it is forgotten");
    let search = || Expected::operation("searchCustomers");
    let other = || search().field("email", "ola@example.com");
    for expected in [search(), other()] {
        let message = panic_of(|| sandbox.assert_not_received(expected));
        assert!(message.contains("forgotten"), "{message}");
    }
    for expected in [other(), other().times(0), other().times(1)] {
        let message = panic_of(|| sandbox.assert_received(expected));
        let expected = "forgotten 1 requests of searchCustomers, so it cannot check these requests";
        assert!(message.contains(expected), "{message}");
    }
    // The sandbox still knows how many requests of each operation it has forgotten. That is enough for an expectation
    // without fields. An expectation with fields needs one matching request that is still in the log.
    sandbox.assert_received(search().times(1));
    sandbox.assert_received(Expected::operation(OPERATION).times(2));
    sandbox.assert_received(Expected::operation(OPERATION).field("customerNumber", 7));
    sandbox.assert_not_received(Expected::operation("changeOwnCustomerInfo"));
    sandbox.reset();
    sandbox.assert_not_received(search());
}

/// Returns the element of `Sandbox::conversation` for a lookup that got this response.
fn info(response: &Value) -> Value {
    json!({
        "operation": "getCustomerInfo",
        "method": "GET",
        "path": "/v1/client/customer/info/{customerNumber}",
        "parameters": { "customerNumber": "[redacted]" },
        "response": response,
    })
}

#[tokio::test]
async fn a_conversation_has_the_structure_of_the_requests_and_nobodys_data() {
    let sandbox = one_customer().quirks(Quirks::none()).in_memory();
    let client = sandbox.client();
    let event = json!({ "canary": "canary", "productCode": "CO27409" });
    sandbox.on_path("POST", "/v1/client/events").respond(200, event);
    client.customers().info(number(7)).await.unwrap();
    let search = CustomerSearch::by_email("kari@example.com");
    client.customers().search(&search).await.unwrap();
    let body = json!({ "kari@example.com": "canary", "productCode": "CO27409" });
    client.request(Method::Post, "/v1/client/events?who=canary").json(&body).send::<Value>().await.unwrap();
    let _ = client.request(Method::Get, "/v1/canary").send::<Value>().with_attempts(1).await;
    let customer = json!({
        "customerNumber": "[redacted]",
        "name": { "firstName": "[redacted]", "lastName": "[redacted]" },
        "phoneNumbers": [{ "phoneNumber": "[redacted]", "phoneNumberType": "mobile" }],
        "emails": ["[redacted]"],
        "invoiceEmailAddress": "[redacted]",
        "attachedUsers": [{ "uniqueId": "[redacted]" }],
    });
    let expected = json!([
        { "operation": "token", "response": { "status": 200 } },
        info(&json!({ "status": 200, "body": customer })),
        {
            "operation": "searchCustomers",
            "method": "POST",
            "path": "/v1/client/customer/search",
            "body": { "email": "[redacted]" },
            "response": { "status": 200, "body": { "customers": [] } },
        },
        {
            "method": "POST",
            "path": "/capi/v1/client/events",
            "body": { "?": "[redacted]", "productCode": "CO27409" },
            "response": { "status": 200, "body": { "?": "[redacted]", "productCode": "CO27409" } },
        },
        { "method": "GET", "path": "[redacted]", "response": { "status": 404, "body": "[redacted]" } },
    ]);
    assert_eq!(sandbox.conversation(), expected);
}

#[tokio::test]
async fn a_conversation_loses_no_member_and_no_value() {
    let sandbox = one_customer().in_memory();
    let client = sandbox.client();
    let answer = json!({ "canary-1": { "canary-2": 1, "canary-3": [] }, "canary-4": true });
    sandbox.on_path("POST", "/v1/client/events").respond(200, answer);
    let body = json!({ "canary-1": 1, "canary-2": null, "productCode": "CO27409", "canary-3": {} });
    client.request(Method::Post, "/v1/client/events").json(&body).send::<Value>().await.unwrap();
    let texts = "/v1/client/customer/privacy/consent/text/example.com?scope=a&canary-1=1&scope=b&canary-2=2&canary-1=3";
    let _ = client.request(Method::Get, texts).send::<Value>().with_attempts(1).await;
    let conversation = sandbox.conversation();
    let redacted = "[redacted]";
    assert_eq!(
        (&conversation[1]["body"], &conversation[1]["response"]["body"]),
        (
            &json!({ "?": redacted, "?2": null, "?3": {}, "productCode": "CO27409" }),
            &json!({ "?": { "?": redacted, "?2": [] }, "?2": redacted })
        )
    );
    let parameters =
        json!({ "issuer": "example.com", "scope": ["a", "b"], "?": [redacted, redacted], "?2": redacted });
    assert_eq!(conversation[2]["parameters"], parameters, "{conversation}");
}

#[tokio::test]
async fn a_conversation_shows_each_end_of_a_response() {
    let sandbox = one_customer().in_memory();
    let client = sandbox.client();
    // The first call fetches the token.
    client.customers().info(number(7)).await.unwrap();
    sandbox.reset();
    for (fault, response) in [
        (Fault::on(OPERATION).reset(), json!({ "status": null })),
        (Fault::on(OPERATION).cut_off(), json!({ "status": 200, "body": "[cut off]" })),
        (Fault::on(OPERATION).truncated(), json!({ "status": 200, "body": "[redacted]" })),
        (Fault::on(OPERATION).empty(), json!({ "status": 200 })),
    ] {
        sandbox.fault(fault);
        let _ = client.customers().info(number(7)).with_attempts(1).await;
        assert_eq!(sandbox.conversation(), json!([info(&response)]));
        sandbox.reset();
    }
}
