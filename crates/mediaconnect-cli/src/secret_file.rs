//! Reads a secret from a file. The secret then appears neither in the command line nor in an environment variable.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::stderr::say;

/// The maximum size of a secret, in bytes.
const MAX_SIZE: u64 = 64 * 1024;

/// Reads a secret without the line break at its end and the byte order mark at its beginning. The path `-` is standard
/// input.
///
/// Warns if other users can read the file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    if is_stdin(path) {
        return secret(io::stdin().lock(), "standard input");
    }
    let name = format!("the file {}", path.display());
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    if is_open_to_others(&file) {
        say(&format!("warning: other users can read {name}; run: chmod 600 {}", path.display()));
    }
    secret(file, &name)
}

/// Reads a secret for a check only. Returns `None` for standard input, and for a pipe or another file that can be read
/// only once, because [`read`] must read the secret later.
pub(crate) fn inspect(path: &Path) -> Result<Option<String>, Failure> {
    if is_stdin(path) || path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Ok(None);
    }
    let name = format!("the file {}", path.display());
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    secret(file, &name).map(Some)
}

/// Checks that at most one option reads standard input. The second option would find standard input empty.
pub(crate) fn check_stdin(secret: Option<&Path>, option: &str, path: &Path) -> Result<(), Failure> {
    if secret.is_some_and(is_stdin) && is_stdin(path) {
        return Err(Failure::usage(
            format!("--client-secret-file and {option} cannot both read standard input"),
            "name a file in one of these options, or set MEDIACONNECT_CLIENT_SECRET instead of --client-secret-file",
        ));
    }
    Ok(())
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-" || path == Path::new("/dev/stdin")
}

fn secret(source: impl Read, name: &str) -> Result<String, Failure> {
    let mut text = String::new();
    source.take(MAX_SIZE + 1).read_to_string(&mut text).map_err(|error| unreadable(name, &error))?;
    if text.len() as u64 > MAX_SIZE {
        return Err(Failure::usage(format!("{name} is too large for a secret"), ADVICE));
    }
    match secret_in(&text) {
        "" => Err(Failure::usage(format!("{name} is empty"), ADVICE)),
        secret => Ok(secret.to_owned()),
    }
}

/// Returns the secret in the text of a file or the output of a program. Some editors and shells of Windows begin a text
/// with a byte order mark, which is not part of the secret.
pub(crate) fn secret_in(text: &str) -> &str {
    without_line_break(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Removes the line break that an editor or a shell added to a secret.
pub(crate) fn without_line_break(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line)
}

const ADVICE: &str = "name a file that contains only the client secret: --client-secret-file FILE";

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::usage(format!("{name} cannot be read: {error}"), ADVICE)
}

#[cfg(unix)]
fn is_open_to_others(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;

    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Detail;

    fn read_from(bytes: &[u8]) -> Result<String, String> {
        secret(bytes, "it").map_err(|failure| failure.report(Detail::Plain))
    }

    #[test]
    fn a_byte_order_mark_and_one_line_break_at_the_end_are_no_part_of_the_secret() {
        for (bytes, expected) in [
            (&b"s3cret"[..], "s3cret"),
            (b"s3cret\n", "s3cret"),
            (b"s3cret\r\n", "s3cret"),
            (b" s3cret \n", " s3cret "),
            (b"\xef\xbb\xbfs3cret\r\n", "s3cret"),
            (b"s3cret\n\n", "s3cret\n"),
        ] {
            assert_eq!(read_from(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn what_cannot_be_a_secret_is_refused_without_quoting_it() {
        let too_large = vec![b'x'; 64 * 1024 + 1];
        for (bytes, reason) in [
            (&b""[..], "it is empty"),
            (b"\r\n", "it is empty"),
            (b"canary\xff", "it cannot be read"),
            (too_large.as_slice(), "it is too large"),
        ] {
            let message = read_from(bytes).unwrap_err();
            assert!(message.contains(reason) && !message.contains("canary"), "{message}");
        }
    }
}
