//! Finds the keys on the path to a value whose position is known.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Step;
use super::follow::Number;

/// Returns the steps to the value at the position `numbers`, and the kind of this value. All other values are skipped
/// and not stored.
pub(super) fn walk(body: &[u8], numbers: &[Number]) -> (Vec<Step<'static>>, &'static str) {
    let (mut steps, mut kind) = (Vec::new(), "value");
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    // Errors are ignored. If the document is truncated after the value, the steps and the kind are already known.
    let _ = Walk { numbers, steps: &mut steps, kind: &mut kind }.deserialize(&mut deserializer);
    (steps, kind)
}

struct Walk<'a> {
    numbers: &'a [Number],
    steps: &'a mut Vec<Step<'static>>,
    kind: &'a mut &'static str,
}

impl Walk<'_> {
    fn found(self, kind: &'static str) {
        if self.numbers.is_empty() {
            *self.kind = kind;
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (next, numbers) = match self.numbers.split_first() {
            Some((Number::Member(next), numbers)) => (Some(*next), numbers),
            _ => (None, self.numbers),
        };
        let mut number = 0;
        while let Some(name) = members.next_key::<String>()? {
            if next == Some(number) {
                self.steps.push(Step::Field(name.into()));
                let there = Walk { numbers, steps: &mut *self.steps, kind: &mut *self.kind };
                members.next_value_seed(there)?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
            number += 1;
        }
        self.found("object");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let Some((Number::Item(next), numbers)) = self.numbers.split_first() {
            for _ in 0..*next {
                items.next_element::<IgnoredAny>()?;
            }
            self.steps.push(Step::Item(*next));
            items.next_element_seed(Walk { numbers, steps: &mut *self.steps, kind: &mut *self.kind })?;
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
    use super::*;

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
            let numbers = [Number::Member(0), Number::Item(1), Number::Member(0)];
            let (steps, found) = walk(body.as_bytes(), &numbers);
            assert_eq!((steps.len(), found), (3, kind), "{value}");
        }
        assert_eq!(walk(b"{}", &[Number::Member(0)]).1, "value");
        assert_eq!(walk(b"1", &[Number::Item(0)]).1, "value");
    }
}
