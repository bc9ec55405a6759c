//! Tests the operations on customers with the sandbox, with and without its quirks (odd response shapes).

use mediaconnect::models::CustomerSearchRequest;
use mediaconnect::{CustomerSearch, SearchName, SearchPlace};
use mediaconnect_sandbox::{Fault, Quirks, Sandbox};
use mediaconnect_tests::{builder_for, client_of, number};

#[tokio::test]
async fn both_shapes_of_the_sandbox_decode_to_the_same_customers() {
    let odd = Sandbox::start().await;
    let documented = Sandbox::builder().quirks(Quirks::none()).start().await.unwrap();
    let (of_odd, of_documented) = (client_of(&odd), client_of(&documented));
    let numbers = odd.customer_numbers();
    assert!(numbers.len() >= 60);
    for value in numbers {
        let number = number(u64::try_from(value).unwrap());
        let left = of_odd.customers().info(number).await.unwrap();
        let right = of_documented.customers().info(number).await.unwrap();
        let (left, right) = (serde_json::to_value(left).unwrap(), serde_json::to_value(right).unwrap());
        assert_eq!(without_empty(&left), without_empty(&right), "customer {value}");
    }
}

/// Removes empty texts and empty objects, because upstream may write a missing value in this way.
fn without_empty(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), without_empty(value)))
            .filter(|(_, value)| !matches!(value, Value::String(text) if text.is_empty()))
            .filter(|(_, value)| !value.as_object().is_some_and(serde_json::Map::is_empty))
            .collect(),
        Value::Array(items) => items.iter().map(without_empty).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn nobody_is_an_error_for_info_and_false_for_exists() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let error = client.customers().info(number(999_999_999)).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!((error.status_code(), error.operation()), (Some(404), Some("getCustomerInfo")));
    assert!(!client.customers().exists(number(999_999_999)).await.unwrap());
    assert!(client.customers().exists(number(563_457)).await.unwrap());
}

#[tokio::test]
async fn a_gateways_404_is_no_answer_to_whether_a_customer_exists() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    sandbox.fault(Fault::on("getCustomerInfo").status(404).html().always());
    let call = client.customers().exists(number(563_457)).with_attempts(1);
    let error = call.await.unwrap_err();
    assert!(error.is_gateway() && !error.is_not_found() && !error.is_from_connect(), "{error}");
    assert!(error.to_string().contains("check the base URL"), "{error}");

    // If the base URL is wrong, the response to every path is a 404. Such a 404 does not prove that the customer does
    // not exist.
    let base_url = format!("{}/wrong", sandbox.base_url());
    let client = builder_for(&sandbox).base_url(base_url).build().unwrap();
    assert!(client.customers().exists(number(563_457)).await.unwrap_err().is_gateway());
}

#[tokio::test]
async fn a_call_borrows_nothing_and_can_be_spawned() {
    let sandbox = Sandbox::start().await;
    let call = {
        let client = client_of(&sandbox);
        client.customers().info(number(563_457))
    };
    let customer = tokio::spawn(call.into_future()).await.unwrap().unwrap();
    assert_eq!(customer.customer_number, Some(number(563_457)));
}

#[tokio::test]
async fn each_kind_of_search_finds_the_documented_customer() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let by_address = |name, place| CustomerSearch::by_name_and_address(name, "Grubbegata", place);
    for search in [
        CustomerSearch::by_email("ola.nordmann@company.com"),
        CustomerSearch::by_phone_number("+4712345678"),
        CustomerSearch::by_phone_number("+4712345678").product_code("CO27409"),
        by_address(SearchName::last("Nordmann"), SearchPlace::postal_code("0179")),
        by_address(SearchName::company("Company International Ltd"), SearchPlace::postal_place("Oslo"))
            .street_number(6)
            .country_code("NO"),
    ] {
        let found = client.customers().search(&search).await.unwrap();
        assert_eq!(found.customers.len(), 1, "{search:?}");
        assert_eq!(found.customers[0].customer_number, Some(number(563_457)));
        assert_eq!(found.customers[0].postal_code.as_ref().unwrap().as_str(), "0179");
    }
}

#[tokio::test]
async fn nothing_found_is_an_empty_list() {
    let sandbox = Sandbox::start().await;
    let search = CustomerSearch::by_email("nobody@example.com");
    assert!(client_of(&sandbox).customers().search(&search).await.unwrap().customers.is_empty());
}

#[tokio::test]
async fn a_search_that_breaks_rules_is_not_sent() {
    let sandbox = Sandbox::start().await;
    let search = CustomerSearch::by_name_and_address(
        SearchName::last("x".repeat(31)),
        "y".repeat(41),
        SearchPlace::postal_code("12345678901"),
    );
    let error = client_of(&sandbox).customers().search(&search).await.unwrap_err();
    assert!(error.is_invalid_input());
    let mut fields: Vec<_> = error.violations().iter().map(mediaconnect::Violation::field).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["lastName", "postalCode", "streetAddress"]);
    assert!(sandbox.requests().is_empty(), "no request is sent, not even for a token");
}

#[tokio::test]
async fn every_request_asks_for_json() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    client.customers().info(number(563_457)).await.unwrap();
    client.customers().search(&CustomerSearch::by_email("nobody@example.com")).await.unwrap();
    for request in sandbox.requests() {
        assert_eq!(request.header("accept"), Some("application/json"), "{request:?}");
        assert_eq!(request.header("api-version"), None, "{request:?}");
        assert!(request.header("user-agent").unwrap().starts_with("mediaconnect-rust/"));
    }
}

#[tokio::test]
async fn the_user_agent_names_the_application_behind_the_library() {
    let sandbox = Sandbox::start().await;
    let client = builder_for(&sandbox).application("subscriptions/1.4").build().unwrap();
    client.customers().info(number(563_457)).await.unwrap();
    for request in sandbox.requests() {
        let expected = concat!("mediaconnect-rust/", env!("CARGO_PKG_VERSION"), " subscriptions/1.4");
        assert_eq!(request.header("user-agent"), Some(expected));
    }
}

#[tokio::test]
async fn a_call_can_be_made_from_a_spawned_task() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let task = tokio::spawn(async move {
        let search = CustomerSearch::by_email("nobody@example.com");
        client.customers().search(&search).await.map(|found| found.customers.len())
    });
    assert_eq!(task.await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn a_search_by_hand_without_a_combination_of_the_contract_is_not_sent_and_names_them_all() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let mut search = CustomerSearchRequest::default();
    search.last_name = Some("Nordmann".to_owned());
    search.street_address = Some(" ".to_owned());
    search.postal_code = Some("0179".parse().unwrap());
    let error = client.customers().search(search.clone()).await.unwrap_err();
    let [violation] = error.violations() else { panic!("{error}") };
    assert_eq!(violation.field(), "", "the violation is about the whole body");
    let text = violation.to_string();
    assert!(text.contains("lastName, streetAddress and postalCode; or "), "{text}");
    assert!(text.contains("; or phoneNumber; or email"), "{text}");
    assert!(sandbox.requests().is_empty());
    search.street_address = Some("Storgata".to_owned());
    assert!(client.customers().search(search).await.is_ok());
}
