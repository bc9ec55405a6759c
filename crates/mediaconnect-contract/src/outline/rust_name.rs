//! The Rust names of fields.

use heck::ToSnakeCase;

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
