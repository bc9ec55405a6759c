//! A program cannot print customer data, a token or a secret by accident.

use mediaconnect::models::{CustomerInfo, CustomerSearchResponse};
use mediaconnect::{ClientCredentials, CustomerSearch, SearchName, SearchPlace, UserToken};
use mediaconnect_tests::fixture;
use serde_json::Value;

const CANARY: &str = "canary7391";

/// Returns the document with a canary in place of every string and number.
fn poisoned(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), poisoned(value))).collect(),
        Value::Array(items) => items.iter().map(poisoned).collect(),
        Value::Number(_) => Value::from(7391),
        Value::String(_) => Value::from(CANARY),
        other => other.clone(),
    }
}

#[test]
fn debug_of_a_model_has_no_value() {
    let info: Value = serde_json::from_str(&fixture("documented_customer_info.json")).unwrap();
    let info: CustomerInfo = serde_json::from_value(poisoned(&info)).unwrap();
    let search: Value = serde_json::from_str(&fixture("documented_customer_search.json")).unwrap();
    let search: CustomerSearchResponse = serde_json::from_value(poisoned(&search)).unwrap();
    let printed = format!("{info:?} {info:#?} {search:?}");
    assert!(serde_json::to_string(&info).unwrap().contains(CANARY), "the model must contain canaries");
    assert!(!printed.contains("7391"), "{printed}");
}

#[test]
fn debug_of_what_a_service_holds_has_no_value() {
    let search = CustomerSearch::by_name_and_address(
        SearchName::last(CANARY),
        CANARY,
        SearchPlace::postal_code("7391"),
    );
    let credentials = ClientCredentials::new(CANARY, CANARY);
    let client = mediaconnect::Client::builder().credentials(credentials.clone());
    let token = UserToken::new(CANARY);
    let built = client.clone().user_token(token.clone()).build().unwrap();
    let printed = format!("{search:?} {credentials:?} {client:?} {token:?} {built:?}");
    assert!(!printed.contains("7391"), "{printed}");
}

#[test]
fn an_error_of_a_value_type_does_not_quote_it() {
    let errors = [
        CANARY.parse::<mediaconnect::CustomerNumber>().unwrap_err(),
        CANARY.parse::<mediaconnect::PhoneNumber>().unwrap_err(),
        CANARY.parse::<mediaconnect::EmailAddress>().unwrap_err(),
        CANARY.parse::<mediaconnect::CountryCode>().unwrap_err(),
        format!("../{CANARY}").parse::<mediaconnect::ProductCode>().unwrap_err(),
        format!("{CANARY}{CANARY}").parse::<mediaconnect::PostalCode>().unwrap_err(),
    ];
    for error in errors {
        assert!(!format!("{error} {error:?}").contains("7391"), "{error}");
    }
}
