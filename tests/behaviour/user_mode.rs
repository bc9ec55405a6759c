//! Tests calls with the token of a user.

use mediaconnect::models::{CustomerChangeRequest, CustomerPhoneNumber, Name, PhoneNumberType};
use mediaconnect::{Client, UserToken};
use mediaconnect_sandbox::Sandbox;
use mediaconnect_tests::{client_of, number};

fn change() -> CustomerChangeRequest {
    let mut name = Name::default();
    name.last_name = Some("Fjord".to_owned());
    let mut phone = CustomerPhoneNumber::default();
    phone.phone_number = Some("+4712345679".parse().unwrap());
    phone.phone_number_type = Some(PhoneNumberType::Mobile);
    let mut change = CustomerChangeRequest::default();
    change.name = Some(name);
    change.phone_numbers = vec![phone];
    change
}

#[tokio::test]
async fn the_users_token_is_sent_and_no_client_token_is_fetched() {
    let sandbox = Sandbox::start().await;
    let client = Client::builder().base_url(sandbox.base_url()).build().unwrap();
    let customer = client.customers().own_info(&UserToken::new(sandbox.user_token())).await.unwrap();
    assert_eq!(customer.customer_number, Some(number(563_457)));
    assert_eq!(sandbox.token_requests(), 0);
}

#[tokio::test]
async fn a_refused_users_token_is_an_authentication_error_at_once() {
    let sandbox = Sandbox::start().await;
    let error = client_of(&sandbox).customers().own_info(&UserToken::new("expired")).await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!((error.status_code(), error.attempts()), (Some(401), 1));
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused_without_being_told() {
    let sandbox = Sandbox::start().await;
    let error = client_of(&sandbox).customers().own_info(&UserToken::new("canary\n")).await.unwrap_err();
    assert!(error.is_configuration());
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_change_replaces_the_whole_record() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let user = UserToken::new(sandbox.user_token());
    client.customers().change_own_info(&user, change()).await.unwrap();
    let customer = client.customers().own_info(&user).await.unwrap();
    assert_eq!(customer.name.unwrap().last_name.as_deref(), Some("Fjord"));
    assert_eq!(customer.phone_numbers.len(), 1);
    assert!(customer.emails.is_empty());
}

#[tokio::test]
async fn a_change_that_breaks_rules_is_not_sent() {
    let sandbox = Sandbox::start().await;
    let mut change = change();
    change.name.as_mut().unwrap().company_name = Some("x".repeat(41));
    change.phone_numbers[0].phone_number_type = Some(PhoneNumberType::from("satellite"));
    change.emails = vec![serde_json::from_str("\"no address\"").unwrap()];
    change.invoice_email_address = Some(format!("{}@example.com", "x".repeat(60)).parse().unwrap());
    let user = UserToken::new(sandbox.user_token());
    let error = client_of(&sandbox).customers().change_own_info(&user, change).await.unwrap_err();
    let mut fields: Vec<_> = error.violations().iter().map(mediaconnect::Violation::field).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["emails[0]", "invoiceEmailAddress", "name.companyName", "phoneNumbers[0].phoneNumberType"]
    );
    assert!(sandbox.requests().is_empty());
}
