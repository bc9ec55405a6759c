//! The rules on what is sent, and what breaks one: never a value.

use std::error::Error;
use std::fmt;

/// One rule that one field breaks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    field: String,
    rule: Rule,
    found: Found,
}

impl Violation {
    /// States that `field` breaks `rule`; an empty field is the object itself.
    pub fn new(field: impl Into<String>, rule: Rule, found: Found) -> Self {
        Self { field: field.into(), rule, found }
    }

    /// Puts the path of an object, which ends in a dot, before that of the field.
    pub(super) fn go_under(&mut self, prefix: &str) {
        self.field.insert_str(0, prefix);
        if self.field.ends_with('.') {
            // A rule on the object itself has no field of its own.
            self.field.pop();
        }
    }

    /// The path of the field by upstream's names: `name.lastName`, `phoneNumbers[0].phoneNumber`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The rule that is broken.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Returns what was found instead, by length or kind.
    pub fn found(&self) -> Found {
        self.found
    }

    /// The way out.
    fn advice(&self) -> &'static str {
        match (self.rule, self.found) {
            (Rule::Required, _) => "set it",
            (Rule::Length { max: Some(max), .. }, Found::Characters(length)) if length > max => "shorten it",
            (Rule::Length { .. }, Found::Nothing) => "fill it in or leave it out",
            (Rule::Length { .. }, _) => "lengthen it",
            (Rule::Email, _) => "write it as name@example.com",
            (Rule::E164, _) => "write it without spaces, beginning with + and the country calling code",
            (Rule::CountryCode, _) => "write it as NO or SE",
            (Rule::PathSegment | Rule::HeaderValue, _) => "remove the other characters",
            (Rule::Date, _) => "write it as 2026-01-31",
            (Rule::DateTime, _) => "write it as 2026-01-31T12:00:00Z",
            (Rule::Base64, _) => "build it of bytes with Base64::of",
            (Rule::Pattern(_), _) => "write it as the pattern says",
            (Rule::Amount, _) => "write it as 79.90",
            (Rule::MinItems(_), _) => "add some",
            (Rule::Reserved(_), _) => "check the value",
            (Rule::KnownValue, _) => "choose a documented one",
            (Rule::Range { .. } | Rule::AmountRange { .. }, _) => "choose one in that range",
            (Rule::MaxItems(_), _) => "remove some",
            (Rule::Combination(_), _) => "set the missing fields",
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{}, found ", self.rule)?;
        match (self.rule, self.found) {
            // The rule has just named the unit.
            (Rule::Length { .. }, Found::Characters(count))
            | (Rule::MaxItems(_) | Rule::MinItems(_), Found::Items(count)) => {
                write!(f, "{count}")?;
            }
            (_, found) => write!(f, "{found}")?,
        }
        write!(f, "; {}", self.advice())
    }
}

impl Error for Violation {}

