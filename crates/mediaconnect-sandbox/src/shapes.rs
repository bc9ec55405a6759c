//! How a customer is written in an answer: as the documentation says, or as upstream does.

use serde_json::{Map, Value, json};

use crate::customers::{Customer, Name, PhoneNumber};

/// The shapes that JSON answers are written in. XML has only one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shapes {
    /// As upstream's own examples and its clients have it, where they differ from the documented schema:
    /// the postal code of a street address as a JSON number when it is numeric (`0179` becomes `179`),
    /// `attachedUsers` as a bare object when there is one, search's `emails` as `{"email": "…"}` when there is
    /// one, and a missing field absent, null or empty, which depends on the customer.
    #[default]
    Upstream,
    /// As the contract has it: lists are lists, postal codes are texts, a missing field is absent.
    Documented,
}

/// A customer as the info operations return it.
pub(crate) fn info(customer: &Customer, shapes: Shapes) -> Value {
    let mut info = Fields::of(customer, shapes);
    info.value("customerNumber", Some(json!(customer.customer_number)));
    info.value("name", name(customer, shapes));
    info.list("phoneNumbers", json_list(&customer.phone_numbers));
    info.list("emails", json_list(&customer.emails));
    info.text("invoiceEmailAddress", customer.invoice_email_address.as_ref());
    info.list("attachedUsers", attached_users(customer, shapes));
    info.done()
}

/// A customer as a search returns it.
pub(crate) fn found(customer: &Customer, shapes: Shapes) -> Value {
    let Customer { name, address, .. } = customer;
    let mut found = Fields::of(customer, shapes);
    found.value("customerNumber", Some(json!(customer.customer_number)));
    found.text("companyName", name.company_name.as_ref());
    found.text("departmentName", name.department_name.as_ref());
    found.text("firstName", name.first_name.as_ref());
    found.text("middleName", name.middle_name.as_ref());
    found.text("lastName", name.last_name.as_ref());
    found.text("streetAddress", address.street_address.as_ref());
    found.value("streetNumber", address.street_number.map(|number| json!(number)));
    match address.postal_code.as_ref().and_then(|code| numeric(code, shapes)) {
        Some(number) => found.value("postalCode", Some(number)),
        None => found.text("postalCode", address.postal_code.as_ref()),
    }
    found.text("postalPlace", address.postal_place.as_ref());
    found.text("postalAddress", address.postal_address.as_ref());
    // A text in upstream's example, beside the street's number.
    found.text("postalAddressPostalCode", address.postal_address_postal_code.as_ref());
    found.text("postalAddressPostalPlace", address.postal_address_postal_place.as_ref());
    found.text("countryCode", address.country_code.as_ref());
    found.value("emails", wrapped_emails(customer, shapes));
    let phones: Vec<_> = customer.phone_numbers.iter().map(found_phone).collect();
    found.list("phoneNumbers", json_list(&phones));
    found.done()
}

fn name(customer: &Customer, shapes: Shapes) -> Option<Value> {
    let name = &customer.name;
    if *name == Name::default() {
        return None;
    }
    let mut parts = Fields::of(customer, shapes);
    parts.text("firstName", name.first_name.as_ref());
    parts.text("middleName", name.middle_name.as_ref());
    parts.text("lastName", name.last_name.as_ref());
    parts.text("companyName", name.company_name.as_ref());
    parts.text("departmentName", name.department_name.as_ref());
    Some(parts.done())
}

fn attached_users(customer: &Customer, shapes: Shapes) -> Option<Value> {
    match (shapes, customer.attached_users.as_slice()) {
        (Shapes::Upstream, [user]) => Some(json!(user)),
        (_, users) => json_list(users),
    }
}

fn wrapped_emails(customer: &Customer, shapes: Shapes) -> Option<Value> {
    // In upstream's two examples of one customer, the order differs. Sorting gives both.
    let mut emails = customer.emails.clone();
    emails.sort();
    match (shapes, emails.as_slice()) {
        (_, []) => None,
        (Shapes::Upstream, [email]) => Some(json!({ "email": email })),
        (_, emails) => Some(json!({ "email": emails })),
    }
}

fn found_phone(phone: &PhoneNumber) -> Value {
    // In upstream's example, the personal number of a customer is a mobile one.
    let is_mobile = matches!(phone.phone_number_type.as_deref(), Some("mobile" | "personal"));
    match &phone.phone_number {
        Some(number) => json!({ "phoneNumber": number, "isMobile": is_mobile }),
        None => json!({ "isMobile": is_mobile }),
    }
}

