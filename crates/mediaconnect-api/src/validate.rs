//! Validates requests before they are sent. [`Limits`] checks a single string. [`Validate`] checks a whole model, and
//! reports all violations at once.
//!
//! No item of this module stores or prints a value. A violation names the field, the rule, and the length or kind of
//! the value.

use email_address::{EmailAddress, Options};

pub use violation::{Found, Rule, Violation, Violations};

/// A model or an operation that can be validated before it is sent.
///
/// A call validates its input itself. Call [`validate`](Self::validate) to check a value earlier, for example before it
/// is stored in a queue. Models that are only received do not implement this trait.
pub trait Validate {
    /// Reports every violation of this value to `checks`. The default reports nothing.
    fn check(&self, _checks: &mut Checks) {}

    /// Validates the whole value.
    ///
    /// # Errors
    /// Returns all violations, each with the path of its field.
    fn validate(&self) -> Result<(), Violations> {
        let mut checks = Checks::new();
        self.check(&mut checks);
        checks.finish()
    }
}

/// Collects the violations of a model, and tracks the path of the current field.
///
/// ```
/// # use mediaconnect_api::validate::{Checks, Limits, Validate, length};
/// # const LAST_NAME: Limits = length(0, 30);
/// # const PHONE_NUMBER: Limits = LAST_NAME;
/// struct Person {
///     last_name: Option<String>,
///     phone_numbers: Vec<String>,
/// }
///
/// impl Validate for Person {
///     fn check(&self, checks: &mut Checks) {
///         checks.text("lastName", self.last_name.as_deref(), &LAST_NAME);
///         checks.items("phoneNumbers", &self.phone_numbers, Some(5), |checks, field, item| {
///             checks.text(field, Some(item.as_str()), &PHONE_NUMBER);
///         });
///     }
/// }
///
/// let person = Person { last_name: None, phone_numbers: vec!["1".repeat(31)] };
/// assert_eq!(
///     person.validate().unwrap_err().to_string(),
///     "phoneNumbers[0]: at most 30 characters, found 31; shorten it"
/// );
/// ```
#[derive(Debug, Default)]
pub struct Checks {
    /// The path of the current object. It is empty or ends in a dot.
    prefix: String,
    violations: Vec<Violation>,
}

impl Checks {
    /// Creates a check of the outermost object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks a string against its limits. An absent field (`None`) is valid.
    pub fn text(&mut self, field: &str, value: Option<&(impl AsRef<str> + ?Sized)>, limits: &Limits) {
        if let Some(Err(violation)) = value.map(|value| limits.check(field, value.as_ref())) {
            self.report(violation);
        }
    }

    /// Checks that an integer is between `min` and `max`, both inclusive. An absent field (`None`) is valid.
    pub fn number(&mut self, field: &str, value: Option<i64>, min: Option<i64>, max: Option<i64>) {
        let Some(value) = value else { return };
        if min.is_some_and(|min| value < min) || max.is_some_and(|max| value > max) {
            self.report(Violation::new(field, Rule::Range { min, max }, Found::Number));
        }
    }

    /// Checks that an enum has a documented value. An absent field (`None`) is valid.
    pub fn known(&mut self, field: &str, is_known: Option<bool>) {
        if is_known == Some(false) {
            self.report(Violation::new(field, Rule::KnownValue, Found::Kind("an undocumented value")));
        }
    }

