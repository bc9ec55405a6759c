//! Tests that upstream's odd shapes decode, in whole models and for arbitrary values.

use mediaconnect::models::{CustomerInfo, CustomerSearchResponse, FoundCustomer};
use proptest::prelude::*;
use serde_json::{Value, json};

fn info(body: Value) -> CustomerInfo {
    serde_json::from_value(body).expect("decodes")
}

fn found(body: &Value) -> FoundCustomer {
    let mut response: CustomerSearchResponse =
        serde_json::from_value(json!({ "customers": [body] })).expect("decodes");
    response.customers.remove(0)
}

proptest! {
    #[test]
    fn a_postal_code_given_as_a_number_is_padded_to_four_digits(code in 0_u32..1_000_000) {
        let customer = found(&json!({ "postalCode": code }));
        prop_assert_eq!(customer.postal_code.as_ref().unwrap().as_str(), format!("{code:04}"));
    }

    #[test]
    fn a_postal_code_given_as_text_is_kept(code in ".*") {
        let customer = found(&json!({ "postalCode": code }));
        prop_assert_eq!(customer.postal_code.as_ref().unwrap().as_str(), code);
    }

    #[test]
    fn a_customer_number_is_a_number_or_digits(number in 1..=i64::MAX.cast_unsigned()) {
        let expected = info(json!({ "customerNumber": number }));
        prop_assert_eq!(info(json!({ "customerNumber": number.to_string() })), expected.clone());
        prop_assert_eq!(expected.customer_number.unwrap().get(), number);
    }

    #[test]
    fn a_street_number_is_a_number_or_digits(number: u32) {
        for body in [json!({ "streetNumber": number }), json!({ "streetNumber": number.to_string() })] {
            prop_assert_eq!(found(&body).street_number.unwrap().as_u32(), Some(number));
        }
    }

    #[test]
    fn a_list_may_be_given_as_its_single_element(id in "[a-z0-9]{1,40}", email in "\\PC{1,20}") {
        let user = json!({ "uniqueId": id, "credentials": { "credential": email } });
        let expected = info(json!({ "attachedUsers": [user], "emails": [email] }));
        prop_assert_eq!(info(json!({ "attachedUsers": user, "emails": email })), expected);
    }

    #[test]
    fn emails_of_a_search_have_one_meaning_in_every_shape(emails in prop::collection::vec("\\PC{1,20}", 0..4)) {
        let mut shapes = vec![json!({ "email": emails }), json!(emails)];
        match emails.as_slice() {
            [] => shapes.extend([Value::Null, json!({}), json!({ "email": null }), json!("")]),
            [only] => shapes.extend([json!({ "email": only }), json!(only)]),
            _ => {}
        }
        for shape in shapes {
            let customer = found(&json!({ "emails": shape }));
            let decoded: Vec<_> = customer.emails.iter().map(|email| email.as_str().to_owned()).collect();
            prop_assert_eq!(&decoded, &emails, "{:?}", shape);
        }
    }

    #[test]
    fn an_enum_value_that_nobody_documented_is_kept(value in "\\PC{1,30}") {
        let body = json!({
            "phoneNumbers": [{ "phoneNumberType": value }],
            "attachedUsers": { "credentials": { "credentialType": value, "verificationLevel": value } },
        });
        let customer = info(body);
        let credential = &customer.attached_users[0].credentials[0];
        prop_assert_eq!(customer.phone_numbers[0].phone_number_type.as_ref().unwrap().as_str(), &value);
        prop_assert_eq!(credential.credential_type.as_ref().unwrap().as_str(), &value);
        prop_assert_eq!(credential.verification_level.as_ref().unwrap().as_str(), &value);
    }

    #[test]
    fn a_text_of_any_length_and_an_unknown_field_are_accepted(text in "\\PC{0,400}", key in "x[a-z]{0,9}") {
        let customer = info(json!({ "name": { "firstName": text, &key: [1, { "a": null }] }, &key: text }));
        prop_assert_eq!(customer.name.unwrap().first_name, Some(text));
    }

    #[test]
    fn what_was_decoded_is_written_in_the_documented_shape(code in 0_u32..10_000, email in "\\PC{1,20}") {
        let customer = found(&json!({ "postalCode": code, "emails": { "email": email } }));
        let written = serde_json::to_value(&customer).unwrap();
        prop_assert_eq!(&written["postalCode"], &json!(format!("{code:04}")));
        prop_assert_eq!(&written["emails"], &json!([email]));
        prop_assert_eq!(found(&written), customer);
    }
}

#[test]
fn a_postal_code_of_another_country_keeps_its_digits() {
    let found = |country: Value| {
        let body = json!({ "postalCode": 101, "countryCode": country, "postalAddressPostalCode": 179 });
        let customer = found(&body);
        [customer.postal_code, customer.postal_address_postal_code]
            .map(|code| code.unwrap().as_str().to_owned())
    };
    for norway in [json!("NO"), json!("NOR"), json!(""), Value::Null] {
        assert_eq!(found(norway.clone()), ["0101", "0179"], "{norway}");
    }
    for other in ["IS", "SE", "FO"] {
        assert_eq!(found(json!(other)), ["101", "179"], "{other}");
    }
}

#[test]
fn a_wrapper_is_read_by_its_documented_member() {
    let emails = json!({ "@class": "list", "count": 2, "email": ["a@example.com", "b@example.com"] });
    let customer = found(&json!({ "emails": emails }));
    let emails: Vec<_> = customer.emails.iter().map(mediaconnect::EmailAddress::as_str).collect();
    assert_eq!(emails, ["a@example.com", "b@example.com"]);
}

#[test]
fn a_known_enum_value_in_another_case_is_kept_as_it_came() {
    let customer = info(json!({ "phoneNumbers": { "phoneNumberType": "MOBILE" } }));
    assert_eq!(customer.phone_numbers[0].phone_number_type.as_ref().unwrap().as_str(), "MOBILE");
}

#[test]
fn attached_users_may_be_an_object_a_list_null_or_absent() {
    for (body, count) in [
        (json!({ "attachedUsers": {} }), 1),
        (json!({ "attachedUsers": [{}, {}] }), 2),
        (json!({ "attachedUsers": null }), 0),
        (json!({ "attachedUsers": [] }), 0),
        (json!({}), 0),
    ] {
        assert_eq!(info(body.clone()).attached_users.len(), count, "{body}");
    }
}
