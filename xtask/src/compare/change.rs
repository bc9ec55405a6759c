//! A change, what it is judged by, and the report of all of them.

use std::fmt;

use serde_json::{Value, json};

/// How bad a change is, for the side of the wire that it concerns. The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Somebody must change a program.
    Breaking,
    /// Programs go on as they are.
    Compatible,
    /// Only what people read changed.
    Documentation,
}

/// Which way a value goes, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// In a request.
    Sent,
    /// In an answer.
    Received,
}

/// Whom a change affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Affected {
    /// Programs that send requests.
    Senders,
    /// Programs that read answers.
    Readers,
    /// Programs that name the generated Rust item.
    RustCode,
}

/// What happens to a program that was written for the old crate and uses it, when it is built with the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It compiles and behaves as before.
    Unchanged,
    /// It compiles with a warning.
    Warning,
    /// It compiles, and behaves differently at run time.
    RunsDifferently,
    /// It does not compile.
    CompileError,
}

/// A rule of the comparison.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which stays the same from release to release.
    pub name: &'static str,
    /// The class of what it finds.
    pub class: Class,
    /// Whom it affects.
    pub affects: &'static [Affected],
    /// What a Rust program sees.
    pub effect: Effect,
    /// Why the class is what it is, and what to do.
    pub sentence: &'static str,
}

/// Where a change shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The operation id, if it is one operation's.
    pub operation: Option<String>,
    /// The part of the message: `path parameter customerNumber`, `body`, `200`, `200 header X-RateLimit-Reset`.
    pub part: Option<String>,
    /// Pointer into the value there, with `[]` for any item: `/customers/[]/emails/[]`. Empty is the value itself.
    pub pointer: String,
}

/// A change, with all places where it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What found it.
    pub rule: &'static Rule,
    /// Which way the value goes, if it is about a value.
    pub direction: Option<Direction>,
    /// Pointer into the contract: the new one, or the old one for what is gone.
    pub contract_pointer: String,
    /// Where it shows; a change of a shared schema shows in many places.
    pub places: Vec<Place>,
    /// What was.
    pub before: Option<String>,
    /// What is.
    pub after: Option<String>,
}

/// All changes between two contracts: breaking ones first, otherwise in the order of the contract.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Report {
    pub(super) fn of(mut changes: Vec<Change>) -> Self {
        changes.sort_by_key(|change| change.rule.class);
        Self { changes }
    }

    /// Returns whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The worst class, if anything changed.
    #[must_use]
    pub fn worst(&self) -> Option<Class> {
        self.changes.iter().map(|change| change.rule.class).min()
    }

    /// Returns what a program that uses everything would see.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.changes.iter().map(|change| change.rule.effect).max().unwrap_or(Effect::Unchanged)
    }

    /// Returns how many changes there are of a class.
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        self.changes.iter().filter(|change| change.rule.class == class).count()
    }

    /// The report as JSON: for programs, so its names stay.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "breaking": self.count(Class::Breaking),
            "compatible": self.count(Class::Compatible),
            "documentation": self.count(Class::Documentation),
            "program": self.effect().to_string(),
            "changes": self.changes.iter().map(Change::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Change {
    fn to_json(&self) -> Value {
        let places = self.places.iter().map(
            |place| json!({ "operation": place.operation, "part": place.part, "pointer": place.pointer }),
        );
        json!({
            "rule": self.rule.name,
            "class": self.rule.class.to_string(),
            "direction": self.direction.map(|direction| direction.to_string()),
            "affects": self.rule.affects.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "program": self.rule.effect.to_string(),
            "contractPointer": self.contract_pointer,
            "places": places.collect::<Vec<_>>(),
            "before": self.before,
            "after": self.after,
            "why": self.rule.sentence,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.operation.as_deref(), self.part.as_deref(), Some(self.pointer.as_str())];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        f.write_str(&parts.join(" "))
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::Documentation => "documentation",
        })
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sent => "sent",
            Self::Received => "received",
        })
    }
}

impl fmt::Display for Affected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Senders => "senders",
            Self::Readers => "readers",
            Self::RustCode => "Rust code",
        })
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "still compiles",
            Self::Warning => "compiles with a warning",
            Self::RunsDifferently => "behaves differently at run time",
            Self::CompileError => "compile error",
        })
    }
}
