//! The example responses on two of upstream's documentation pages decode unchanged over HTTP.

use mediaconnect::CustomerSearch;
use mediaconnect::models::{CredentialType, PhoneNumberType, VerificationLevel};
use mediaconnect_tests::{Upstream, fixture, number};

#[tokio::test]
async fn the_customer_of_the_info_page() {
    let upstream = Upstream::responding_json(&fixture("documented_customer_info.json")).await;
    let customer = upstream.client.customers().info(number(563_457)).await.unwrap();

    assert_eq!(customer.customer_number, Some(number(563_457)));
    let name = customer.name.unwrap();
    assert_eq!(name.last_name.as_deref(), Some("Nordmann"));
    assert_eq!(customer.phone_numbers[0].phone_number.as_ref().unwrap().as_str(), "+4712345678");
    assert_eq!(customer.phone_numbers[1].phone_number_type, Some(PhoneNumberType::Company));
    assert_eq!(customer.emails.len(), 2);
    // The field is documented as a list, but the example has one object.
    let [user] = customer.attached_users.as_slice() else { panic!("one user") };
    assert_eq!(user.credentials[0].credential_type, Some(CredentialType::AEmailAddress));
    assert_eq!(user.credentials[1].verification_level, Some(VerificationLevel::NotVerified));
}

#[tokio::test]
async fn the_customer_of_the_search_page() {
    let upstream = Upstream::responding_json(&fixture("documented_customer_search.json")).await;
    let search = CustomerSearch::by_email("ola.nordmann@example.com");
    let found = upstream.client.customers().search(&search).await.unwrap();

    let [customer] = found.customers.as_slice() else { panic!("one customer") };
    assert_eq!(customer.street_number.as_ref().unwrap().as_u32(), Some(6));
    // In the example, the postal code is the number 179. The client adds the leading zero.
    assert_eq!(customer.postal_code.as_ref().unwrap().as_str(), "0179");
    assert_eq!(customer.postal_address_postal_code.as_ref().unwrap().as_str(), "0510");
    // In the example, this list is wrapped in an object with the member `email`.
    assert_eq!(customer.emails[1].as_str(), "ola.nordmann@hotmail.no");
    assert_eq!(customer.phone_numbers[0].is_mobile, Some(true));
}
