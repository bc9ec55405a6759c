//! Usage errors without the values that the user typed.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Removes values from an error, because they may be personal data, such as a number without its subcommand.
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
    let is_option = matches!(error.get(kind), Some(ContextValue::String(text)) if text.starts_with('-'));
    if !is_option {
        error.insert(kind, ContextValue::String("…".to_owned()));
        // A suggestion would quote the value too.
        error.remove(ContextKind::Suggested);
        error.remove(ContextKind::TrailingArg);
    }
    error
}
