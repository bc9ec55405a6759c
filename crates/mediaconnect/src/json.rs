//! Reading JSON that somebody else wrote: within bounds of memory, and with a path to what does not fit.

use std::borrow::Cow;
use std::fmt;

use mediaconnect_api::types::WIRE_NAMES;
use mediaconnect_api::wire::bounds;
use mediaconnect_api::wire::lenient::REPEATED;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_path_to_error::Segment;

use crate::unreadable::Unreadable;

/// How many bytes the lists of a model may take: eight times the largest body.
const MAX_LISTS: usize = 64 * 1024 * 1024;

/// Fields that have a name in errors beside those of the contract.
const TOKEN_FIELDS: [&str; 4] = ["access_token", "token_type", "expires_in", "refresh_token"];

/// Reads a model.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    // One look at all bytes is cheaper than one at each text. Texts that nobody reads may be anything.
    within_bounds(|| match str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    })
}

/// Keeps the lists of what is read within [`MAX_LISTS`].
pub(crate) fn within_bounds<T>(read: impl FnOnce() -> T) -> T {
    bounds::within(MAX_LISTS, read)
}

/// Reads once more to find what does not fit.
pub(crate) fn locate<T: DeserializeOwned>(body: &[u8]) -> Unreadable {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let Err(error) = within_bounds(|| serde_path_to_error::deserialize::<_, T>(&mut deserializer)) else {
        return Unreadable::NotJson;
    };
    let steps = error.path().iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Map { key } => Some(Step::Field(key.as_str().into())),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    let mut steps: Vec<Step<'_>> = steps.collect();
    // Only what this project or serde's derive wrote is recognised, and nothing of it is passed on.
    let message = error.inner().to_string();
    if message.starts_with(bounds::TOO_MANY) {
        return Unreadable::TooMany { path: path_of(&steps) };
    }
    let repeated = message.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next());
    if let Some(field) = repeated {
        steps.push(Step::Field(field.into()));
    }
    if repeated.is_some() || message.starts_with(REPEATED) {
        return repeated_at(&steps);
    }
    Unreadable::Field { path: path_of(&steps), found: kind_at(body, &steps) }
}

/// The error of a field that is there twice.
pub(crate) fn repeated_at(steps: &[Step<'_>]) -> Unreadable {
    Unreadable::Field { path: path_of(steps), found: "second value" }
}

/// A step of the way to a value.
pub(crate) enum Step<'a> {
    Item(usize),
    Field(Cow<'a, str>),
}

/// The way to a value as people write it. A name that nobody knows may be anything, also somebody's own.
pub(crate) fn path_of(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Item(index) => path.extend(["[", &index.to_string(), "]"]),
            Step::Field(name) => {
                let is_known = WIRE_NAMES.contains(&name.as_ref()) || TOKEN_FIELDS.contains(&name.as_ref());
                path.extend([if path.is_empty() { "" } else { "." }, if is_known { name } else { "?" }]);
            }
        }
    }
    if path.is_empty() { TOP.to_owned() } else { path }
}

/// What the path of the whole document is called.
pub(crate) const TOP: &str = "the top";

/// The kind of the value at the end of a way. The document is read past, not into memory.
fn kind_at(body: &[u8], steps: &[Step<'_>]) -> &'static str {
    let mut kind = "value";
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    // Whether the document has an end does not matter any more.
    let _ = KindAt { steps, kind: &mut kind }.deserialize(&mut deserializer);
    kind
}

struct KindAt<'a> {
    steps: &'a [Step<'a>],
    kind: &'a mut &'static str,
}

impl KindAt<'_> {
    fn found(self, kind: &'static str) {
        if self.steps.is_empty() {
            *self.kind = kind;
        }
    }
}

