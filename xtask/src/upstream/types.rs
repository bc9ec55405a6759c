//! Reads types as pages write them: `array [object {2}]`, `string <email>`, `enum<string>`, `object (Name)`.

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) kind: Kind,
    pub(super) format: Option<String>,
    pub(super) nullable: bool,
}

/// The kind of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `string`, `integer`, `number` or `boolean`.
    Scalar(&'static str),
    /// A scalar type whose values the page lists.
    Enumeration(&'static str),
    /// An object with the number of its members and the name of its schema, if the page states them.
    Object {
        count: Option<usize>,
        name: Option<String>,
    },
    List(Box<Type>),
    /// Any value: the page states no type.
    Any,
}

impl Type {
    pub(super) fn any() -> Self {
        Self { kind: Kind::Any, format: None, nullable: false }
    }

    /// Returns the type of the items at any depth of lists, or the type itself.
    pub(super) fn innermost(&self) -> &Self {
        match &self.kind {
            Kind::List(items) => items.innermost(),
            _ => self,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Scalar("integer" | "number") | Kind::Enumeration("integer" | "number"))
    }
}

/// Reads a type. Returns `None` if the text is not a type.
pub(super) fn read(text: &str) -> Option<Type> {
    let text = text.trim();
    for end in ["| null", "or null", "nullable"] {
        if let Some(rest) = text.strip_suffix(end) {
            return Some(Type { nullable: true, ..read(rest)? });
        }
    }
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = (&text[..end], text[end..].trim());
    let of = |kind| Some(Type { kind, format: None, nullable: false });
    match word {
        "array" if rest.is_empty() => of(Kind::List(Box::new(Type::any()))),
        "array" => of(Kind::List(Box::new(read(enclosed(rest, '[', ']')?)?))),
        "enum" => of(Kind::Enumeration(scalar(enclosed(rest, '<', '>')?)?)),
        "object" => {
            let name = rest
                .find('(')
                .and_then(|start| enclosed(rest[start..].split_inclusive(')').next()?, '(', ')'));
            let count = rest
                .find('{')
                .and_then(|start| enclosed(rest[start..].split_inclusive('}').next()?, '{', '}'));
            let count = count.map(str::parse).transpose().ok()?;
            let is_all = rest.is_empty() || name.is_some() || count.is_some();
            if is_all { of(Kind::Object { count, name: name.map(str::to_owned) }) } else { None }
        }
        "any" if rest.is_empty() => Some(Type::any()),
        _ => {
            let kind = Kind::Scalar(scalar(word)?);
            let format = if rest.is_empty() { None } else { Some(enclosed(rest, '<', '>')?.to_owned()) };
            Some(Type { kind, format, nullable: false })
        }
    }
}

fn scalar(word: &str) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"].into_iter().find(|known| *known == word)
}

fn enclosed(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_each_form_of_the_pages_and_sentences_are_none() {
        let count = |text: &str| match read(text).unwrap().innermost().kind {
            Kind::Object { count, .. } => count,
            _ => panic!("{text}"),
        };
        assert_eq!(
            (count("array [object {2}]"), count("object (Name)"), count("object")),
            (Some(2), None, None)
        );
        assert_eq!(read("array[string <email>]").unwrap().innermost().format.as_deref(), Some("email"));
        assert_eq!(read("enum<string>").unwrap().kind, Kind::Enumeration("string"));
        assert!(read("integer <int64> | null").unwrap().nullable);
        for text in ["", "strings", "object of desire", "array of things", "First name", "enum"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
