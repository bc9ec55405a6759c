//! Applies quirks to the body of a response.

use mediaconnect_contract::outline::{Field, Kind, Outline, Schema};
use serde_json::{Map, Value, json};

use crate::quirks::{Quirk, Quirks};

/// The lists without a wrapper object to which [`Quirk::BareSingles`] applies. In upstream's examples, their only
/// element is bare.
const SEEN_BARE: [&str; 3] = ["attachedUsers", "childEvents", "deliveryStops"];

/// Applies quirks to values. Without quirks, values stay as documented.
pub(crate) struct Shape<'a> {
    pub(crate) outline: &'a Outline,
    pub(crate) quirks: Quirks,
    /// The paths of fields that must keep their values, because the client compares these values with its request.
    /// Quirks may still change the JSON type of the values. A path consists of names joined by dots.
    pub(crate) kept: Vec<String>,
}

impl Shape<'_> {
    pub(crate) fn of(&self, schema: &Schema, value: Value) -> Value {
        self.value(schema, value, "", 0)
    }

    /// Applies quirks to a value. `at` is the path of the value, as names joined by dots. `seed` selects one of several
    /// forms.
    fn value(&self, schema: &Schema, value: Value, at: &str, seed: u64) -> Value {
        match (&schema.kind, value) {
            (_, Value::Null) => Value::Null,
            (Kind::List { items, wrapper }, value) => self.list(items, wrapper.as_deref(), value, at, seed),
            (Kind::Object(_), Value::Object(members)) => self.object(schema, members, at, seed),
            (Kind::Text, Value::String(text)) => self.text(schema, &text, at),
            (Kind::Integer | Kind::Number | Kind::Boolean, value) if self.has(Quirk::TextualNumbers) => {
                json!(value.to_string().trim_matches('"'))
            }
            (_, value) => value,
        }
    }

    fn object(&self, schema: &Schema, mut members: Map<String, Value>, at: &str, seed: u64) -> Value {
        let fields = self.outline.fields(schema);
        let seed = fields.iter().find_map(|field| members.get(&field.wire_name)?.as_u64()).unwrap_or(seed);
        let mut shaped = Map::new();
        for (field, look) in fields.iter().zip(seed..) {
            let name = &field.wire_name;
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            let member = members.remove(name).map(|member| self.value(&field.schema, member, &at, seed));
            if let Some(member) = member.or_else(|| self.missing(field, look)) {
                shaped.insert(name.clone(), member);
            }
        }
        // Fields that are not in the schema stay unchanged.
        shaped.extend(members);
        // An object without documented fields accepts any field, so no field of it counts as undocumented.
        if !fields.is_empty() {
            self.add_unknown_field(&mut shaped);
        }
        Value::Object(shaped)
    }

    /// Returns the form of a field without a value: null, empty, or `None` if the field is omitted.
    fn missing(&self, field: &Field, look: u64) -> Option<Value> {
        let mut looks = vec![None, Some(Value::Null)];
        match field.schema.kind {
            Kind::Text => looks.push(Some(json!(""))),
            Kind::List { .. } => looks.push(Some(json!([]))),
            _ => {}
        }
        let look = usize::try_from(look).unwrap_or_default() % looks.len();
        looks.swap_remove(look).filter(|_| self.has(Quirk::EmptyFields) && !field.required)
    }

    fn list(&self, items: &Schema, wrapper: Option<&str>, value: Value, at: &str, seed: u64) -> Value {
        let list = match (wrapper, value) {
            (Some(member), Value::Object(mut members)) => members.remove(member).unwrap_or_default(),
            (_, value) => value,
        };
        let mut list = match list {
            Value::Array(list) => list,
            Value::Null => Vec::new(),
            one => vec![one],
        };
        list = list.into_iter().map(|item| self.value(items, item, at, seed)).collect();
        let is_seen_bare = wrapper.is_some() || SEEN_BARE.contains(&name(at));
        let is_bare = self.has(Quirk::AnySingles) || self.has(Quirk::BareSingles) && is_seen_bare;
        let list = match list.len() {
            // A response that is itself a list has an empty path. It stays a list, because upstream has not been seen
            // to replace it with a bare element.
            1 if is_bare && !at.is_empty() => list.swap_remove(0),
            _ => Value::Array(list),
        };
        match wrapper {
            Some(member) if !self.has(Quirk::AnyEmails) || !seed.is_multiple_of(2) => {
                let mut members = Map::from_iter([(member.to_owned(), list)]);
                self.add_unknown_field(&mut members);
                Value::Object(members)
            }
            _ => list,
        }
    }

    fn text(&self, schema: &Schema, text: &str, at: &str) -> Value {
        let Schema { values, limits, format, .. } = schema;
        let is_kept = self.kept.iter().any(|kept| kept == at);
        let is_free = values.is_empty() && format.is_none() && limits.pattern.is_none();
        let longest = limits.max_length.and_then(|longest| usize::try_from(longest).ok());
        if self.has(Quirk::UnknownValues) && !values.is_empty() && !is_kept {
            return json!("X_UNDOCUMENTED");
        }
        if let Some(longest) = longest
            && self.has(Quirk::LongTexts)
            && is_free
            && !is_kept
            && !text.is_empty()
        {
            return json!(text.repeat(longest / text.chars().count() + 1));
        }
        let number = text.parse::<u64>().ok().filter(|_| !text.starts_with('+'));
        let is_lossless = number.is_some_and(|number| number.to_string() == text);
        let is_number = self.has(Quirk::NumericPostalCodes) && name(at) == "postalCode"
            || self.has(Quirk::NumericTexts) && is_lossless;
        number.filter(|_| is_number).map_or_else(|| json!(text), Value::from)
    }

    fn add_unknown_field(&self, members: &mut Map<String, Value>) {
        if self.has(Quirk::UnknownFields) {
            members.insert("undocumentedField".to_owned(), json!(["x"]));
        }
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.quirks.has(quirk)
    }
}

