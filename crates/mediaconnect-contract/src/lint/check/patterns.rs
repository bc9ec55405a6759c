//! The rule for patterns. Rust and JavaScript (ECMA 262) must both be able to read each pattern.

use serde_json::Value;

use crate::lint::Lint;
use crate::lint::grammar::Object;
use crate::rules;

impl Lint<'_> {
    pub(super) fn patterns(&mut self) {
        for node in self.nodes(Object::Schema) {
            let Some(pattern) = node.value.get("pattern").and_then(Value::as_str) else { continue };
            let rust = regex::Regex::new(pattern).err().map(|error| error.to_string());
            // The client uses regex-lite, which has no Unicode classes. A pattern must therefore also be valid for
            // regex-lite.
            let rust = rust.or_else(|| regex_lite::Regex::new(pattern).err().map(|error| error.to_string()));
            let rust = rust.map(|error| ("Rust's regex", error));
            let ecma = || {
                let flags = regress::Flags { unicode: true, ..regress::Flags::default() };
                regress::Regex::with_flags(pattern, flags).err().map(|error| ("ECMA 262", error.to_string()))
            };
            if let Some((reader, error)) = rust.or_else(ecma) {
                // A regex error repeats the pattern first. Only the last line is used, because it contains the message.
                let error = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.report(
                    &format!("{}/pattern", node.pointer),
                    &rules::PATTERN,
                    format!("{reader} cannot read the pattern: {error}"),
                    "use only syntax that Rust's regex and ECMA 262 both support: no look-around, no back-references, no (?i), and no needless escapes",
                );
            }
        }
    }
}
