//! The notes of `#[deprecated]`.

/// What the contract says of a deprecated operation, parameter or field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deprecation {
    /// `x-deprecation-note`: what to use instead.
    pub note: Option<String>,
    /// `x-sunset`: the last day on which it works, as `YYYY-MM-DD`.
    pub sunset: Option<String>,
}

impl Deprecation {
    /// The note of `#[deprecated]`; `what` is the thing in words.
    #[must_use]
    pub fn rust_note(&self, what: &str) -> String {
        let note = self.note.as_deref().map(|note| note.trim().trim_end_matches('.').replace('\n', " "));
        let note = note.unwrap_or_else(|| format!("upstream advises against this {what}"));
        match &self.sunset {
            Some(day) => format!("{note}; it is gone after {day}"),
            None => note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_what_the_contract_has() {
        let note = |note: Option<&str>, sunset: Option<&str>| {
            let deprecation =
                Deprecation { note: note.map(str::to_owned), sunset: sunset.map(str::to_owned) };
            deprecation.rust_note("field")
        };
        assert_eq!(note(None, None), "upstream advises against this field");
        assert_eq!(note(Some("Use b.\n"), None), "Use b");
        assert_eq!(
            note(None, Some("2027-06-30")),
            "upstream advises against this field; it is gone after 2027-06-30"
        );
    }
}
