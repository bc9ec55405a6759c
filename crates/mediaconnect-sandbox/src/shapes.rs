//! How a customer is written in an answer: as the documentation says, or as upstream does.

use serde_json::{Map, Value, json};

use crate::customer::Customer;
use crate::customer_parts::{Name, PhoneNumber};
use crate::quirks::{Quirk, Quirks};

/// A customer as the info operations return it.
pub(crate) fn info(customer: &Customer, quirks: Quirks) -> Value {
    let mut info = Fields::of(customer, quirks);
    info.value("customerNumber", Some(json!(customer.customer_number)));
    info.value("name", name(customer, quirks));
    info.list("phoneNumbers", json_list(&customer.phone_numbers));
    info.list("emails", json_list(&customer.emails));
    info.text("invoiceEmailAddress", customer.invoice_email_address.as_ref());
    info.list("attachedUsers", attached_users(customer, quirks));
    exaggerated(info.done(), quirks)
}

/// A customer as a search returns it.
pub(crate) fn found(customer: &Customer, quirks: Quirks) -> Value {
    let Customer { name, address, .. } = customer;
    let mut found = Fields::of(customer, quirks);
    found.value("customerNumber", Some(json!(customer.customer_number)));
    found.text("companyName", name.company_name.as_ref());
    found.text("departmentName", name.department_name.as_ref());
    found.text("firstName", name.first_name.as_ref());
    found.text("middleName", name.middle_name.as_ref());
    found.text("lastName", name.last_name.as_ref());
    found.text("streetAddress", address.street_address.as_ref());
    found.value("streetNumber", address.street_number.map(|number| json!(number)));
    match address.postal_code.as_ref().and_then(|code| numeric(code, quirks)) {
        Some(number) => found.value("postalCode", Some(number)),
        None => found.text("postalCode", address.postal_code.as_ref()),
    }
    found.text("postalPlace", address.postal_place.as_ref());
    found.text("postalAddress", address.postal_address.as_ref());
    // A text in upstream's example, beside the street's number.
    found.text("postalAddressPostalCode", address.postal_address_postal_code.as_ref());
    found.text("postalAddressPostalPlace", address.postal_address_postal_place.as_ref());
    found.text("countryCode", address.country_code.as_ref());
    found.value("emails", wrapped_emails(customer, quirks));
    let phones: Vec<_> = customer.phone_numbers.iter().map(found_phone).collect();
    found.list("phoneNumbers", json_list(&phones));
    exaggerated(found.done(), quirks)
}

fn name(customer: &Customer, quirks: Quirks) -> Option<Value> {
    let name = &customer.name;
    if *name == Name::default() {
        return None;
    }
    let mut parts = Fields::of(customer, quirks);
    parts.text("firstName", name.first_name.as_ref());
    parts.text("middleName", name.middle_name.as_ref());
    parts.text("lastName", name.last_name.as_ref());
    parts.text("companyName", name.company_name.as_ref());
    parts.text("departmentName", name.department_name.as_ref());
    Some(parts.done())
}

fn attached_users(customer: &Customer, quirks: Quirks) -> Option<Value> {
    match customer.attached_users.as_slice() {
        [user] if quirks.has(Quirk::BareSingles) => Some(json!(user)),
        users => json_list(users),
    }
}

fn wrapped_emails(customer: &Customer, quirks: Quirks) -> Option<Value> {
    // In upstream's two examples of one customer, the order differs. Sorting gives both.
    let mut emails = customer.emails.clone();
    emails.sort();
    let list = match emails.as_slice() {
        [] => return None,
        [email] if quirks.has(Quirk::BareSingles) => json!(email),
        emails => json!(emails),
    };
    // Any number will do, as long as a customer looks the same every time.
    let is_bare = quirks.has(Quirk::AnyEmails) && customer.customer_number % 2 == 0;
    Some(if is_bare { list } else { json!({ "email": list }) })
}

fn found_phone(phone: &PhoneNumber) -> Value {
    // In upstream's example, the personal number of a customer is a mobile one.
    let is_mobile = matches!(phone.phone_number_type.as_deref(), Some("mobile" | "personal"));
    match &phone.phone_number {
        Some(number) => json!({ "phoneNumber": number, "isMobile": is_mobile }),
        None => json!({ "isMobile": is_mobile }),
    }
}

