//! Reads types in the notation of pages: `array [object {2}]`, `string <email>`, `enum<string>`, `object (Name)`.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageType {
    pub(super) kind: PageKind,
    pub(super) format: Option<String>,
    pub(super) nullable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    /// `string`, `integer`, `number` or `boolean`.
    Scalar(&'static str),
    /// A scalar type for which the page lists the allowed values.
    Enumeration(&'static str),
    /// An object with the number of its members, if the page states it.
    Object {
        count: Option<usize>,
    },
    List(Box<PageType>),
    /// Any value, because the page states no type.
    Any,
}

impl PageType {
    pub(super) fn any() -> Self {
        Self { kind: PageKind::Any, format: None, nullable: false }
    }

    /// Returns the type of the innermost items of a list. Returns a type that is not a list unchanged.
    pub(super) fn innermost(&self) -> &Self {
        match &self.kind {
            PageKind::List(items) => items.innermost(),
            _ => self,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(
            self.kind,
            PageKind::Scalar("integer" | "number") | PageKind::Enumeration("integer" | "number")
        )
    }
}

/// Reads a type. Returns `None` if the text is not a type.
pub(super) fn read(text: &str) -> Option<PageType> {
    let text = text.trim();
    for end in ["| null", "or null", "nullable"] {
        if let Some(rest) = text.strip_suffix(end) {
            return Some(PageType { nullable: true, ..read(rest)? });
        }
    }
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = (&text[..end], text[end..].trim());
    let of = |kind| Some(PageType { kind, format: None, nullable: false });
    match word {
        "array" if rest.is_empty() => of(PageKind::List(Box::new(PageType::any()))),
        "array" => of(PageKind::List(Box::new(read(enclosed(rest, '[', ']')?)?))),
        "enum" => of(PageKind::Enumeration(scalar(enclosed(rest, '<', '>')?)?)),
        "object" => {
            let name = rest
                .find('(')
                .and_then(|start| enclosed(rest[start..].split_inclusive(')').next()?, '(', ')'));
            let count = rest
                .find('{')
                .and_then(|start| enclosed(rest[start..].split_inclusive('}').next()?, '{', '}'));
            let count = count.map(str::parse).transpose().ok()?;
            let is_all = rest.is_empty() || name.is_some() || count.is_some();
            if is_all { of(PageKind::Object { count }) } else { None }
        }
        "any" if rest.is_empty() => Some(PageType::any()),
        _ => {
            let kind = PageKind::Scalar(scalar(word)?);
            let format = if rest.is_empty() { None } else { Some(enclosed(rest, '<', '>')?.to_owned()) };
            Some(PageType { kind, format, nullable: false })
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
    fn types_are_read_in_each_notation_and_sentences_are_not() {
        let count = |text: &str| match read(text).unwrap().innermost().kind {
            PageKind::Object { count, .. } => count,
            _ => panic!("{text}"),
        };
        assert_eq!(
            (count("array [object {2}]"), count("object (Name)"), count("object")),
            (Some(2), None, None)
        );
        assert_eq!(read("array[string <email>]").unwrap().innermost().format.as_deref(), Some("email"));
        assert_eq!(read("enum<string>").unwrap().kind, PageKind::Enumeration("string"));
        assert!(read("integer <int64> | null").unwrap().nullable);
        for text in ["", "strings", "object of desire", "array of things", "First name", "enum"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
