//! Finds the sunsets of deprecated items.

use std::fmt;

use jiff::civil::Date;

use crate::contract::{Contract, Location};
use crate::outline::{Field, Outline};

/// Reports begin this many days before a sunset. This is upstream's period of notice: upstream removes an endpoint 180
/// days after it deprecates the endpoint.
pub const NOTICE_DAYS: i32 = 180;

/// A deprecated item with a sunset that is near or past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sunset {
    /// The file.
    pub file: String,
    /// The line in the file, counted from 1.
    pub line: usize,
    /// The JSON pointer into the file.
    pub pointer: String,
    /// A short description of the item, such as `field old of Thing`.
    pub what: String,
    /// The last day on which the item works.
    pub day: Date,
    /// The days until the sunset. Negative if the sunset is past.
    pub days_left: i32,
}

/// Returns the sunsets that are near or past, earliest first. Ignores invalid dates, which the lint reports.
#[must_use]
pub fn sunsets(contract: &Contract, outline: &Outline, today: Date) -> Vec<Sunset> {
    let mut all = Vec::new();
    let mut note = |what: String, pointer: &str, day: Option<&String>| {
        let Some(day) = day.and_then(|day| day.parse::<Date>().ok()) else { return };
        let days_left = (day - today).get_days();
        let Location { file, line, pointer } = contract.location(pointer);
        let is_known = |known: &Sunset| known.pointer == pointer && known.file == file.name();
        if days_left <= NOTICE_DAYS && !all.iter().any(is_known) {
            all.push(Sunset { file: file.name().to_owned(), line, pointer, what, day, days_left });
        }
    };
    let sunset = |field: &'_ Field| field.deprecation.sunset.clone().filter(|_| field.deprecated);
    for operation in &outline.operations {
        let day = operation.deprecation.sunset.as_ref().filter(|_| operation.deprecated);
        note(format!("operation {}", operation.id), &operation.pointer, day);
        for parameter in &operation.parameters {
            let what = format!("parameter {} of {}", parameter.field.wire_name, operation.id);
            note(what, &parameter.field.pointer, sunset(&parameter.field).as_ref());
        }
        for response in &operation.responses {
            for header in &response.headers {
                note(format!("header {}", header.wire_name), &header.pointer, sunset(header).as_ref());
            }
        }
    }
    for model in &outline.models {
        for field in &model.fields {
            let what = format!("field {} of {}", field.wire_name, model.name);
            note(what, &field.pointer, sunset(field).as_ref());
        }
    }
    all.sort_by_key(|sunset| sunset.day);
    all
}

impl Sunset {
    /// Returns true if the sunset is past.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.days_left < 0
    }
}

impl fmt::Display for Sunset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [sunset] {}: ", self.file, self.line, self.what)?;
        match self.days_left {
            ..0 => write!(
                f,
                "upstream has removed it; its last day was {}\n  at {}\n  help: remove it from the contract and the client",
                self.day, self.pointer,
            ),
            0 => write!(f, "the last day before the removal is today, {}", self.day),
            1 => write!(f, "the last day before the removal is tomorrow, {}", self.day),
            days => write!(f, "the last day before the removal is {}, in {days} days", self.day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = "\
paths:
  /v1/a:
    get:
      operationId: readA
      deprecated: true
      x-sunset: '2027-06-30'
      parameters:
        - {name: q, in: query, deprecated: true, x-sunset: '2027-03-01', schema: {type: string}}
        - {name: r, in: query, x-sunset: '2027-03-01', schema: {type: string}}
components:
  schemas:
    Thing:
      type: object
      properties:
        old: {type: string, deprecated: true, x-sunset: '2027-01-01'}
        kind: {$ref: '#/components/schemas/Kind'}
        odd: {type: string, deprecated: true, x-sunset: soon}
    Kind: {type: string, deprecated: true, x-sunset: '2027-02-01'}
";

    fn on(day: &str) -> Vec<String> {
        let contract = Contract::parse("connect.yaml", CONTRACT).unwrap();
        let found = sunsets(&contract, &Outline::of(&contract), day.parse().unwrap());
        found.iter().map(|sunset| format!("{} {}", sunset.what, sunset.days_left)).collect()
    }

    #[test]
    fn a_sunset_is_reported_from_180_days_before_it() {
        assert_eq!(on("2026-07-01"), Vec::<String>::new());
        assert_eq!(on("2026-07-05"), ["field old of Thing 180"]);
        let all = [
            "field old of Thing 0",
            "field kind of Thing 31",
            "parameter q of readA 59",
            "operation readA 180",
        ];
        assert_eq!(on("2027-01-01"), all);
    }

    #[test]
    fn a_past_sunset_is_reported_until_the_item_is_removed() {
        assert_eq!(on("2028-01-01")[0], "field old of Thing -365");
    }

    #[test]
    fn a_warning_has_file_line_and_help() {
        let contract = Contract::parse("connect.yaml", CONTRACT).unwrap();
        let found =
            |day: &str| sunsets(&contract, &Outline::of(&contract), day.parse().unwrap())[0].to_string();
        let last = "connect.yaml:15: [sunset] field old of Thing: the last day before the removal is today, 2027-01-01";
        assert_eq!(found("2027-01-01"), last);
        let past = found("2027-01-02");
        assert!(past.contains("at /components/schemas/Thing/properties/old\n  help: remove it"), "{past}");
    }
}