fn numeric(postal_code: &str, quirks: Quirks) -> Option<Value> {
    let number = postal_code.parse::<u64>().ok().map(Value::from);
    number.filter(|_| quirks.has(Quirk::NumericPostalCodes))
}

/// With what no documentation tells, at any depth.
fn exaggerated(value: Value, quirks: Quirks) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, member)| {
                let member = exaggerated(member, quirks);
                let member = match (name.as_str(), member) {
                    ("phoneNumberType" | "credentialType" | "verificationLevel", Value::String(_))
                        if quirks.has(Quirk::UnknownValues) =>
                    {
                        json!("X_UNDOCUMENTED")
                    }
                    ("firstName" | "lastName" | "companyName", Value::String(text))
                        if quirks.has(Quirk::LongTexts) && !text.is_empty() =>
                    {
                        // The longest of the three may have 60 characters.
                        json!(text.repeat(60 / text.chars().count() + 1))
                    }
                    (_, member) => member,
                };
                (name, member)
            });
            let more =
                quirks.has(Quirk::UnknownFields).then(|| ("undocumentedField".to_owned(), json!(["x"])));
            members.chain(more).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| exaggerated(item, quirks)).collect(),
        other => other,
    }
}

fn json_list<T: serde::Serialize>(items: &[T]) -> Option<Value> {
    (!items.is_empty()).then(|| json!(items))
}

/// A JSON object in the making, which knows how a missing field looks.
struct Fields {
    quirks: Quirks,
    /// Picks how the next missing field looks: differently by field and customer, but the same every time.
    turn: usize,
    members: Map<String, Value>,
}

impl Fields {
    fn of(customer: &Customer, quirks: Quirks) -> Self {
        // Any number will do; a last digit always fits.
        let turn = usize::try_from(customer.customer_number % 10).unwrap_or_default();
        Self { quirks, turn, members: Map::new() }
    }

    fn text(&mut self, name: &str, text: Option<&String>) {
        self.put(name, text.map(|text| json!(text)), &[None, Some(Value::Null), Some(json!(""))]);
    }

    fn list(&mut self, name: &str, list: Option<Value>) {
        self.put(name, list, &[None, Some(Value::Null), Some(json!([]))]);
    }

    fn value(&mut self, name: &str, value: Option<Value>) {
        self.put(name, value, &[None, Some(Value::Null)]);
    }

    /// Writes the value, or one of the looks it may have when it is missing; `None` is an absent field.
    fn put(&mut self, name: &str, value: Option<Value>, missing: &[Option<Value>]) {
        self.turn += 1;
        let look = missing[self.turn % missing.len()].clone().filter(|_| self.quirks.has(Quirk::EmptyFields));
        if let Some(value) = value.or(look) {
            self.members.insert(name.to_owned(), value);
        }
    }