/// A rule on what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The field must be there.
    Required,
    /// The text's length in characters.
    Length {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: Option<usize>,
    },
    /// See [`Format::Email`](super::Format::Email).
    Email,
    /// See [`Format::E164`](super::Format::E164).
    E164,
    /// See [`Format::CountryCode`](super::Format::CountryCode).
    CountryCode,
    /// See [`Format::PathSegment`](super::Format::PathSegment).
    PathSegment,
    /// See [`Checks::header`](super::Checks::header).
    HeaderValue,
    /// See [`Format::Date`](super::Format::Date).
    Date,
    /// See [`Format::DateTime`](super::Format::DateTime).
    DateTime,
    /// See [`Format::Base64`](super::Format::Base64).
    Base64,
    /// See [`Format::Pattern`](super::Format::Pattern).
    Pattern(&'static str),
    /// A decimal number as JSON writes it, of at most 40 characters.
    Amount,
    /// Only values that upstream documents may be sent.
    KnownValue,
    /// A whole number between two bounds, both inclusive.
    Range {
        /// Lowest number.
        min: Option<i64>,
        /// Highest number.
        max: Option<i64>,
    },
    /// An amount between two bounds, both inclusive.
    AmountRange {
        /// Lowest amount.
        min: Option<i64>,
        /// Highest amount.
        max: Option<i64>,
    },
    /// The most items a list may have.
    MaxItems(usize),
    /// The fewest items a list may have.
    MinItems(usize),
    /// A text that is not one of these words: in the path, they lead to other operations.
    Reserved(&'static [&'static str]),
    /// Fields that are needed together, in words.
    Combination(&'static str),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Required => f.write_str("required"),
            Self::Length { min: 0, max: Some(max) } => write!(f, "at most {max} characters"),
            Self::Length { min, max: Some(max) } => write!(f, "{min} to {max} characters"),
            Self::Length { min, max: None } => write!(f, "at least {min} characters"),
            Self::Email => f.write_str("an e-mail address without a display name"),
            Self::E164 => f.write_str("a phone number in E.164 form, + and 2 to 15 digits"),
            Self::CountryCode => f.write_str("two or three capital letters"),
            Self::PathSegment => {
                f.write_str("ASCII characters without spaces and / \\ ? # ; %, neither . nor .. alone")
            }
            Self::HeaderValue => f.write_str("visible ASCII characters, and spaces between them"),
            Self::Date => f.write_str("a day of the calendar as YYYY-MM-DD"),
            Self::DateTime => f.write_str("a point in time as RFC 3339 writes it"),
            Self::Base64 => f.write_str("Base64 with padding"),
            Self::Pattern(pattern) => write!(f, "a text that matches {pattern}"),
            Self::Amount => f.write_str("a decimal number of at most 40 characters"),
            Self::KnownValue => f.write_str("a documented value"),
            Self::Range { min: Some(min), max: Some(max) } => write!(f, "a whole number from {min} to {max}"),
            Self::Range { min: Some(min), max: None } => write!(f, "a whole number of at least {min}"),
            Self::Range { min: None, max: Some(max) } => write!(f, "a whole number of at most {max}"),
            Self::Range { min: None, max: None } => f.write_str("a whole number"),
            Self::AmountRange { min: Some(min), max: Some(max) } => {
                write!(f, "an amount from {min} to {max}")
            }
            Self::AmountRange { min: Some(min), max: None } => write!(f, "an amount of at least {min}"),
            Self::AmountRange { min: None, max: Some(max) } => write!(f, "an amount of at most {max}"),
            Self::AmountRange { min: None, max: None } => f.write_str("an amount"),
            Self::MaxItems(max) => write!(f, "at most {max} items"),
            Self::MinItems(min) => write!(f, "at least {min} items"),
            Self::Reserved(words) => {
                write!(f, "a text other than the reserved {}", words.join(", "))
            }
            Self::Combination(words) => write!(f, "these fields together: {words}"),
        }
    }
}

/// What was found where a rule is broken: a length or a kind, never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// Nothing, or an empty text.
    Nothing,
    /// A text of so many characters.
    Characters(usize),
    /// A number.
    Number,
    /// A list of so many items.
    Items(usize),
    /// Something else, by its kind.
    Kind(&'static str),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nothing => f.write_str("nothing"),
            Self::Characters(1) => f.write_str("a character"),
            Self::Characters(count) => write!(f, "{count} characters"),
            Self::Number => f.write_str("another number"),
            Self::Items(1) => f.write_str("an item"),
            Self::Items(count) => write!(f, "{count} items"),
            Self::Kind(kind) => f.write_str(kind),
        }
    }
}

/// All rules that a model breaks; at least one. Displays one a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violations(Vec<Violation>);

#[expect(clippy::len_without_is_empty, reason = "it is never empty")]
impl Violations {
    /// Takes at least one.
    pub(super) fn of(violations: Vec<Violation>) -> Self {
        Self(violations)
    }

    /// The violations in the order of the walk.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// The violations as a slice.
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{violation}")?;
        }
        Ok(())
    }
}

impl Error for Violations {}
