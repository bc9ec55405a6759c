//! Reads the values of environment variables. An empty variable counts as not set.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::failure::Failure;

/// Looks up an environment variable by its name.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Returns the text of a variable, or an error if it is not UTF-8.
pub(crate) fn text(name: &str, variable: Lookup) -> Result<Option<String>, Failure> {
    let Some(value) = set(name, variable) else { return Ok(None) };
    value.into_string().map(Some).map_err(|_| not_utf8(name))
}

/// Returns the value of an option if it is given, otherwise the text of its variable.
pub(crate) fn option_or_text(
    option: Option<&String>,
    name: &str,
    variable: Lookup,
) -> Result<Option<String>, Failure> {
    option.map_or_else(|| text(name, variable), |value| Ok(Some(value.clone())))
}

/// Returns the value of an option if it is given, otherwise the path in its variable. A path need not be UTF-8.
pub(crate) fn option_or_path(option: Option<&PathBuf>, name: &str, variable: Lookup) -> Option<PathBuf> {
    option.cloned().or_else(|| set(name, variable).map(PathBuf::from))
}

fn set(name: &str, variable: Lookup) -> Option<OsString> {
    variable(name).filter(|value| !value.is_empty())
}

fn not_utf8(name: &str) -> Failure {
    Failure::usage(format!("{name} is not UTF-8"), "set it to UTF-8 text")
}
