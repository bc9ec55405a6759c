//! The changes between two contracts, the rules that classify them, and the report.

use std::fmt;

use serde_json::{Value, json};

/// The severity of a change for the programs that it affects, from the worst to the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Some programs need a change.
    Breaking,
    /// No program needs a change.
    Compatible,
    /// Only documentation changed.
    Documentation,
}

/// The direction of a value, from the client's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// In a request.
    Sent,
    /// In a response.
    Received,
}

/// The programs that a change affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Affected {
    /// Programs that send requests.
    Senders,
    /// Programs that read responses.
    Readers,
    /// Programs that name the generated Rust item.
    RustCode,
}

/// The effect on a program that uses the changed item. The program is rebuilt with the new crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The program compiles and behaves as before.
    Unchanged,
    /// The program compiles with a warning.
    Warning,
    /// The program compiles, and behaves differently at run time.
    RunsDifferently,
    /// The program does not compile.
    CompileError,
}

/// A rule of the comparison.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name, which does not change between releases.
    pub name: &'static str,
    /// The class of the changes that the rule finds.
    pub class: Class,
    /// The affected programs.
    pub affects: &'static [Affected],
    /// The effect on a Rust program.
    pub effect: Effect,
    /// The reason for the class, and the required action.
    pub sentence: &'static str,
}

/// A location of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The operation id, if the change is in one operation.
    pub operation: Option<String>,
    /// The part of the operation or of the contract.
    pub part: Option<Part>,
    /// A pointer to the changed field or item within the part, such as `/customers/[]/emails/[]`. `[]` is any item of a
    /// list, and `*` any value of a map. The pointer is empty if the change is in the whole part.
    pub pointer: String,
}

/// A part of an operation, or of the whole contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A parameter, shown as `path parameter customerNumber`.
    Parameter {
        /// `path`, `query`, `header` or `cookie`.
        location: String,
        /// The name on the wire.
        name: String,
    },
    /// The body of the request, shown as `body`.
    Body,
    /// A response, shown as its status, such as `200`.
    Response(String),
    /// A header of a response, shown as `200 header X-RateLimit-Reset`.
    Header {
        /// The status of the response.
        status: String,
        /// The name of the header.
        name: String,
    },
    /// The security requirements of an operation, shown as `security`.
    Security,
    /// A security scheme of the contract, shown as `security scheme clientCredentials`.
    Scheme(String),
    /// A server of the contract, shown with its environment as `server production`.
    Server(String),
}

/// A new limit, with the keyword of OpenAPI and the number, such as `maxLength: 30`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLimit {
    /// The keyword.
    pub keyword: &'static str,
    /// The number, as YAML writes it.
    pub value: String,
}

/// A change with all its locations.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The rule that found the change.
    pub rule: &'static Rule,
    /// The direction of the changed value. `None` if only documentation changed, or if the change is in an operation, a
    /// server or another item that is not a value.
    pub direction: Option<Direction>,
    /// A pointer to the changed node in the new contract. If the node was removed, the pointer depends on the rule: it
    /// is the node's old pointer, the pointer that the node would have now, or the pointer of the node's parent.
    pub contract_pointer: String,
    /// The locations of the change. A shared schema is used at several locations, so a change of it has several.
    pub places: Vec<Place>,
    /// The old value, as readable text.
    pub before: Option<String>,
    /// The new value, as readable text.
    pub after: Option<String>,
    /// The new limit, if the change is about a limit and the new contract has one.
    pub limit: Option<NewLimit>,
}

/// All changes between two contracts. Breaking changes come first. Within a class, changes have the order of the
/// contract.
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

    /// Returns true if nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the worst class, or `None` if nothing changed.
    #[must_use]
    pub fn worst(&self) -> Option<Class> {
        self.changes.iter().map(|change| change.rule.class).min()
    }

    /// Returns the worst effect of all changes.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.changes.iter().map(|change| change.rule.effect).max().unwrap_or(Effect::Unchanged)
    }

    /// Returns the number of changes of a class.
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        self.changes.iter().filter(|change| change.rule.class == class).count()
    }

    /// Returns the report as JSON. Programs read the JSON, so its keys must not change.
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
        let places = self.places.iter().map(|place| {
            let part = place.part.as_ref().map(ToString::to_string);
            json!({ "operation": place.operation, "part": part, "pointer": place.pointer })
        });
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
        let part = self.part.as_ref().map(ToString::to_string);
        let parts = [self.operation.as_deref(), part.as_deref(), Some(self.pointer.as_str())];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        f.write_str(&parts.join(" "))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter { location, name } => write!(f, "{location} parameter {name}"),
            Self::Body => f.write_str("body"),
            Self::Response(status) => f.write_str(status),
            Self::Header { status, name } => write!(f, "{status} header {name}"),
            Self::Security => f.write_str("security"),
            Self::Scheme(name) => write!(f, "security scheme {name}"),
            Self::Server(name) => write!(f, "server {name}"),
        }
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
