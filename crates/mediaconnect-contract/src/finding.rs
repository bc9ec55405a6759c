//! Findings: errors in a contract, each with its location, the broken rule and help.

use std::fmt;

/// An error in a contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The name of the file, as the caller gave it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The JSON pointer of the node in the file.
    pub pointer: String,
    /// The name of the broken rule.
    pub rule: &'static str,
    /// The description of the error.
    pub message: String,
    /// The help: it says how to fix the error.
    pub help: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.file, self.line, self.rule, self.message)?;
        if !self.pointer.is_empty() {
            write!(f, "\n  at {}", self.pointer)?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}

/// The errors in a contract, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Returns `Ok` if the list is empty.
    ///
    /// # Errors
    /// Returns the findings if there are any.
    pub fn none_of(findings: Vec<Finding>) -> Result<(), Self> {
        if findings.is_empty() { Ok(()) } else { Err(Self(findings)) }
    }

    /// Returns an iterator over the findings, in the order of the document.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            writeln!(f, "{finding}")?;
        }
        let count = self.0.len();
        write!(f, "{count} finding{} in the contract", if count == 1 { "" } else { "s" })
    }
}

impl std::error::Error for Findings {}