fn numeric(postal_code: &str, shapes: Shapes) -> Option<Value> {
    match shapes {
        Shapes::Upstream => postal_code.parse::<u64>().ok().map(Value::from),
        Shapes::Documented => None,
    }
}

fn json_list<T: serde::Serialize>(items: &[T]) -> Option<Value> {
    (!items.is_empty()).then(|| json!(items))
}

/// A JSON object in the making, which knows how a missing field looks.
struct Fields {
    shapes: Shapes,
    /// Picks how the next missing field looks: differently by field and customer, but the same every time.
    turn: usize,
    members: Map<String, Value>,
}

impl Fields {
    fn of(customer: &Customer, shapes: Shapes) -> Self {
        // Any number will do; a last digit always fits.
        let turn = usize::try_from(customer.customer_number % 10).unwrap_or_default();
        Self { shapes, turn, members: Map::new() }
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
        let look = match self.shapes {
            Shapes::Upstream => missing[self.turn % missing.len()].clone(),
            Shapes::Documented => None,
        };
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
    use mediaconnect_codegen::{Contract, json_schema};

    use super::*;

    const SHAPES: [Shapes; 2] = [Shapes::Upstream, Shapes::Documented];

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
        assert_eq!(info(ola, Shapes::Documented), expected);
        expected["attachedUsers"] = expected["attachedUsers"][0].clone();
        assert_eq!(info(ola, Shapes::Upstream), expected);

        let mut expected = examples["CustomerSearchResponse"]["value"]["customers"][0].clone();
        assert_eq!(found(ola, Shapes::Documented), expected);
        expected["postalCode"] = json!(179);
        assert_eq!(found(ola, Shapes::Upstream), expected);
    }

    #[test]
    fn every_customer_has_answers_of_its_own_in_both_shapes() {
        let customers = customers();
        for shapes in SHAPES {
            for write in [info, found] {
                let answers: HashSet<_> =
                    customers.iter().map(|customer| write(customer, shapes).to_string()).collect();
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
                let answer = write(&customer, Shapes::Documented);
                let violations: Vec<_> = validator.iter_errors(&answer).map(|e| e.to_string()).collect();
                assert!(violations.is_empty(), "{}: {violations:?}", customer.customer_number);
            }
        }
    }

    #[test]
    fn upstream_writes_a_numeric_postal_code_as_a_number() {
        let with_code = |code| customer(json!({ "customerNumber": 1, "address": { "postalCode": code } }));
        assert_eq!(found(&with_code("0015"), Shapes::Upstream)["postalCode"], json!(15));
        assert_eq!(found(&with_code("114 24"), Shapes::Upstream)["postalCode"], json!("114 24"));
        assert_eq!(found(&with_code("0015"), Shapes::Documented)["postalCode"], json!("0015"));
    }

    #[test]
    fn upstream_writes_one_user_as_an_object_and_one_email_as_a_text() {
        let user = |id: &str| json!({ "uniqueId": id });
        let one = customer(
            json!({ "customerNumber": 1, "attachedUsers": [user("a")], "emails": ["a@example.com"] }),
        );
        assert_eq!(info(&one, Shapes::Upstream)["attachedUsers"], user("a"));
        assert_eq!(info(&one, Shapes::Documented)["attachedUsers"], json!([user("a")]));
        assert_eq!(found(&one, Shapes::Upstream)["emails"], json!({ "email": "a@example.com" }));
        assert_eq!(found(&one, Shapes::Documented)["emails"], json!({ "email": ["a@example.com"] }));

        let two = customer(json!({ "customerNumber": 1, "attachedUsers": [user("a"), user("b")] }));
        assert_eq!(info(&two, Shapes::Upstream)["attachedUsers"], json!([user("a"), user("b")]));
    }

    #[test]
    fn a_missing_field_is_absent_null_or_empty_upstream_and_absent_by_the_documentation() {
        let looks: HashSet<Option<Value>> = (1..=9)
            .map(|number| customer(json!({ "customerNumber": number })))
            .map(|nobody| info(&nobody, Shapes::Upstream).get("invoiceEmailAddress").cloned())
            .collect();
        assert_eq!(looks, HashSet::from([None, Some(Value::Null), Some(json!(""))]));

        let nobody = customer(json!({ "customerNumber": 1 }));
        assert_eq!(info(&nobody, Shapes::Documented), json!({ "customerNumber": 1 }));
        assert_eq!(found(&nobody, Shapes::Documented), json!({ "customerNumber": 1 }));
    }
}