    fn done(self) -> Value {
        Value::Object(self.members)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jsonschema::Draft;
    use mediaconnect_contract::{Contract, json_schema};

    use super::*;

    const BOTH: [Quirks; 2] = [Quirks::upstream(), Quirks::none()];

    fn customers() -> Vec<Customer> {
        serde_json::from_str(include_str!("../data/customers.json")).unwrap()
    }

    fn customer(json: Value) -> Customer {
        serde_json::from_value(json).unwrap()
    }

    fn contract() -> Value {
        let text = include_str!("../../../openapi/connect.yaml");
        Contract::parse("openapi/connect.yaml", text).unwrap().document().clone()
    }

    #[test]
    fn the_documented_customer_is_the_documented_example() {
        let examples = &contract()["components"]["examples"];
        let ola = &customers()[0];

        let mut expected = examples["CustomerInfo"]["value"].clone();
        assert_eq!(info(ola, Quirks::none()), expected);
        expected["attachedUsers"] = expected["attachedUsers"][0].clone();
        assert_eq!(info(ola, Quirks::upstream()), expected);

        let mut expected = examples["CustomerSearchResponse"]["value"]["customers"][0].clone();
        assert_eq!(found(ola, Quirks::none()), expected);
        expected["postalCode"] = json!(179);
        assert_eq!(found(ola, Quirks::upstream()), expected);
    }

    #[test]
    fn every_customer_has_answers_of_its_own_with_and_without_quirks() {
        let customers = customers();
        for quirks in BOTH {
            for write in [info, found] {
                let answers: HashSet<_> =
                    customers.iter().map(|customer| write(customer, quirks).to_string()).collect();
                assert_eq!(answers.len(), customers.len());
            }
        }
    }

    #[test]
    fn documented_shapes_are_what_the_contract_says() {
        let document = contract();
        for (schema, write) in [("CustomerInfo", info as fn(&_, _) -> _), ("FoundCustomer", found)] {
            let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
            let validator = jsonschema::options()
                .with_draft(Draft::Draft4)
                .should_validate_formats(true)
                .build(&json_schema::rooted(&document, &reference))
                .unwrap();
            for customer in customers() {
                let answer = write(&customer, Quirks::none());
                let violations: Vec<_> = validator.iter_errors(&answer).map(|e| e.to_string()).collect();
                assert!(violations.is_empty(), "{}: {violations:?}", customer.customer_number);
            }
        }
    }

    #[test]
    fn upstream_writes_a_numeric_postal_code_as_a_number() {
        let with_code = |code| customer(json!({ "customerNumber": 1, "address": { "postalCode": code } }));
        assert_eq!(found(&with_code("0015"), Quirks::upstream())["postalCode"], json!(15));
        assert_eq!(found(&with_code("114 24"), Quirks::upstream())["postalCode"], json!("114 24"));
        assert_eq!(found(&with_code("0015"), Quirks::none())["postalCode"], json!("0015"));
    }

    #[test]
    fn upstream_writes_one_user_as_an_object_and_one_email_as_a_text() {
        let user = |id: &str| json!({ "uniqueId": id });
        let one = customer(
            json!({ "customerNumber": 1, "attachedUsers": [user("a")], "emails": ["a@example.com"] }),
        );
        assert_eq!(info(&one, Quirks::upstream())["attachedUsers"], user("a"));
        assert_eq!(info(&one, Quirks::none())["attachedUsers"], json!([user("a")]));
        assert_eq!(found(&one, Quirks::upstream())["emails"], json!({ "email": "a@example.com" }));
        assert_eq!(found(&one, Quirks::none())["emails"], json!({ "email": ["a@example.com"] }));

        let two = customer(json!({ "customerNumber": 1, "attachedUsers": [user("a"), user("b")] }));
        assert_eq!(info(&two, Quirks::upstream())["attachedUsers"], json!([user("a"), user("b")]));
    }

    #[test]
    fn each_quirk_that_is_not_upstreams_shows_by_itself() {
        let kari = || {
            Customer::new(2).name("Kari", "Nordmann").phone("+4712000100").user("u").email("kari@example.com")
        };
        let info = |quirk: Quirk| info(&kari(), quirk.into());
        assert_eq!(info(Quirk::UnknownValues)["phoneNumbers"][0]["phoneNumberType"], "X_UNDOCUMENTED");
        assert_eq!(info(Quirk::UnknownFields)["attachedUsers"][0]["undocumentedField"], json!(["x"]));
        let name = info(Quirk::LongTexts)["name"]["lastName"].as_str().unwrap().to_owned();
        assert!(name.len() > 60 && name.starts_with("NordmannNordmann"), "{name}");
        assert_eq!(found(&kari(), Quirk::AnyEmails.into())["emails"], json!(["kari@example.com"]));
        let both = Quirks::from(Quirk::AnyEmails).with(Quirk::BareSingles);
        assert_eq!(found(&kari(), both)["emails"], json!("kari@example.com"));
    }

    #[test]
    fn a_missing_field_is_absent_null_or_empty_upstream_and_absent_by_the_documentation() {
        let looks: HashSet<Option<Value>> = (1..=9)
            .map(|number| customer(json!({ "customerNumber": number })))
            .map(|nobody| info(&nobody, Quirks::upstream()).get("invoiceEmailAddress").cloned())
            .collect();
        assert_eq!(looks, HashSet::from([None, Some(Value::Null), Some(json!(""))]));

        let nobody = customer(json!({ "customerNumber": 1 }));
        assert_eq!(info(&nobody, Quirks::none()), json!({ "customerNumber": 1 }));
        assert_eq!(found(&nobody, Quirks::none()), json!({ "customerNumber": 1 }));
    }
}
