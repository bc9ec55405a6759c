//! Quirks: ways in which upstream's responses differ from its documentation. Each can be switched on and off.

use std::fmt;
use std::str::FromStr;

/// A way in which the responses of all operations differ from the documentation.
///
/// The first four quirks are on by default, because upstream's examples or existing clients point to them. What
/// upstream sends today is not known. The other quirks test how tolerant a client is. Some quirks have several forms,
/// such as null and empty. The first number in an object, such as the customer number, selects the form. The same
/// customer therefore always gets the same form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// A field `postalCode` is a JSON number when it is numeric: `0179` becomes `179`. Upstream's examples have such
    /// numbers, although the schemas say strings.
    NumericPostalCodes,
    /// Some lists with one element are written as the bare element: `attachedUsers`, `childEvents`, `deliveryStops`,
    /// and lists inside a wrapper object, such as the `emails` of a search. Upstream's examples have the three named
    /// lists in this form. For lists inside a wrapper, it is inferred from a client of 2017 that reads XML.
    BareSingles,
    /// An optional field without a value is omitted, null or empty. Existing clients accept omitted and null fields,
    /// and upstream's examples have some empty strings. Which form upstream uses for which field is not known.
    EmptyFields,
    /// A client that does not accept JSON gets XML. Clients without an `Accept` header got XML in 2016 and 2017. What
    /// they get today is not known.
    XmlByDefault,
    /// The wrapper object of a list, such as that of the `emails` of a search, is sometimes omitted.
    AnyEmails,
    /// Enumerations have undocumented values.
    UnknownValues,
    /// Objects have undocumented fields.
    UnknownFields,
    /// Strings are longer than the documented limit.
    LongTexts,
    /// Every list with one element is written as the bare element, except a response that is itself a list.
    AnySingles,
    /// Numbers and booleans are written as strings.
    TextualNumbers,
    /// Strings of digits are written as numbers, unless a leading zero would be lost.
    NumericTexts,
}

impl Quirk {
    const ALL: [Self; 11] = [
        Self::NumericPostalCodes,
        Self::BareSingles,
        Self::EmptyFields,
        Self::XmlByDefault,
        Self::AnyEmails,
        Self::UnknownValues,
        Self::UnknownFields,
        Self::LongTexts,
        Self::AnySingles,
        Self::TextualNumbers,
        Self::NumericTexts,
    ];

    /// Returns the name on a command line, such as `numeric-postal-codes`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NumericPostalCodes => "numeric-postal-codes",
            Self::BareSingles => "bare-singles",
            Self::EmptyFields => "empty-fields",
            Self::XmlByDefault => "xml-by-default",
            Self::AnyEmails => "any-emails",
            Self::UnknownValues => "unknown-values",
            Self::UnknownFields => "unknown-fields",
            Self::LongTexts => "long-texts",
            Self::AnySingles => "any-singles",
            Self::TextualNumbers => "textual-numbers",
            Self::NumericTexts => "numeric-texts",
        }
    }
}

/// A set of quirks; the default is [`Quirks::upstream`].
///
/// ```
/// use mediaconnect_sandbox::{Quirk, Quirks};
///
/// let quirks = Quirks::upstream().with(Quirk::UnknownFields).without(Quirk::XmlByDefault);
/// assert_eq!(quirks, "upstream,unknown-fields,-xml-by-default".parse()?);
/// # Ok::<(), mediaconnect_sandbox::UnknownQuirk>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quirks(u16);

impl Quirks {
    /// Returns an empty set: responses are as documented.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Returns the quirks to which upstream's examples or existing clients point. [`Quirk`] documents each of them.
    pub const fn upstream() -> Self {
        Self::none()
            .with(Quirk::NumericPostalCodes)
            .with(Quirk::BareSingles)
            .with(Quirk::EmptyFields)
            .with(Quirk::XmlByDefault)
    }

    /// Returns all quirks.
    pub fn all() -> Self {
        Quirk::ALL.into_iter().fold(Self::none(), Self::with)
    }

    /// Returns an iterator over the quirks in the set.
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.into_iter().filter(move |quirk| self.has(*quirk))
    }

    /// Adds a quirk.
    #[must_use]
    pub const fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | 1 << quirk as u16)
    }

    /// Removes a quirk.
    #[must_use]
    pub const fn without(self, quirk: Quirk) -> Self {
        Self(self.0 & !(1 << quirk as u16))
    }

    /// Returns true if a quirk is in the set.
    pub const fn has(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u16) != 0
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self::upstream()
    }
}

impl From<Quirk> for Quirks {
    fn from(quirk: Quirk) -> Self {
        Self::none().with(quirk)
    }
}

/// Parses a comma-separated list, from left to right. Its items are `none`, `upstream`, `all`, and names of quirks. A
/// `-` before a name removes the quirk.
impl FromStr for Quirks {
    type Err = UnknownQuirk;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut quirks = Self::none();
        for word in text.split(',').map(str::trim) {
            let (name, is_off) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
            quirks = match (name, Quirk::ALL.into_iter().find(|quirk| quirk.name() == name)) {
                (_, Some(quirk)) if is_off => quirks.without(quirk),
                (_, Some(quirk)) => quirks.with(quirk),
                ("none", _) if !is_off => Self::none(),
                ("upstream", _) if !is_off => Self(quirks.0 | Self::upstream().0),
                ("all", _) if !is_off => Self::all(),
                _ => return Err(UnknownQuirk),
            };
        }
        Ok(quirks)
    }
}

impl fmt::Debug for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The error for a name that is not a quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownQuirk;

impl fmt::Display for UnknownQuirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown quirk; the valid names are none, upstream, all")?;
        Quirk::ALL.into_iter().try_for_each(|quirk| write!(f, ", {}", quirk.name()))
    }
}

impl std::error::Error for UnknownQuirk {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_from_left_to_right() {
        let read = |text: &str| text.parse::<Quirks>();
        assert_eq!(read("none"), Ok(Quirks::none()));
        assert_eq!(read("upstream"), Ok(Quirks::default()));
        assert_eq!(read("all, -long-texts"), Ok(Quirks::all().without(Quirk::LongTexts)));
        assert_eq!(read("bare-singles"), Ok(Quirk::BareSingles.into()));
        for wrong in ["", "-all", "numeric"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("numeric-postal-codes") && error.contains("upstream"), "{error}");
        }
    }

    #[test]
    fn debug_names_what_is_on() {
        let quirks = Quirks::none().with(Quirk::LongTexts);
        assert_eq!(format!("{quirks:?}"), "{LongTexts}");
    }
}
