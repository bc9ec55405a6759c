//! Reads JSON from a file or from standard input.

use std::io::{self, Read};
use std::path::Path;

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::secret_file;

/// Reads a JSON file, or standard input for `-`. Numbers keep their digits. A byte order mark at the beginning is left
/// out. `option` is the option that names the file.
pub(crate) fn read(path: &Path, option: &str) -> Result<Box<RawValue>, Failure> {
    let is_stdin = secret_file::is_stdin(path);
    let name = if is_stdin { "standard input".to_owned() } else { format!("the file {}", path.display()) };
    let mut bytes = Vec::new();
    let outcome = if is_stdin {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    outcome.map_err(|error| {
        Failure::usage(
            format!("{name} cannot be read: {error}"),
            format!("name a file with the JSON body: {option} FILE"),
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::usage(
            format!("{name} is not UTF-8"),
            "save it as UTF-8, not as UTF-16, then run the command again",
        )
    })?;
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(|error| {
        // Only the position is shown, because the parser's message may quote the file.
        let place = format!("line {}, column {}", error.line(), error.column());
        Failure::usage(
            format!("{name} is not valid JSON: {place}"),
            "correct it there, then run the command again",
        )
    })
}