fn name(at: &str) -> &str {
    at.rsplit('.').next().unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use mediaconnect_contract::Contract;

    use super::*;
    use crate::contract::Operations;
    use crate::customer::Customer;

    fn shaped(operation: &str, quirks: Quirks, value: Value) -> Value {
        let operations = Operations::of_the_contract();
        let body = operations.get(operation).unwrap().success().unwrap().body.as_ref().unwrap();
        Shape { outline: &operations.outline, quirks, kept: Vec::new() }.of(&body.schema, value)
    }

    fn info(customer: &Customer, quirks: impl Into<Quirks>) -> Value {
        shaped("getCustomerInfo", quirks.into(), customer.record().info())
    }

    fn found(customer: &Customer, quirks: impl Into<Quirks>) -> Value {
        let found = json!({ "customers": [customer.record().search_result()] });
        shaped("searchCustomers", quirks.into(), found)["customers"][0].clone()
    }

    fn customer(json: Value) -> Customer {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn without_quirks_an_example_is_unchanged_but_not_with_upstreams_quirks() {
        let operations = Operations::of_the_contract();
        let examples = &operations.contract.document()["components"]["examples"];

        let mut expected = examples["CustomerInfo"]["value"].clone();
        assert_eq!(shaped("getCustomerInfo", Quirks::none(), expected.clone()), expected);
        let odd = shaped("getCustomerInfo", Quirks::upstream(), expected.clone());
        expected["attachedUsers"] = expected["attachedUsers"][0].clone();
        assert_eq!(odd, expected);

        let mut expected = examples["CustomerSearchResponse"]["value"].clone();
        assert_eq!(shaped("searchCustomers", Quirks::none(), expected.clone()), expected);
        let odd = shaped("searchCustomers", Quirks::upstream(), expected.clone());
        expected["customers"][0]["postalCode"] = json!(179);
        assert_eq!(odd, expected);
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
            json!({ "customerNumber": 4, "attachedUsers": [user("a")], "emails": ["a@example.com"] }),
        );
        assert_eq!(info(&one, Quirk::BareSingles)["attachedUsers"], user("a"));
        assert_eq!(info(&one, Quirk::BareSingles)["emails"], json!(["a@example.com"]));
        assert_eq!(info(&one, Quirk::AnySingles)["emails"], json!("a@example.com"));
        assert_eq!(info(&one, Quirks::none())["attachedUsers"], json!([user("a")]));
        assert_eq!(found(&one, Quirks::upstream())["emails"], json!({ "email": "a@example.com" }));
        assert_eq!(found(&one, Quirks::none())["emails"], json!({ "email": ["a@example.com"] }));

        let two = customer(json!({ "customerNumber": 1, "attachedUsers": [user("a"), user("b")] }));
        assert_eq!(info(&two, Quirk::BareSingles)["attachedUsers"], json!([user("a"), user("b")]));
    }

    #[test]
    fn upstream_writes_one_delivery_stop_and_one_child_event_as_an_object() {
        for (operation, list) in
            [("registerDeliveryStop", "deliveryStops"), ("registerConsentEvent", "childEvents")]
        {
            let one = || json!({ list: [{ "product": "AVIS" }] });
            let bare = shaped(operation, Quirk::BareSingles.into(), one());
            assert_eq!(bare, json!({ list: { "product": "AVIS" } }), "{operation}");
            assert_eq!(shaped(operation, Quirks::none(), one()), one(), "{operation}");
        }
    }

    #[test]
    fn each_quirk_that_is_not_upstreams_shows_by_itself() {
        let kari = Customer::new(2).name("Kari", "Nordmann").phone("+4712000100").user("7");
        let kari = kari.email("kari@example.com");
        let info = |quirk: Quirk| info(&kari, quirk);
        assert_eq!(info(Quirk::UnknownValues)["phoneNumbers"][0]["phoneNumberType"], "X_UNDOCUMENTED");
        assert_eq!(info(Quirk::UnknownFields)["attachedUsers"][0]["undocumentedField"], json!(["x"]));
        let name = info(Quirk::LongTexts)["name"]["lastName"].as_str().unwrap().to_owned();
        assert!(name.len() > 30 && name.starts_with("NordmannNordmann"), "{name}");
        assert_eq!(info(Quirk::TextualNumbers)["customerNumber"], json!("2"));
        assert_eq!(found(&kari, Quirk::TextualNumbers)["phoneNumbers"][0]["isMobile"], json!("true"));
        assert_eq!(info(Quirk::NumericTexts)["attachedUsers"][0]["uniqueId"], json!(7));
        assert_eq!(found(&kari, Quirk::AnyEmails)["emails"], json!(["kari@example.com"]));
        let both = Quirks::from(Quirk::AnyEmails).with(Quirk::BareSingles);
        assert_eq!(found(&kari, both)["emails"], json!("kari@example.com"));
    }

    #[test]
    fn fields_that_the_client_compares_keep_their_values() {
        let operations = Operations::of_the_contract();
        let schema = operations.get("getCustomerInfo").unwrap().success().unwrap().body.as_ref().unwrap();
        let kept = vec!["name.lastName".to_owned()];
        let shape = Shape { outline: &operations.outline, quirks: Quirks::all(), kept };
        let value = json!({ "name": { "firstName": "Kari", "lastName": "Nordmann" } });
        let shaped = shape.of(&schema.schema, value);
        assert_eq!(shaped["name"]["lastName"], json!("Nordmann"));
        assert_ne!(shaped["name"]["firstName"], json!("Kari"));
    }

    #[test]
    fn a_required_field_is_never_empty_and_a_whole_response_never_bare() {
        let schema =
            "{type: array, items: {type: object, required: [name], properties: {name: {type: string}}}}";
        let yaml = format!(
            "paths: {{/a: {{get: {{operationId: a, responses: {{'200': {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}"
        );
        let operations = Operations::of(Contract::parse("c.yaml", &yaml).unwrap());
        let body = operations.get("a").unwrap().success().unwrap().body.as_ref().unwrap();
        let quirks = Quirks::from(Quirk::EmptyFields).with(Quirk::AnySingles);
        let shape = Shape { outline: &operations.outline, quirks, kept: Vec::new() };
        for seed in 0..6 {
            let shaped = shape.value(&body.schema, json!([{}]), "", seed);
            assert_eq!(shaped, json!([{}]), "{seed}");
        }
    }

    #[test]
    fn a_missing_field_is_absent_null_or_empty_upstream_and_absent_by_the_documentation() {
        let looks: HashSet<Option<Value>> = (1..=9)
            .map(|number| {
                info(&Customer::new(number), Quirks::upstream()).get("invoiceEmailAddress").cloned()
            })
            .collect();
        assert_eq!(looks, HashSet::from([None, Some(Value::Null), Some(json!(""))]));

        let nobody = Customer::new(1);
        assert_eq!(info(&nobody, Quirks::none()), json!({ "customerNumber": 1 }));
        assert_eq!(found(&nobody, Quirks::none()), json!({ "customerNumber": 1 }));
    }
}
