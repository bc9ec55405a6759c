//! The rules for requests, and the violations of these rules. A violation never contains the value itself.

use std::error::Error;
use std::fmt;

/// A broken rule, with the field that breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    field: String,
    rule: Rule,
    found: Found,
}

impl Violation {
    /// Creates a violation of `rule` by `field`. An empty field means the object itself.
    pub fn new(field: impl Into<String>, rule: Rule, found: Found) -> Self {
        Self { field: field.into(), rule, found }
    }

    /// Prefixes the field with the path of the enclosing object. The path ends in a dot.
    pub(super) fn go_under(&mut self, prefix: &str) {
        self.field.insert_str(0, prefix);
        if self.field.ends_with('.') {
            // If the rule applies to the object itself, there is no field name, and the path ends in a dot. The dot is
            // removed.
            self.field.pop();
        }
    }

    /// Returns the path of the field in its wire names, such as `name.lastName` or `phoneNumbers[0].phoneNumber`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the rule that is broken.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Returns the length or the kind of the value that was found.
    pub fn found(&self) -> Found {
        self.found
    }

    fn advice(&self) -> &'static str {
        match (self.rule, self.found) {
            (Rule::Required, _) => "set it",
            (Rule::Length { max: Some(max), .. }, Found::Characters(length)) if length > max => "shorten it",
            (Rule::Length { .. }, Found::Nothing) => "set a value, or omit the field",
            (Rule::Length { .. }, _) => "lengthen it",
            (Rule::Email, _) => "write it as name@example.com",
            (Rule::E164, _) => "write it without spaces, beginning with + and the country calling code",
            (Rule::CountryCode, _) => "write it as NO or SE",
            (Rule::PathSegment | Rule::HeaderValue, _) => "remove all other characters",
            (Rule::Date, _) => "write it as 2026-01-31",
            (Rule::DateTime, _) => "write it as 2026-01-31T12:00:00Z",
            (Rule::Base64, _) => "create it from bytes with Base64::of",
            (Rule::Pattern(_), _) => "write it so that it matches the pattern",
            (Rule::Amount, _) => "write it as 79.90",
            (Rule::MinItems(_), _) => "add items",
            (Rule::Reserved(_), _) => "check the value",
            (Rule::KnownValue, _) => "choose a documented value",
            (Rule::Finite, _) => "set a number that JSON can express",
            (Rule::Range { .. } | Rule::AmountRange { .. }, _) => "choose a number in that range",
            (Rule::MaxItems(_), _) => "remove items",
            (Rule::Combination(_), Found::Several) => "set only one of them",
            (Rule::Combination(_), Found::Part) => "set all of them or none",
            (Rule::Combination(_), _) => "set all fields of one alternative",
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
            // The text of the rule already names the unit, "characters" or "items", so only the number is added.
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

/// A rule for a value in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The field is required.
    Required,
    /// The length of a string in characters.
    Length {
        /// The minimum number of characters.
        min: usize,
        /// The maximum number of characters.
        max: Option<usize>,
    },
    /// The format [`Format::Email`](super::Format::Email).
    Email,
    /// The format [`Format::E164`](super::Format::E164).
    E164,
    /// The format [`Format::CountryCode`](super::Format::CountryCode).
    CountryCode,
    /// The format [`Format::PathSegment`](super::Format::PathSegment).
    PathSegment,
    /// A string that can be sent in a header. See [`Checks::header`](super::Checks::header).
    HeaderValue,
    /// The format [`Format::Date`](super::Format::Date).
    Date,
    /// The format [`Format::DateTime`](super::Format::DateTime).
    DateTime,
    /// The format [`Format::Base64`](super::Format::Base64).
    Base64,
    /// The pattern [`Format::Pattern`](super::Format::Pattern).
    Pattern(&'static str),
    /// A decimal number in the notation of JSON, with at most 40 characters.
    Amount,
    /// A value that upstream documents.
    KnownValue,
    /// A finite number. JSON cannot express NaN and infinity.
    Finite,
    /// An integer between two bounds, both inclusive.
    Range {
        /// The smallest allowed number.
        min: Option<i64>,
        /// The largest allowed number.
        max: Option<i64>,
    },
    /// An amount between two bounds, both inclusive.
    AmountRange {
        /// The smallest allowed amount.
        min: Option<i64>,
        /// The largest allowed amount.
        max: Option<i64>,
    },
    /// The maximum number of items of a list.
    MaxItems(usize),
    /// The minimum number of items of a list.
    MinItems(usize),
    /// A string other than these reserved words. A reserved word in a path would select another operation.
    Reserved(&'static [&'static str]),
    /// A rule for a combination of fields. The string states the rule with the names of the fields. The rule requires
    /// at least one of several alternatives, at most one of several fields, or all or none of several fields.
    Combination(&'static str),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Required => f.write_str("required"),
            Self::Length { min: 0, max: Some(max) } => write!(f, "at most {}", counted(max, "character")),
            Self::Length { min, max: Some(max) } => write!(f, "{min} to {max} characters"),
            Self::Length { min, max: None } => write!(f, "at least {}", counted(min, "character")),
            Self::Email => f.write_str("an e-mail address without a display name"),
            Self::E164 => f.write_str("a phone number in E.164 form, + and 2 to 15 digits"),
            Self::CountryCode => f.write_str("two or three capital letters"),
            Self::PathSegment => f.write_str(
                "visible ASCII characters except / \\ ? # ; %, and Latin letters except Ĳ ĳ Ŀ ŀ ŉ \
                 (the whole string must not be . or ..)",
            ),
            Self::HeaderValue => f.write_str("visible ASCII characters, with optional spaces between them"),
            Self::Date => f.write_str("a calendar date as YYYY-MM-DD"),
            Self::DateTime => f.write_str("a timestamp in RFC 3339 format"),
            Self::Base64 => f.write_str("Base64 with padding"),
            Self::Pattern(pattern) => write!(f, "a string that matches {pattern}"),
            Self::Amount => f.write_str("a decimal number of at most 40 characters"),
            Self::KnownValue => f.write_str("a documented value"),
            Self::Finite => f.write_str("a finite number"),
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
            Self::MaxItems(max) => write!(f, "at most {}", counted(max, "item")),
            Self::MinItems(min) => write!(f, "at least {}", counted(min, "item")),
            Self::Reserved(words) => {
                write!(f, "a string other than the reserved words {}", words.join(", "))
            }
            Self::Combination(rule) => f.write_str(rule),
        }
    }
}

fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// The length or the kind of the value that broke a rule, but never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// No value, or an empty string.
    Nothing,
    /// A string with this number of characters.
    Characters(usize),
    /// A number.
    Number,
    /// A list with this number of items.
    Items(usize),
    /// Several fields of which at most one may be set.
    Several,
    /// Only some of a group of fields. The rule requires all or none of them. A blank string counts as not set.
    Part,
    /// Any other value, described by its kind.
    Kind(&'static str),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nothing => f.write_str("nothing"),
            Self::Characters(1) => f.write_str("a character"),
            Self::Characters(count) => write!(f, "{count} characters"),
            Self::Number => f.write_str("a number that is not allowed"),
            Self::Items(1) => f.write_str("an item"),
            Self::Items(count) => write!(f, "{count} items"),
            Self::Several => f.write_str("several of them"),
            Self::Part => f.write_str("only some of them"),
            Self::Kind(kind) => f.write_str(kind),
        }
    }
}

/// All violations of a model. Never empty. Displays one violation per line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violations(Vec<Violation>);

#[expect(clippy::len_without_is_empty, reason = "the list is never empty")]
impl Violations {
    /// Creates the list. `violations` must not be empty.
    pub(super) fn of(violations: Vec<Violation>) -> Self {
        Self(violations)
    }

    /// Returns an iterator over the violations, in the order of the checks.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// Returns the violations as a slice.
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }

    /// Returns the number of violations.
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
