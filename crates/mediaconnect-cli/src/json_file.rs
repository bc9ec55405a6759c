//! Reads JSON from a file or from standard input.

use std::io::{self, Read};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Reads a JSON file, or standard input for `-`. `option` is the option that names the file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, option: &str) -> Result<T, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin { "standard input".to_owned() } else { format!("the file {}", path.display()) };
    let mut text = String::new();
    let outcome = if is_stdin {
        io::stdin().lock().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    outcome.map_err(|error| {
        Failure::usage(
            format!("{name} cannot be read: {error}"),
            format!("name a file with the JSON body: {option} FILE"),
        )
    })?;
    serde_json::from_str(&text).map_err(|error| {
        // Only the position is shown, because the parser's message may quote the file.
        let place = format!("line {}, column {}", error.line(), error.column());
        Failure::usage(
            format!("{name} is not valid JSON: {place}"),
            "correct it there, then run the command again",
        )
    })
}
