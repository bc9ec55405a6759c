//! Writes the notes for `#[deprecated]`.

/// The details of a deprecated operation, parameter or field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deprecation {
    /// The replacement (`x-deprecation-note`).
    pub note: Option<String>,
    /// The last day on which the item works, as `YYYY-MM-DD` (`x-sunset`).
    pub sunset: Option<String>,
}

impl Deprecation {
    /// Returns the note for `#[deprecated]`. `what` is the kind of item, such as `field`.
    #[must_use]
    pub fn rust_note(&self, what: &str) -> String {
        let note = self.note.as_deref().map(|note| note.trim().trim_end_matches('.').replace('\n', " "));
        let note = note.unwrap_or_else(|| format!("upstream has deprecated this {what}"));
        match &self.sunset {
            Some(day) => format!("{note}; it stops working after {day}"),
            None => note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_replacement_and_sunset() {
        let note = |note: Option<&str>, sunset: Option<&str>| {
            let deprecation =
                Deprecation { note: note.map(str::to_owned), sunset: sunset.map(str::to_owned) };
            deprecation.rust_note("field")
        };
        assert_eq!(note(None, None), "upstream has deprecated this field");
        assert_eq!(note(Some("Use b.\n"), None), "Use b");
        assert_eq!(
            note(None, Some("2027-06-30")),
            "upstream has deprecated this field; it stops working after 2027-06-30"
        );
    }
}