    /// Checks that a path parameter is not a reserved word. A reserved word would turn the URL into that of another
    /// operation.
    pub fn reserved(&mut self, field: &str, value: &str, words: &'static [&'static str]) {
        if words.contains(&value) {
            self.report(Violation::new(field, Rule::Reserved(words), Found::Kind("one of them")));
        }
    }

    /// Checks that a required field is present.
    pub fn required(&mut self, field: &str, is_present: bool) {
        if !is_present {
            self.report(Violation::new(field, Rule::Required, Found::Nothing));
        }
    }

    /// Checks a nested object. Its fields are reported as `field.inner`.
    pub fn nested(&mut self, field: &str, value: Option<&impl Validate>) {
        let Some(value) = value else { return };
        let outer = self.prefix.len();
        self.prefix.push_str(field);
        self.prefix.push('.');
        value.check(self);
        self.prefix.truncate(outer);
    }

    /// Checks that a number with a fraction is finite, and between `min` and `max`, both inclusive. An absent field
    /// (`None`) is valid.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the limits in contracts are small, so f64 represents them exactly"
    )]
    pub fn float(&mut self, field: &str, value: Option<f64>, min: Option<i64>, max: Option<i64>) {
        let Some(value) = value else { return };
        if !value.is_finite() {
            self.report(Violation::new(field, Rule::Finite, Found::Kind("NaN or infinity")));
        } else if min.is_some_and(|min| value < min as f64) || max.is_some_and(|max| value > max as f64) {
            self.report(Violation::new(field, Rule::AmountRange { min, max }, Found::Number));
        }
    }

    /// Checks that a list has at least `min` items.
    pub fn min_items(&mut self, field: &str, count: usize, min: usize) {
        if count < min {
            self.report(Violation::new(field, Rule::MinItems(min), Found::Items(count)));
        }
    }

    /// Checks that a string can be sent in a header. It may contain visible ASCII characters, with optional spaces
    /// between them.
    pub fn header(&mut self, field: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let is_safe =
            value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && value.trim() == value;
        if !is_safe {
            let found = Found::Kind("other characters");
            self.report(Violation::new(field, Rule::HeaderValue, found));
        }
    }

    /// Checks the number of items and calls `check` for each item with its path, such as `emails[0]`.
    pub fn items<T>(
        &mut self,
        field: &str,
        items: &[T],
        max_items: Option<usize>,
        check: impl Fn(&mut Self, &str, &T),
    ) {
        if let Some(max) = max_items.filter(|max| items.len() > *max) {
            self.report(Violation::new(field, Rule::MaxItems(max), Found::Items(items.len())));
        }
        for (index, item) in items.iter().enumerate() {
            check(self, &format!("{field}[{index}]"), item);
        }
    }

    /// Adds a violation. Prefixes its field with the path of the current object.
    pub fn report(&mut self, mut violation: Violation) {
        violation.go_under(&self.prefix);
        self.violations.push(violation);
    }

    /// Ends the check and returns its result.
    ///
    /// # Errors
    /// Returns all violations, in the order of the checks.
    pub fn finish(self) -> Result<(), Violations> {
        if self.violations.is_empty() { Ok(()) } else { Err(Violations::of(self.violations)) }
    }
}

/// The limits of a string. Lengths count Unicode scalar values, not bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits {
    /// The minimum number of characters.
    pub min_length: usize,
    /// The maximum number of characters, if there is one.
    pub max_length: Option<usize>,
    /// The format of the string, if it has one.
    pub format: Option<Format>,
}

/// Returns the limits of a string of `min` to `max` characters.
#[must_use]
pub const fn length(min: usize, max: usize) -> Limits {
    Limits { min_length: min, max_length: Some(max), format: None }
}

/// Returns the limits of a string of at least `min` characters.
#[must_use]
pub const fn at_least(min: usize) -> Limits {
    Limits { min_length: min, max_length: None, format: None }
}

impl Limits {
    /// Adds a format.
    #[must_use]
    pub const fn in_form(self, format: Format) -> Self {
        Self { format: Some(format), ..self }
    }

    /// Checks the length of a string, then its format.
    ///
    /// # Errors
    /// Returns the first violation, for the given field.
    pub fn check(&self, field: &str, value: &str) -> Result<(), Violation> {
        let length = value.chars().count();
        let found = if length == 0 { Found::Nothing } else { Found::Characters(length) };
        if length < self.min_length || self.max_length.is_some_and(|max| length > max) {
            let rule = Rule::Length { min: self.min_length, max: self.max_length };
            return Err(Violation::new(field, rule, found));
        }
        match self.format {
            Some(format) if !format.fits(value) => Err(Violation::new(field, format.rule(), found)),
            _ => Ok(()),
        }
    }
}