impl<'de> DeserializeSeed<'de> for KindAt<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KindAt<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (next, rest) = match self.steps.split_first() {
            Some((Step::Field(next), rest)) => (Some(next), rest),
            _ => (None, self.steps),
        };
        while let Some(name) = members.next_key::<String>()? {
            if next.is_some_and(|next| *next == name) {
                members.next_value_seed(KindAt { steps: rest, kind: &mut *self.kind })?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        self.found("object");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let Some((Step::Item(next), rest)) = self.steps.split_first() {
            for _ in 0..*next {
                items.next_element::<IgnoredAny>()?;
            }
            items.next_element_seed(KindAt { steps: rest, kind: &mut *self.kind })?;
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.found("list");
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.found(if text.is_empty() { "empty text" } else { "text" });
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.found("boolean");
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.found("number");
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.found("number");
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.found("number");
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.found("null");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mediaconnect_api::types::{CustomerInfo, CustomerSearchResponse};

    use super::*;

    /// What is said of a customer or of the result of a search.
    fn problem(body: &str) -> String {
        let is_search = body.contains("customers");
        let problem = if is_search {
            locate::<CustomerSearchResponse>(body.as_bytes())
        } else {
            locate::<CustomerInfo>(body.as_bytes())
        };
        problem.to_string()
    }

    #[test]
    fn a_number_that_would_change_is_refused_with_its_field() {
        for (body, expected) in [
            (r#"{"customerNumber": 9007199254740993.5}"#, "unexpected number at customerNumber"),
            (r#"{"customerNumber": 123456789012345678901234}"#, "unexpected number at customerNumber"),
            (
                r#"{"customers": [{}, {"customerNumber": 1e30}]}"#,
                "unexpected number at customers[1].customerNumber",
            ),
            (r#"{"emails": 123456789012345678901234}"#, "unexpected number at emails"),
        ] {
            assert_eq!(problem(body), expected, "{body}");
        }
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused_with_its_path() {
        for (body, path) in [
            (r#"{"customerNumber": 1, "customerNumber": 1}"#, "customerNumber"),
            (r#"{"customerNumber": null, "customerNumber": 1}"#, "customerNumber"),
            (r#"{"emails": [], "emails": ["a"]}"#, "emails"),
            (r#"{"name": {"lastName": "a", "lastName": "b"}}"#, "name.lastName"),
            (r#"{"customers": [{}, {"postalCode": 1, "postalCode": 1}]}"#, "customers[1].postalCode"),
            (r#"{"customers": {"emails": {"email": "a", "email": "b"}}}"#, "customers.emails"),
        ] {
            assert_eq!(problem(body), format!("unexpected second value at {path}"), "{body}");
        }
    }

    #[test]
    fn the_kind_of_a_value_is_found_without_the_rest() {
        for (value, kind) in [
            ("[1]", "list"),
            ("{\"a\": [{}]}", "object"),
            ("\"\"", "empty text"),
            ("\"a\"", "text"),
            ("-1", "number"),
            ("1", "number"),
            ("1.5", "number"),
            ("true", "boolean"),
            ("null", "null"),
        ] {
            let body = format!(r#"{{"x": [0, {{"y": {value}, "z": 1}}, []], "x2": "#);
            let steps = [Step::Field("x".into()), Step::Item(1), Step::Field("y".into())];
            assert_eq!(kind_at(body.as_bytes(), &steps), kind, "{value}");
        }
        assert_eq!(kind_at(b"{}", &[Step::Field("x".into())]), "value");
        assert_eq!(kind_at(b"1", &[Step::Item(0)]), "value");
    }

    #[test]
    fn more_elements_than_may_be_read_are_named_as_such() {
        let customers = |count: usize| format!(r#"{{"customers":[{}]}}"#, vec!["{}"; count].join(","));
        let found = read::<CustomerSearchResponse>(customers(500).as_bytes()).unwrap();
        assert_eq!(found.customers.len(), 500);
        assert!(problem(&customers(501)).ends_with(" at customers"), "{}", problem(&customers(501)));
    }

    #[test]
    fn lists_in_lists_share_the_memory_that_they_may_take() {
        let credentials = vec!["{}"; 90_000].join(",");
        let user = format!(r#"{{"credentials":[{credentials}]}}"#);
        let body = format!(r#"{{"attachedUsers":[{}]}}"#, vec![user.as_str(); 20].join(","));
        assert!(read::<CustomerInfo>(body.as_bytes()).is_err());
        let Unreadable::TooMany { path } = locate::<CustomerInfo>(body.as_bytes()) else { panic!("refused") };
        assert!(path.starts_with("attachedUsers[") && path.ends_with("].credentials"), "{path}");
    }
}
