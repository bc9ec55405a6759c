//! The Rust names of fields and of enum variants.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// The strict and reserved keywords of Rust 2024, including path keywords such as `self` and `crate`.
#[rustfmt::skip]
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Returns true if the word is a Rust keyword.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Returns the Rust name of a field in snake case. A keyword gets an underscore at its end, as in typify.
pub(super) fn rust_name(wire_name: &str) -> String {
    let name = wire_name.to_snake_case();
    if is_keyword(&name) { format!("{name}_") } else { name }
}

/// Returns the variant name of an enum value. A name that cannot be a variant, or that every generated enum already
/// has, gets the prefix `Value`.
#[must_use]
pub fn variant_name(value: &str) -> String {
    let name = value.to_upper_camel_case();
    let starts_with_letter = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let taken = name == "Unknown" || name == "Self";
    if starts_with_letter && !taken { name } else { format!("Value{name}") }
}