/// The format of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// An e-mail address by RFC 5321 and 5322, without a display name.
    Email,
    /// A phone number by ITU-T E.164: `+`, then 2 to 15 digits. The first digit is not 0.
    E164,
    /// Two or three capital ASCII letters.
    CountryCode,
    /// A string that every server reads as one segment of a URL's path.
    ///
    /// The string is not empty, and it is neither `.` nor `..`. It contains only letters of Latin alphabets, such as
    /// `Å`, and visible ASCII characters other than `/ \ ? # % ;`. The semicolon is excluded because many servers cut a
    /// segment there and read `..;` as `..`. Letters such as `ĳ` are excluded too, because Unicode normalisation (NFKC)
    /// replaces them by other letters.
    PathSegment,
    /// A calendar date as `YYYY-MM-DD`.
    Date,
    /// A timestamp by RFC 3339.
    DateTime,
    /// Base64 by RFC 4648, with padding.
    Base64,
    /// A regular expression from the contract. A string is valid if the expression matches any part of it.
    Pattern(&'static str),
}

impl Format {
    pub(crate) fn fits(self, value: &str) -> bool {
        match self {
            Self::Email => is_email(value),
            Self::E164 => is_e164(value),
            Self::CountryCode => {
                matches!(value.len(), 2 | 3) && value.bytes().all(|byte| byte.is_ascii_uppercase())
            }
            Self::PathSegment => is_path_segment(value),
            Self::Date => form::is_date(value),
            Self::DateTime => form::is_date_time(value),
            Self::Base64 => form::is_base64(value),
            Self::Pattern(pattern) => form::matches(pattern, value),
        }
    }

    fn rule(self) -> Rule {
        match self {
            Self::Email => Rule::Email,
            Self::E164 => Rule::E164,
            Self::CountryCode => Rule::CountryCode,
            Self::PathSegment => Rule::PathSegment,
            Self::Date => Rule::Date,
            Self::DateTime => Rule::DateTime,
            Self::Base64 => Rule::Base64,
            Self::Pattern(pattern) => Rule::Pattern(pattern),
        }
    }
}

fn is_email(value: &str) -> bool {
    if is_plain_email(value) {
        return true;
    }
    // The crate `email_address` accepts ` <name@example.com>`, even with `without_display_text`, so this form is
    // rejected separately.
    !value.contains(" <")
        && EmailAddress::parse_with_options(value, Options::default().without_display_text()).is_ok()
}

/// Returns true if the address consists of words of ASCII letters and digits, separated by dots and one `@`.
///
/// Most addresses have this form, and this check needs a fifth of the instructions of the full parser. An address in
/// another form may also be valid.
fn is_plain_email(value: &str) -> bool {
    // The smallest limit of the crate `email_address` is 63 characters, for a label of a domain name. An address of at
    // most 63 characters is therefore within all limits of the crate.
    let is_short = value.len() <= 63;
    let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_alphanumeric);
    let are_words = |part: &str| part.as_bytes().split(|byte| *byte == b'.').all(is_word);
    is_short && value.split_once('@').is_some_and(|(local, domain)| are_words(local) && are_words(domain))
}

fn is_e164(value: &str) -> bool {
    value.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_path_segment(value: &str) -> bool {
    // `is_ascii_graphic` excludes the space and control characters. Outside ASCII, only Latin letters are allowed. Some
    // Latin letters, such as the ligature Ĳ, are excluded too, because a server that normalises Unicode (NFKC) replaces
    // them by other letters.
    const REPLACED: [char; 5] = ['\u{132}', '\u{133}', '\u{13f}', '\u{140}', '\u{149}'];
    let is_plain = |letter: char| letter.is_ascii_graphic() && !r"/\?#%;".contains(letter);
    let is_latin = |letter: char| {
        ('\u{c0}'..='\u{17e}').contains(&letter) && letter.is_alphabetic() && !REPLACED.contains(&letter)
    };
    !matches!(value, "" | "." | "..") && value.chars().all(|letter| is_plain(letter) || is_latin(letter))
}

mod form;
mod violation;

#[cfg(test)]
mod tests;
