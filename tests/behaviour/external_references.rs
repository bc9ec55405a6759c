//! Tests the operations on external references, which are the ids of customers in other systems.

use mediaconnect::models::{ExternalId, ExternalReferenceChangeRequest, ReferenceCode};
use mediaconnect::{Client, ClientCredentials, CustomerNumber, Violation};
use mediaconnect_sandbox::{Fault as SandboxFault, Sandbox};
use mediaconnect_tests::{Door, Fault, FaultServer, Response, client_of, number};

fn the_documented_customer() -> CustomerNumber {
    number(563_457)
}

fn to(external_id: ExternalId) -> ExternalReferenceChangeRequest {
    let mut change = ExternalReferenceChangeRequest::default();
    change.external_id = Some(external_id);
    change
}

fn code(text: &str) -> ReferenceCode {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_reference_gets_another_id() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let references = client.external_references();
    references.change(the_documented_customer(), code("CRM"), to("A-2048".parse().unwrap())).await.unwrap();
    assert_eq!(sandbox.external_reference(563_457, "CRM").as_deref(), Some("A-2048"));
    let request = sandbox.requests().pop().unwrap();
    assert_eq!(request.operation, Some("changeExternalReference"));
    assert_eq!(request.method, "PATCH");
    assert_eq!(request.path, "/capi/v1/client/customer/563457/external-reference/CRM");
    assert_eq!(request.body, br#"{"externalId":"A-2048"}"#);
}

#[tokio::test]
async fn a_removed_reference_is_gone() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let references = client.external_references();
    references.remove(the_documented_customer(), code("CRM")).await.unwrap();
    assert_eq!(sandbox.external_reference(563_457, "CRM"), None);
    let request = sandbox.requests().pop().unwrap();
    assert_eq!((request.method.as_str(), request.body.len()), ("DELETE", 0));
    let error = references.remove(the_documented_customer(), code("CRM")).await.unwrap_err();
    assert_eq!(error.status_code(), Some(400));
}

#[tokio::test]
async fn what_upstream_did_not_do_is_an_error() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let references = client.external_references();
    sandbox.fault(SandboxFault::on("removeExternalReference").not_done());
    let error = references.remove(the_documented_customer(), code("CRM")).await.unwrap_err();
    assert!(error.is_reported_failure() && error.is_from_connect(), "{error}");
    assert!(!error.is_outcome_unknown(), "the outcome is known if Connect reports the failure");
    assert_eq!((error.status_code(), error.attempts()), (Some(200), 1));
    assert_eq!(sandbox.external_reference(563_457, "CRM").as_deref(), Some("A-1024"));
}

#[tokio::test]
async fn a_code_is_one_segment_of_the_path_whatever_is_in_it() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let error =
        client.external_references().remove(the_documented_customer(), code("<a>&b=c,d")).await.unwrap_err();
    assert_eq!(error.status_code(), Some(400));
    let request = sandbox.requests().pop().unwrap();
    assert_eq!(request.operation, Some("removeExternalReference"));
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent_and_all_of_it_is_named() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    // The malformed values are deserialized, because the constructors would refuse them.
    let code: ReferenceCode = serde_json::from_str(r#""../../info""#).unwrap();
    let external_id: ExternalId = serde_json::from_str(r#""more than 16 characters""#).unwrap();
    let references = client.external_references();
    let error =
        references.change(the_documented_customer(), code.clone(), to(external_id)).await.unwrap_err();
    let fields: Vec<_> = error.violations().iter().map(Violation::field).collect();
    assert_eq!(fields, ["referenceCode", "externalId"]);
    assert!(references.remove(the_documented_customer(), code).await.unwrap_err().is_invalid_input());
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn neither_is_repeated_when_it_may_have_arrived() {
    let tokens = FaultServer::start(vec![Fault::Response(Response::token())], Door::Open);
    let upstream = FaultServer::start(vec![Fault::CloseBeforeHead], Door::Open);
    let client = Client::builder()
        .base_url(upstream.url("http"))
        .token_url(tokens.url("http"))
        .credentials(ClientCredentials::new("no.example.test", "secret"))
        .build()
        .unwrap();
    let references = client.external_references();
    for outcome in [
        references.change(the_documented_customer(), code("CRM"), to("A-2048".parse().unwrap())).await,
        references.remove(the_documented_customer(), code("CRM")).await,
    ] {
        let error = outcome.unwrap_err();
        assert!(error.is_outcome_unknown());
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(upstream.requests(), 2);
}
