//! Redacts usage errors by hiding the values that the user typed.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Removes from an error the values that the user typed. These values may be personal data, such as a customer number
/// in the place of a subcommand.
pub(super) fn without_values(mut error: clap::Error) -> clap::Error {
    let kind = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::ValueValidation
        | ErrorKind::InvalidValue
        | ErrorKind::TooManyValues
        | ErrorKind::WrongNumberOfValues => ContextKind::InvalidValue,
        _ => return error,
    };
    let is_shown = match error.get(kind) {
        // An argument that looks like a misspelt option is shown, so that the user can correct it. Any other argument
        // may be a value, and is hidden.
        Some(ContextValue::String(text)) if kind == ContextKind::InvalidArg => is_option_name(text),
        // clap represents a missing value as an empty string, which reveals nothing.
        Some(ContextValue::String(text)) => text.is_empty(),
        _ => false,
    };
    if !is_shown {
        error.insert(kind, ContextValue::String("…".to_owned()));
        // Suggested values are removed, because they repeat the user's input. Suggested options and subcommands stay,
        // because their names come from the command's definition.
        error.remove(ContextKind::Suggested);
        error.remove(ContextKind::TrailingArg);
    }
    error
}

/// Returns true if a text looks like the name of an option: a hyphen, then only hyphens and lower-case letters. Such a
/// text contains neither an address nor a number.
fn is_option_name(text: &str) -> bool {
    text.starts_with('-') && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())
}
