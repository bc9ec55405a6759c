//! The oddities of upstream's answers, each a switch.

use std::fmt;
use std::str::FromStr;

/// A way in which the responses of all operations differ from what the documentation says.
///
/// The first four are seen at upstream, and on by default; the others are what a reader must survive all the same.
/// Which look a value has depends on the first number in its object, such as the customer's: it is the same every time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// A field `postalCode` is a JSON number when it is numeric: `0179` becomes `179`.
    NumericPostalCodes,
    /// A list of one is its element, where upstream is seen to do so: `attachedUsers`, and lists in a wrapper, such as
    /// the `emails` of a search.
    BareSingles,
    /// A missing field is absent, null or empty.
    EmptyFields,
    /// A client that does not ask for JSON gets XML.
    XmlByDefault,
    /// A list in a wrapper, such as the `emails` of a search, comes with or without it.
    AnyEmails,
    /// Enumerations have values that nobody documents.
    UnknownValues,
    /// Objects have fields that nobody documents.
    UnknownFields,
    /// Texts are longer than documented.
    LongTexts,
    /// The list of any field is its element if it has one.
    AnySingles,
    /// Numbers and booleans are texts.
    TextualNumbers,
    /// Texts that are digits are numbers, unless they would lose a leading zero.
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

    /// The name on a command line, such as `numeric-postal-codes`.
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
    /// Responses are as the contract has them.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Those that upstream's own examples and its clients have.
    pub const fn upstream() -> Self {
        Self::none()
            .with(Quirk::NumericPostalCodes)
            .with(Quirk::BareSingles)
            .with(Quirk::EmptyFields)
            .with(Quirk::XmlByDefault)
    }

    /// All of them.
    pub fn all() -> Self {
        Quirk::ALL.into_iter().fold(Self::none(), Self::with)
    }

    /// The quirks of the set.
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.into_iter().filter(move |quirk| self.has(*quirk))
    }

    /// One more.
    #[must_use]
    pub const fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | 1 << quirk as u16)
    }

    /// One less.
    #[must_use]
    pub const fn without(self, quirk: Quirk) -> Self {
        Self(self.0 & !(1 << quirk as u16))
    }

    /// Returns whether a quirk is among them.
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

/// A list with commas: `none`, `upstream`, `all`, and names of quirks, which are left out with a `-` before them.
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

/// A name that is no quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownQuirk;

impl fmt::Display for UnknownQuirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such quirk; there are none, upstream, all")?;
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
