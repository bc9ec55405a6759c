//! The input of a run: a file whose rows can be read several times.

use std::path::{Path, PathBuf};

use super::input_rows::{InputRows, RowError};
use super::source::{Blocks, Fingerprint, Source, is_changed};
use crate::exit::Exit;
use crate::failure::Failure;

/// An input file that was read to its end once, to check its rows and count them.
pub(super) struct Input {
    path: PathBuf,
    format: InputFormat,
    blocks: Blocks,
    pub(super) rows: u64,
    /// The positions of the unused columns, counted from 1.
    pub(super) unused: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct InputFormat {
    /// The column names to look for in a CSV file. `None` if the file has no columns and each line is a row.
    pub(super) columns: Option<Vec<String>>,
    /// True if `--column` names the only column.
    pub(super) is_named: bool,
    /// The value of `--delimiter`, if given.
    pub(super) delimiter: Option<u8>,
    /// True if cells are read unchanged. If false, the apostrophe before a formula is removed.
    pub(super) is_raw: bool,
}

impl Input {
    /// Reads a file to its end.
    pub(super) fn read(path: &Path, format: InputFormat) -> Result<Self, Failure> {
        let unreadable = |error| unreadable(path, &error);
        let mut source = Source::open(path, None).map_err(unreadable)?;
        let head = source.head().map_err(unreadable)?;
        if is_utf_16(head) {
            return Err(Failure::usage(
                "the input is UTF-16",
                "convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8, then run the command again",
            ));
        }
        if has_only_carriage_returns(head) {
            return Err(Failure::usage(
                "the lines of the input end with a carriage return only",
                "replace each carriage return with a line feed, for example with tr '\\r' '\\n', then run the \
                 command again",
            ));
        }
        if format.columns.is_none() && is_csv(head) {
            return Err(Failure::usage(
                "the first line of the input has several cells, but without --column each line \
                 must be a single customer number",
                "name the column of the customer numbers with --column",
            ));
        }
        let first_pass = |error: RowError| match error {
            RowError::Io(error) => unreadable(error),
            RowError::UnclosedQuote { line } => unclosed(line),
            RowError::TextAfterQuote { line } => text_after_quote(line),
            RowError::TooLong { line } => too_long(line),
        };
        let mut rows = InputRows::new(source, &format).map_err(first_pass)?;
        let unused = match &format.columns {
            Some(wanted) => rows.columns.check(wanted, format.is_named)?,
            None => Vec::new(),
        };
        let mut count = 0;
        for row in &mut rows {
            row.map_err(first_pass)?;
            count += 1;
        }
        let blocks = rows.into_source().into_blocks();
        Ok(Self { path: path.to_owned(), format, blocks, rows: count, unused })
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.blocks)
    }

    /// Reads the rows again. The iterator returns an error if the file has changed since the first pass.
    pub(super) fn rows(&self) -> Result<InputRows, Failure> {
        let source = Source::open(&self.path, Some(self.blocks.clone())).map_err(RowError::Io);
        source.and_then(|source| InputRows::new(source, &self.format)).map_err(lost)
    }
}

/// Returns true if the first non-empty line has several cells.
fn is_csv(head: &[u8]) -> bool {
    let first = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| line.trim_ascii().iter().any(|byte| b",;\t".contains(byte)))
}

/// Returns true if a file begins with the byte order mark of UTF-16. Spreadsheets write this mark when they save
/// "Unicode text".
fn is_utf_16(head: &[u8]) -> bool {
    [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| head.starts_with(*mark))
}

/// Returns true if lines end with a carriage return only, as on a classic Mac. Such a file would be read as a single
/// row.
fn has_only_carriage_returns(head: &[u8]) -> bool {
    !head.contains(&b'\n') && head.windows(2).any(|two| two[0] == b'\r')
}

fn unclosed(line: u64) -> Failure {
    Failure::usage(
        format!("the row that begins on line {line} of the input has no end, because a quote is not closed"),
        "close the quote, or double each quotation mark that is part of the text; then run the command again",
    )
}

fn text_after_quote(line: u64) -> Failure {
    Failure::usage(
        format!(
            "line {line} of the input has text or a space after a closing quote; a quote before it may be open"
        ),
        "check the quotes of this line and of the lines before it, double each quotation mark that is part of the \
         text, and remove spaces after a closing quote; then run the command again",
    )
}

