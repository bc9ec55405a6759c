//! Searches among the customers.

use std::cell::LazyCell;

use serde_json::Value;

use crate::contract::is_blank;
use crate::customer::{Customer, Record};

/// Returns the customers that match every field of a search, ignoring case. Upstream does not document its own rules
/// for case and wildcards.
///
/// A field with a blank string is ignored, because the search in upstream's documentation contains an empty field.
pub(super) fn find<'a>(
    customers: impl Iterator<Item = &'a Customer>,
    search: &'a Value,
) -> impl Iterator<Item = Record> {
    let given: Vec<_> = search
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, wanted)| !wanted.as_str().is_some_and(is_blank))
        .collect();
    // Searches the JSON text first, because parsing a record takes longer than searching its text.
    let texts: Vec<_> = given.iter().filter_map(|(_, wanted)| wanted.as_str()).collect();
    let texts: Vec<_> = texts.into_iter().map(|text| escaped(&text.to_lowercase())).collect();
    customers.filter(move |customer| mentions(customer, &texts)).map(Customer::record).filter(move |record| {
        let name_and_address = LazyCell::new(|| record.name_and_address());
        given.iter().all(|(field, wanted)| {
            let is = |text: &String| wanted.as_str().is_some_and(|wanted| is_same(wanted, text));
            match field.as_str() {
                "productCode" => record.products.iter().any(is),
                "email" => record.emails.iter().any(is),
                "phoneNumber" => {
                    record.phone_numbers.iter().filter_map(|phone| phone.phone_number.as_ref()).any(is)
                }
                _ => match name_and_address.get(field.as_str()) {
                    Some(Value::String(text)) => is(text),
                    found => found == Some(*wanted),
                },
            }
        })
    })
}

/// Returns true if the JSON of a customer contains all given strings. The strings must be in lower case.
pub(super) fn mentions(customer: &Customer, texts: &[impl AsRef<str>]) -> bool {
    if texts.is_empty() {
        return true;
    }
    let json = customer.json().to_lowercase();
    texts.iter().all(|text| json.contains(text.as_ref()))
}

/// Escapes a string as in JSON, without the quotes around it.
pub(super) fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::customers::{Customers, MAX_SEARCH_RESULTS, invented};

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a test creates a search only to pass it to this function"
    )]
    fn found(search: Value) -> Vec<i64> {
        numbers_of(Customers::new(invented()).search(&search))
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "no test uses the result of a search after passing it to this function"
    )]
    fn numbers_of(found: Vec<Value>) -> Vec<i64> {
        found.iter().map(|customer| customer["customerNumber"].as_i64().unwrap()).collect()
    }

    #[test]
    fn a_search_by_name_and_address_ignores_case() {
        let by_name = json!({ "lastName": "ÅSGÅRD", "streetAddress": "markveien", "postalCode": "0554" });
        assert_eq!(found(by_name), [100_501]);
    }

    #[test]
    fn a_search_by_phone_or_email_finds_the_owner() {
        assert_eq!(found(json!({ "phoneNumber": "+4723339100" })), [563_457]);
        assert_eq!(found(json!({ "email": "OLA.nordmann@company.com" })), [563_457]);
        assert!(found(json!({ "phoneNumber": "+472333910" })).is_empty());
    }

    #[test]
    fn every_field_narrows_the_search_and_a_blank_one_does_not() {
        let family =
            || json!({ "lastName": "Hansen", "streetAddress": "Storgata", "postalPlace": "Lillehammer" });
        let with = |field: &str, value: Value| {
            let mut search = family();
            search[field] = value;
            found(search)
        };
        assert_eq!(found(family()).len(), MAX_SEARCH_RESULTS);
        for blank in ["", " \t"] {
            assert_eq!(with("careOfAddress", json!(blank)).len(), MAX_SEARCH_RESULTS);
        }
        assert_eq!(with("streetNumber", json!(12)), [102_124]);
        assert_eq!(with("firstName", json!("dagny")), [102_131]);
        assert_eq!(with("productCode", json!("HELG")), [102_110, 102_124, 102_138, 102_152]);
        assert!(with("entrance", json!("A")).is_empty());
    }

    #[test]
    fn a_search_finds_texts_that_json_escapes() {
        let name = "Å\"\\\n\u{1f}Å";
        let customers = Customers::new(vec![Customer::new(1), Customer::new(2).company(name)]);
        assert_eq!(numbers_of(customers.search(&json!({ "companyName": name.to_lowercase() }))), [2]);
        assert_eq!(customers.find(name, |_| true).unwrap().customer_number, 2);
    }
}
