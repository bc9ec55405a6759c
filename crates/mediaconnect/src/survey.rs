//! Checks the size and the keys of JSON before it is decoded into a type of the service.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::decode_error::DecodeError;
use crate::json::{Names, Step, path_of};

/// The maximum estimated memory of a document as a [`Value`], in bytes. It is 28 times the size limit of a response
/// body. The `Value` of a customer needs about 20 times the size of its JSON, because each map allocates room for
/// eleven members.
const MAX_TREE: usize = 224 * 1024 * 1024;

/// The estimated bytes of an empty string, including the allocator's overhead.
const TEXT: usize = 32;
/// The estimated bytes of a member of an object, including the allocator's overhead but not the member's strings.
const MEMBER: usize = 128;
/// The estimated bytes of an object with few members.
const OBJECT: usize = 640;

/// Returns an error if a document would need too much memory. Otherwise, returns the path of the first key that occurs
/// twice in its object, if there is one.
///
/// Malformed JSON causes no error here, because the decoder reports it afterwards.
pub(crate) fn survey(body: &[u8]) -> Result<Option<Vec<Step<'static>>>, DecodeError> {
    let mut survey = Survey { left: MAX_TREE, steps: Vec::new(), repeated: None, problem: None };
    let _ = survey.deserialize(&mut serde_json::Deserializer::from_slice(body));
    survey.problem.map_or(Ok(survey.repeated), Err)
}

struct Survey {
    left: usize,
    steps: Vec<Step<'static>>,
    repeated: Option<Vec<Step<'static>>>,
    problem: Option<DecodeError>,
}

impl Survey {
    fn take<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        let Some(left) = self.left.checked_sub(bytes) else {
            self.problem = Some(DecodeError::TooMany { path: path_of(&self.steps, &Names::new()) });
            return Err(E::custom("refused"));
        };
        self.left = left;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Survey {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Survey {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.take(OBJECT)?;
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            self.take(MEMBER + TEXT + name.len())?;
            self.steps.push(Step::Field(name.clone().into()));
            if !names.insert(name) && self.repeated.is_none() {
                self.repeated = Some(self.steps.clone());
            }
            members.next_value_seed(&mut *self)?;
            self.steps.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            // A list of `n` items allocates room for at most `2 * n` items, or for four if that is more. The estimate
            // is the size of `2 * n + 4` items: two in each of the `n + 1` iterations, and two after the loop.
            self.take(2 * size_of::<Value>())?;
            self.steps.push(Step::Item(index));
            if items.next_element_seed(&mut *self)?.is_none() {
                self.steps.pop();
                break;
            }
            self.steps.pop();
        }
        self.take(2 * size_of::<Value>())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.take(TEXT + text.len())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::repeated_at;

    fn problem(body: &str) -> Option<String> {
        match survey(body.as_bytes()) {
            Ok(repeated) => repeated.map(|steps| repeated_at(&steps, &Names::new()).to_string()),
            Err(problem) => Some(problem.to_string()),
        }
    }

    #[test]
    fn what_fits_or_is_no_json_passes() {
        for body in
            ["null", "{}", r#"{"a": [1, -1, 1.5, true, null, "b"], "b": {"a": 1}}"#, "", "<html>", "[1,"]
        {
            assert_eq!(problem(body), None, "{body}");
        }
    }

    #[test]
    fn an_object_with_a_key_twice_is_refused_and_a_key_that_nobody_knows_not_told() {
        let twice = r#"{"customers": [{"a": 1}, {"a": {"customerNumber": 1, "customerNumber": 2}}]}"#;
        assert_eq!(problem(twice).unwrap(), "unexpected second value at customers[1].?.customerNumber");
        assert_eq!(problem(r#"{"kari": 1, "kari": 2}"#).unwrap(), "unexpected second value at ?");
    }

    #[test]
    fn a_customer_a_line_fits_up_to_the_largest_body() {
        let customer = r#"{"customerNumber":563457,"name":{"firstName":"Ola","lastName":"Nordmann"},"emails":["ola.nordmann@example.com"],"phoneNumbers":[{"phoneNumber":"+4712345678","phoneNumberType":"mobile"}]}"#;
        let count = 8 * 1024 * 1024 / (customer.len() + 1);
        assert_eq!(problem(&format!("[{}]", vec![customer; count].join(","))), None);
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        for element in ["{}", "[]", "0", r#"{"":0}"#] {
            let count = 8 * 1024 * 1024 / (element.len() + 1) - 1;
            let body = format!(r#"{{"emails":[{}]}}"#, vec![element; count].join(","));
            let problem = problem(&body).unwrap_or_else(|| panic!("{element} is let through"));
            assert!(problem.contains("emails"), "{problem}");
        }
    }
}