fn too_long(line: u64) -> Failure {
    Failure::usage(
        format!("line {line} of the input is longer than 1 MiB"),
        "check that --input names a text file with one customer per line, then run the command again",
    )
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("the input {} cannot be read: {error}", path.display()),
        "name a readable file with --input",
    )
}

pub(super) fn lost(error: RowError) -> Failure {
    match error {
        RowError::Io(error) if is_changed(&error) => Failure::new(
            Exit::Failure,
            "the input has changed since the run began; all rows written so far are from the original input",
            "restore the original input",
        ),
        RowError::Io(error) => Failure::new(
            Exit::Failure,
            format!("the input can no longer be read: {error}"),
            "make the file readable again",
        ),
        RowError::UnclosedQuote { line } => unclosed(line),
        RowError::TextAfterQuote { line } => text_after_quote(line),
        RowError::TooLong { line } => too_long(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Detail;

    fn read(content: &[u8], wanted: Option<&[&str]>) -> Result<(Input, Vec<(u64, String)>), String> {
        let id = fastrand::u64(..);
        let path = std::env::temp_dir().join(format!("mediaconnect-input-{}-{id}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        let columns = wanted.map(|wanted| wanted.iter().map(ToString::to_string).collect());
        let format = InputFormat { columns, ..InputFormat::default() };
        let read = Input::read(&path, format).map_err(|failure| failure.report(Detail::Plain)).map(|input| {
            let rows = input.rows().unwrap_or_else(|failure| panic!("{}", failure.report(Detail::Plain)));
            let columns = rows.columns.clone();
            let texts = rows.map(|row| row.unwrap_or_else(|_| panic!("a row"))).map(|row| {
                let cells = (0..columns.len()).map(|wanted| match row.text(&columns, wanted) {
                    Ok(text) => text.unwrap_or_default(),
                    Err(_) => "not UTF-8".to_owned(),
                });
                (row.line, cells.collect::<Vec<_>>().join("|"))
            });
            let texts = texts.collect();
            (input, texts)
        });
        std::fs::remove_file(path).unwrap();
        read
    }

    fn rows(content: &[u8], wanted: Option<&[&str]>) -> Vec<(u64, String)> {
        read(content, wanted).unwrap().1
    }

    fn numbered(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
        rows.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn a_line_is_a_row_with_its_number_whatever_the_line_breaks() {
        let expected = numbered(&[(1, "12"), (3, "1,3"), (4, "\"x"), (7, "99")]);
        assert_eq!(rows(b"12\n\n 1,3 \n\"x\n\n\n99", None), expected);
        assert_eq!(rows(b"12\r\n\r\n1,3\r\n\"x\r\n\r\n\r\n99\r\n", None), expected);
        assert_eq!(rows(b"\xef\xbb\xbf12\n", None), numbered(&[(1, "12")]));
        assert_eq!(rows(b"", None), []);
        assert_eq!(rows(b"1\n  \n2\n", None), numbered(&[(1, "1"), (3, "2")]));
        assert_eq!(rows(b"1\n\xff\n", None), numbered(&[(1, "1"), (2, "not UTF-8")]));
        assert_eq!(rows(b"1\xff2\n", None), numbered(&[(1, "not UTF-8")]));
        assert_eq!(rows(b"1\x002\n", None), numbered(&[(1, "1\x002")]));
    }

    #[test]
    fn columns_are_found_by_name_however_they_are_spelled_and_separated() {
        let wanted: &[&str] = &["postalCode", "phoneNumber", "email"];
        for content in ["id,Postal Code,phone\n1,0179,+471\n", "phone-number;ID;POSTAL_CODE\n+471;1; 0179\n"]
        {
            let (input, rows) = read(content.as_bytes(), Some(wanted)).unwrap();
            assert_eq!(rows, numbered(&[(2, "0179|+471|")]));
            assert_eq!((input.rows, input.unused.len()), (1, 1));
        }
    }

    #[test]
    fn a_cell_may_span_lines_and_the_next_row_has_its_own_number() {
        let content = b"number,note\r\n1,\"a\r\nb\r\nc\"\r\n\r\n2,d\r\n3\r\n";
        assert_eq!(rows(content, Some(&["number"])), numbered(&[(2, "1"), (6, "2"), (7, "3")]));
    }

    #[test]
    fn a_quote_that_is_not_closed_is_refused_before_it_swallows_the_rest() {
        for rest in ["3\n".repeat(200), "3\n".repeat(2), "3\n\"\"4\"\"".to_owned(), String::new()] {
            let content = format!("number\n1\n\"2\n{rest}");
            let refused = read(content.as_bytes(), Some(&["number"])).err().unwrap();
            assert!(refused.contains("line 3") && refused.contains("a quote is not closed"), "{refused}");
        }
        for closed in ["number\n1\n\"2\n\"", "number\n1\n\"2\"\n\n"] {
            assert_eq!(rows(closed.as_bytes(), Some(&["number"])), numbered(&[(2, "1"), (3, "2")]));
        }
    }

    #[test]
    fn text_after_a_closing_quote_is_refused_because_two_open_quotes_join_rows() {
        for (content, line) in [
            ("name,number\n\"Hansen AS,100\n\"Olsen AS,200\nLie,300\n", "line 3"),
            ("name,number\n1,2\n\"Hansen AS,100\n\" ,200\n", "line 4"),
            ("name,number\n\"a\"b,1\n", "line 2"),
            ("name,number\n\"a\" ,1\n", "line 2"),
            ("name,number\na,\"1\" \n", "line 2"),
            ("name,number\na,\"1\"\r2\n", "line 2"),
            ("\"name\"s,number\na,1\n", "line 1"),
        ] {
            let refused = read(content.as_bytes(), Some(&["number"])).err().unwrap();
            assert!(refused.contains(line) && refused.contains("after a closing quote"), "{refused}");
            assert!(!refused.contains("AS"), "{refused}");
        }
        let content =
            "name,number\r\n\"a \"\"b\"\"\",\"1\"\r\n5\" pipe,2\n \"a\",3\n\"\",\"4\"\n\"\"\"\",5\nx,\"6\"";
        let expected = [(2, "1"), (3, "2"), (4, "3"), (5, "4"), (6, "5"), (7, "6")];
        assert_eq!(rows(content.as_bytes(), Some(&["number"])), numbered(&expected));
    }

    #[test]
    fn a_header_without_a_known_column_is_refused_without_quoting_it() {
        let refused = read(b"kari.canary@example.com,1\n", Some(&["email", "lastName"])).err().unwrap();
        assert!(refused.contains("email, lastName") && !refused.contains("canary"), "{refused}");
    }

    #[test]
    fn utf_16_is_refused_by_its_name() {
        for content in [&b"\xff\xfe1\0\n\0"[..], b"\xfe\xff\x001\0\n"] {
            for wanted in [None, Some(&["number"][..])] {
                let refused = read(content, wanted).err().unwrap();
                assert!(refused.contains("UTF-16") && refused.contains("UTF-8"), "{refused}");
            }
        }
    }

    #[test]
    fn carriage_returns_as_line_breaks_are_refused() {
        for wanted in [None, Some(&["number"][..])] {
            let refused = read(b"number\r563457\r100214\r", wanted).err().unwrap();
            assert!(refused.contains("carriage return") && refused.contains("line feed"), "{refused}");
        }
        assert_eq!(rows(b"563457\r", None), numbered(&[(1, "563457")]));
    }

    #[test]
    fn lists_and_harmless_text_are_read_as_export_wrote_them() {
        let content =
            b"emails,phoneNumbers,lastName\n\"\"\"a;b@example.com\"\";c\",'+4712;+47,''=1\n,,'t Hooft\n";
        let wanted: &[&str] = &["email", "phoneNumber", "lastName"];
        assert_eq!(
            rows(content, Some(wanted)),
            numbered(&[(2, "a;b@example.com|+4712|'=1"), (3, "||'t Hooft")])
        );
        let both = rows(b"emails,email\nb,a\n", Some(wanted));
        assert_eq!(both, numbered(&[(2, "a||")]));
        assert_eq!(rows(b"'+1\n", None), numbered(&[(1, "'+1")]));
    }
}
