//! Reads a file of lines that a run left: whole lines, and perhaps the beginning of one that it did not get to write.
//! Anything else is the work of another program, and is left as it is.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::lines::{lock, unwritable};
use crate::failure::Failure;

/// After a crash of the machine, a part of a file may be zeros. Fewer in a row are something else, such as UTF-16.
const ZEROS: usize = 8;

/// A file, locked, and how much of it is whole lines, in bytes.
pub(super) struct Scan {
    pub(super) path: PathBuf,
    pub(super) file: Option<File>,
    pub(super) length: u64,
}

/// How the lines of a file are recognised. Lines come without their line breaks, with their numbers from 1.
pub(super) trait Lines {
    /// Takes a line, and returns whether it is whole.
    fn take(&mut self, number: u64, line: &[u8]) -> bool;

    /// Returns whether a line can begin so.
    fn can_begin(&self, number: u64, text: &[u8]) -> bool;
}

impl Scan {
    /// Reads a file to its end, if it is there, and changes nothing.
    pub(super) fn read(path: &Path, lines: &mut impl Lines) -> Result<Self, Failure> {
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

/// Returns what was written of a line that was torn: it has no line break, or zeros in place of its end.
fn torn<'a>(text: Option<&'a [u8]>, line: &'a [u8]) -> Option<&'a [u8]> {
    let text = text.unwrap_or(line);
    let Some(zero) = text.iter().position(|byte| *byte == 0) else {
        return Some(text).filter(|_| !line.ends_with(b"\n"));
    };
    text[zero..].iter().take(ZEROS).all(|byte| *byte == 0).then_some(&text[..zero])
}

fn foreign(path: &Path, number: u64, line: &[u8]) -> Failure {
    let what = if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
        format!("{} begins with a byte order mark, as a spreadsheet saves it", path.display())
    } else {
        format!("line {number} of {} is none that this version of the command writes", path.display())
    };
    Failure::usage(
        format!("{what}; nothing was changed"),
        "put the file back as the run left it, or finish it with the version that began it; to begin anew, name \
         another output or give --force",
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
