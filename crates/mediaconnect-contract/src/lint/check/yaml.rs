//! The rule for scalars that must have quotes.
//!
//! This crate reads YAML 1.2, but many tools, for example PyYAML, read YAML 1.1. A scalar that the versions read
//! differently must have quotes. A number with leading zeros needs quotes too, because a YAML reader drops the zeros.

use std::sync::LazyLock;

use regex::Regex;

use crate::lint::Lint;
use crate::rules;
use crate::source::Plain;

/// The kinds of scalars that can be misread. Each kind has a description and a pattern.
static MISREADINGS: LazyLock<[(&str, Regex); 6]> = LazyLock::new(|| {
    [
        ("a boolean in YAML 1.1", r"^(y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$"),
        (
            "a number that loses its leading zeros, or an octal number in YAML 1.1",
            r"^[-+]?0[0-9_]+(\.[0-9_]*)?$",
        ),
        ("a base-60 number in YAML 1.1", r"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$"),
        (
            "a number or a string, depending on the version of YAML",
            r"^[-+]?(0o[0-7]+|0b[01_]+|[0-9]+[eE][0-9]+|[0-9][0-9.]*_[0-9_.]*)$",
        ),
        ("a date in YAML 1.1", r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?$"),
        ("a key with a special meaning in YAML 1.1", r"^(<<|=)$"),
    ]
    .map(|(what, pattern)| (what, Regex::new(pattern).expect("the patterns are valid regular expressions")))
});

impl Lint<'_> {
    pub(super) fn yaml(&mut self) {
        for file in self.contract.files() {
            for plain in file.plain_scalars() {
                if let Some(trap) = misreading(plain) {
                    let message = format!("{} without quotes is {trap}", plain.text);
                    let help = format!("if it is a string, quote it: '{}'", plain.text);
                    let rule = &rules::YAML_AMBIGUOUS;
                    self.findings.push((rule, file.finding(&plain.pointer, rule.name, message, &help)));
                }
            }
        }
    }
}

/// Returns the wrong meaning that a YAML reader may give to an unquoted scalar; `None` if the scalar cannot be misread.
fn misreading(plain: &Plain) -> Option<&'static str> {
    let trap = MISREADINGS.iter().find(|(_, pattern)| pattern.is_match(&plain.text));
    let trap = trap.map(|(what, _)| *what);
    // YAML reads an unquoted key such as `200` as a number. The key is reported, because every key in JSON is a string.
    let number = || {
        (plain.is_key && plain.text.parse::<f64>().is_ok()).then_some("a number, but a key must be a string")
    };
    trap.or_else(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unambiguous_strings_need_no_quotes() {
        for text in [
            "Norway",
            "NOT",
            "none",
            "10:30 in the morning",
            "1.2.3",
            "1.0",
            "42",
            "true",
            "-1",
            "1.5e+3",
            "+47 12",
        ] {
            assert!(!MISREADINGS.iter().any(|(_, trap)| trap.is_match(text)), "{text}");
        }
    }

    #[test]
    fn ambiguous_scalars_are_reported() {
        for text in [
            "NO",
            "no",
            "on",
            "Y",
            "0179",
            "-07",
            "007.5",
            "12:30",
            "1:02:03",
            "1_000",
            "0b11",
            "0o17",
            "12e4",
            "2027-01-31",
            "<<",
        ] {
            assert!(MISREADINGS.iter().any(|(_, trap)| trap.is_match(text)), "{text}");
        }
    }
}
