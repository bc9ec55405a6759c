//! Usage errors without the values that the user typed.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Removes the values that the user typed from an error, because they may be personal data. An example is a customer
/// number in the position of a subcommand.
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
        // A misspelt option is shown, so that the user can correct it. A value that begins with a dash is not shown.
        Some(ContextValue::String(text)) if kind == ContextKind::InvalidArg => is_option_name(text),
        // An empty string may be shown, because clap uses it if a value is missing.
        Some(ContextValue::String(text)) => text.is_empty(),
        _ => false,
    };
    if !is_shown {
        error.insert(kind, ContextValue::String("…".to_owned()));
        // Suggested values are removed, because they repeat what the user typed. Suggested options and subcommands are
        // kept, because their names come from the definition of the command.
        error.remove(ContextKind::Suggested);
        error.remove(ContextKind::TrailingArg);
    }
    error
}

/// Returns true if a text has the form of an option's name, which cannot contain an address or a number.
fn is_option_name(text: &str) -> bool {
    text.starts_with('-') && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())
}
