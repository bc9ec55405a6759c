//! Reads a file that an earlier run wrote. The last line may be incomplete, because the run may have been interrupted.
//! Reading fails if a line shows that another program has changed the file. Reading never changes the file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::line_file::{lock, unwritable};
use crate::failure::Failure;

/// The number of bytes to check, starting at the first zero byte of a line. If all of them are zero, a system crash
/// filled the end of the file with zero bytes. If not, another program wrote the file, for example as UTF-16.
const MIN_ZEROS: usize = 8;

/// A locked file. `length` is the number of bytes in the complete lines of the file.
pub(super) struct Scan {
    pub(super) path: PathBuf,
    pub(super) file: Option<File>,
    pub(super) length: u64,
}

/// Recognises the lines of one kind of file. The parameters `line` and `text` contain no line break. The parameter
/// `number` counts lines from 1.
pub(super) trait LineFormat {
    /// Records a complete line and returns true. Returns false if this kind of file cannot contain the line.
    fn take(&mut self, number: u64, line: &[u8]) -> bool;

    /// Returns true if the incomplete line `text` can be the beginning of line `number`.
    fn can_begin(&self, number: u64, text: &[u8]) -> bool;
}

impl Scan {
    /// Reads the file to its end if it exists. Does not change the file.
    pub(super) fn read(path: &Path, lines: &mut impl LineFormat) -> Result<Self, Failure> {
        let unreadable = |error: &io::Error| unwritable(path, error);
        let path = path.to_owned();
        let file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, file: None, length: 0 });
            }
            Err(error) => return Err(unreadable(&error)),
        };
        lock(&path, &file)?;
        let (mut length, mut line) = (0, Vec::new());
        let mut reader = BufReader::new(&file);
        for number in 1.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(|error| unreadable(&error))?;
            let text = line.strip_suffix(b"\n");
            if text.is_some_and(|text| lines.take(number, text)) {
                length += read as u64;
            } else if torn(text, &line).is_some_and(|text| lines.can_begin(number, text)) {
                break;
            } else {
                return Err(foreign(&path, number, &line));
            }
        }
        Ok(Self { path, file: Some(file), length })
    }
}

/// Returns the text of a line that a crash left incomplete. An incomplete line has no line break, or has zero bytes
/// after its text. Returns `None` for any other line.
fn torn<'a>(text: Option<&'a [u8]>, line: &'a [u8]) -> Option<&'a [u8]> {
    let text = text.unwrap_or(line);
    let Some(zero) = text.iter().position(|byte| *byte == 0) else {
        return Some(text).filter(|_| !line.ends_with(b"\n"));
    };
    text[zero..].iter().take(MIN_ZEROS).all(|byte| *byte == 0).then_some(&text[..zero])
}

fn foreign(path: &Path, number: u64, line: &[u8]) -> Failure {
    let what = if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
        format!("another program has changed {}: the file begins with a byte order mark", path.display())
    } else {
        format!("line {number} of {} was not written by this version of the command", path.display())
    };
    Failure::usage(
        format!("{what}; this run has not changed the file"),
        "restore the original file, or finish the run with the version of mediaconnect that started it; \
         to start again, choose another output or use --force",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_has_no_end_or_zeros() {
        let zeros = |text: &str| text.replace('0', "\0").into_bytes();
        for (line, expected) in [
            ("a", Some(&b"a"[..])),
            ("", Some(b"")),
            ("ab00000000", Some(b"ab")),
            ("ab000\n", Some(b"ab")),
            ("ab00000000000b\n", Some(b"ab")),
            ("a\n", None),
            ("a0b0\n", None),
            ("a0000000b\n", None),
        ] {
            let line = zeros(line);
            assert_eq!(torn(line.strip_suffix(b"\n"), &line), expected, "{line:?}");
        }
    }
}
