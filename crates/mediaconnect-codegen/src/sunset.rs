//! How near the end of what upstream has deprecated is.

use std::fmt;

use jiff::civil::Date;

use crate::contract::Contract;
use crate::outline::{Field, Outline};

/// So many days before a sunset it is told: upstream removes a deprecated endpoint after as many.
pub const NOTICE_DAYS: i32 = 180;

/// Something deprecated whose sunset is near, or past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sunset {
    /// The file.
    pub file: String,
    /// The line in it.
    pub line: usize,
    /// JSON pointer into the contract.
    pub pointer: String,
    /// What it is, in words.
    pub what: String,
    /// The day on which upstream removes it.
    pub day: Date,
    /// Days from today until then; below zero when it is past.
    pub days_left: i32,
}

/// The sunsets of a contract that are near or past, the first one first. Days that are none are the lint's.
#[must_use]
pub fn sunsets(contract: &Contract, outline: &Outline, today: Date) -> Vec<Sunset> {
    let mut all = Vec::new();
    let mut note = |what: String, pointer: &str, day: Option<&String>| {
        let Some(day) = day.and_then(|day| day.parse::<Date>().ok()) else { return };
        let days_left = (day - today).get_days();
        if days_left <= NOTICE_DAYS && all.iter().all(|known: &Sunset| known.pointer != pointer) {
            all.push(Sunset {
                file: contract.name().to_owned(),
                line: contract.line(pointer),
                pointer: pointer.to_owned(),
                what,
                day,
                days_left,
            });
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
    /// Whether upstream has removed it.
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
                "upstream has removed it on {}\n  at     {}\n  remedy remove it from the contract and the client",
                self.day, self.pointer,
            ),
            0 => write!(f, "upstream removes it today, {}", self.day),
            1 => write!(f, "upstream removes it tomorrow, {}", self.day),
            days => write!(f, "upstream removes it in {days} days, on {}", self.day),
        }
    }
}
