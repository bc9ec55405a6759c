//! The rows of the input, with the lines that they stand on.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::cell;
use super::source::{Blocks, Fingerprint, Source, is_changed};
use crate::exit::Exit;
use crate::failure::Failure;

/// A row that spans more lines has a quote that is not closed.
const MOST_LINES: u64 = 100;
/// What is read behind the file, as a row of its own: so each row has an end, and where it is in a cell, that cell has none.
const END: &[u8] = b"\n\x1e\n";

/// The input: a file that was read once, so that it is known what is in it.
pub(super) struct Input {
    path: PathBuf,
    form: Form,
    blocks: Blocks,
    /// How many rows it has.
    pub(super) rows: u64,
    /// The columns, counted from 1, that are not used.
    pub(super) unused: Vec<usize>,
}

/// How an input is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    /// The columns of a CSV file that may be in it; without any, a line is a row.
    pub(super) columns: Option<Vec<String>>,
    /// True if `--column` names the only column.
    pub(super) is_named: bool,
    /// The delimiter of `--delimiter`, if given.
    pub(super) delimiter: Option<u8>,
    /// Whether a cell is taken as it is, also if it has the apostrophe that makes text harmless.
    pub(super) is_raw: bool,
}

/// A row.
pub(super) struct InputRow {
    /// The line that it begins on, from 1.
    pub(super) line: u64,
    record: ByteRecord,
    /// Whether a byte stands in it that no UTF-8 has.
    is_foreign: bool,
}

/// Where the wanted columns are.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    cells: Vec<Option<Column>>,
    is_raw: bool,
}

#[derive(Clone, Copy, Debug)]
struct Column {
    cell: usize,
    /// Whether the cell is a list, of which the first element counts.
    is_list: bool,
}

impl Input {
    /// Reads a file to its end.
    pub(super) fn read(path: &Path, form: Form) -> Result<Self, Failure> {
        let unreadable = |error| unreadable(path, &error);
        let mut source = Source::open(path, None).map_err(unreadable)?;
        if is_utf_16(source.head().map_err(unreadable)?) {
            return Err(Failure::usage(
                "the input is UTF-16",
                "save it as UTF-8, such as with iconv -f UTF-16 -t UTF-8, then run it again",
            ));
        }
        if form.columns.is_none() && is_csv(source.head().map_err(unreadable)?) {
            return Err(Failure::usage(
                "the first line of the input has several cells, and without --column a line is a number",
                "name the column that the customer numbers are in with --column",
            ));
        }
        let mut rows = Rows::new(source, &form).map_err(unreadable)?;
        let unused = match &form.columns {
            Some(wanted) => rows.unused(wanted, form.is_named)?,
            None => Vec::new(),
        };
        let mut count = 0;
        while let Some(row) = rows.next() {
            row.map_err(unreadable)?;
            if rows.span > MOST_LINES {
                return Err(unclosed(rows.began));
            }
            count += 1;
        }
        if rows.is_open {
            return Err(unclosed(rows.line));
        }
        let blocks = rows.reader.into_inner().into_inner().0.into_blocks();
        Ok(Self { path: path.to_owned(), form, blocks, rows: count, unused })
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.blocks)
    }

    /// The rows, from the first. They are those that were read; a change of the file is an error.
    pub(super) fn rows(&self) -> Result<Rows, Failure> {
        let rows = Source::open(&self.path, Some(self.blocks.clone()));
        rows.and_then(|source| Rows::new(source, &self.form)).map_err(|error| lost(&error))
    }
}

/// Returns whether an input can be read only once: standard input or another pipe.
pub(super) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
        || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Copies an input that can be read only once to a file.
pub(super) fn copy_stream(from: &Path, to: &mut File) -> io::Result<()> {
    if from.as_os_str() == "-" {
        io::copy(&mut io::stdin().lock(), to)?;
    } else {
        io::copy(&mut File::open(from)?, to)?;
    }
    to.sync_all()
}

/// Reads rows.
pub(super) struct Rows {
    reader: Reader<io::Chain<Source, &'static [u8]>>,
    pub(super) columns: Columns,
    /// Whether a line is a cell.
    is_lines: bool,
    /// The cells of the header.
    header: usize,
    /// A wanted column that is there several times.
    repeated: Option<(usize, Vec<Column>)>,
    /// Of the last row: where it began, or empty lines before it, where it began indeed, and how many lines it has.
    began: u64,
    line: u64,
    span: u64,
    /// Whether it ended inside of a quote.
    is_open: bool,
}

impl Rows {
    fn new(mut source: Source, form: &Form) -> io::Result<Self> {
        let mut builder = ReaderBuilder::new();
        // A carriage return before the line feed is trimmed.
        builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n'));
        match form.columns {
            Some(_) => {
                let found = delimiter(source.head()?);
                builder.delimiter(form.delimiter.unwrap_or(found))
            }
            // A line is a cell: nothing that is UTF-8 has this byte.
            None => builder.delimiter(0xff).quoting(false),
        };
        // A line is no cell of a spreadsheet.
        let is_raw = form.is_raw || form.columns.is_none();
        let line = Column { cell: 0, is_list: false };
        let mut rows = Self {
            reader: builder.from_reader(source.chain(END)),
            columns: Columns { cells: vec![Some(line)], is_raw },
            is_lines: form.columns.is_none(),
            header: 0,
            repeated: None,
            began: 0,
            line: 0,
            span: 0,
            is_open: false,
        };
        if let Some(wanted) = &form.columns {
            let record = rows.next().transpose()?.map(|row| row.record).unwrap_or_default();
            rows.header = record.len();
            let columns: Vec<_> = wanted.iter().map(|name| columns(&record, name)).collect();
            rows.columns.cells = columns.iter().map(|cells| cells.first().copied()).collect();
            rows.repeated = columns.into_iter().enumerate().find(|(_, cells)| cells.len() > 1);
        }
        Ok(rows)
    }

    /// The columns that are not used, if any is. No message quotes the header: what stands there may be a person.
    fn unused(&self, wanted: &[String], is_named: bool) -> Result<Vec<usize>, Failure> {
        let used: Vec<usize> = self.columns.cells.iter().flatten().map(|column| column.cell).collect();
        if let Some((column, cells)) = &self.repeated {
            let name = if is_named { "of --column" } else { wanted[*column].as_str() };
            let places: Vec<String> = cells.iter().map(|column| (column.cell + 1).to_string()).collect();
            return Err(Failure::usage(
                format!(
                    "the first line of the input names the column {name} twice: columns {}",
                    places.join(" and ")
                ),
                "rename all but the one that counts",
            ));
        }
        if used.is_empty() && is_named {
            let cells =
                if self.header == 1 { "1 column".to_owned() } else { format!("{} columns", self.header) };
            return Err(Failure::usage(
                format!(
                    "the input has no column with the name that --column gives; its first line has {cells}"
                ),
                "check the name, and what separates the columns: --delimiter says it",
            ));
        }
        if used.is_empty() {
            return Err(Failure::usage(
                "the first line of the input names no column that is known",
                format!("let it name the columns: {}", wanted.join(", ")),
            ));
        }
        Ok((0..self.header).filter(|column| !used.contains(column)).map(|column| column + 1).collect())
    }
}

impl Iterator for Rows {
    type Item = io::Result<InputRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = ByteRecord::new();
        loop {
            match self.reader.read_byte_record(&mut record) {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => return Some(Err(io_error(error))),
            }
            if record.iter().eq([END.trim_ascii()]) {
                continue;
            }
            self.is_open = record.iter().next_back().is_some_and(|cell| cell.ends_with(END));
            // The reader tells where it began to look, which may be on an empty line before; so it is counted back from
            // the end.
            self.began = record.position().map_or(0, csv::Position::line);
            // What is open has no line break behind it.
            self.span = occurrences(b'\n', record.as_slice()) + u64::from(!self.is_open);
            self.line = self.reader.position().line() - self.span;
            record.trim();
            let is_foreign = self.is_lines && record.len() > 1;
            // Spreadsheets write rows of nothing but separators.
            if is_foreign || record.iter().any(|cell| !cell.is_empty()) {
                return Some(Ok(InputRow { line: self.line, record, is_foreign }));
            }
        }
    }
}

fn occurrences(byte: u8, text: &[u8]) -> u64 {
    text.split(|other| *other == byte).skip(1).count() as u64
}

impl InputRow {
    /// The text of a wanted column; nothing if there is none. An error if it is no UTF-8.
    pub(super) fn text(&self, columns: &Columns, wanted: usize) -> Result<Option<String>, &'static str> {
        let Some(column) = columns.cells[wanted] else { return Ok(None) };
        let cell = self.record.get(column.cell).unwrap_or_default();
        let text = str::from_utf8(cell).ok().filter(|_| !self.is_foreign);
        let mut text = text.ok_or("the line is not UTF-8: save the file with that encoding")?.to_owned();
        if column.is_list {
            text = cell::split(&text).into_iter().next().unwrap_or_default();
        }
        if !columns.is_raw {
            text = cell::restored(&text);
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

/// The columns with a name; case, spaces, `-` and `_` do not count, so `Postal code` is `postalCode`. The lists that
/// `customer export` writes are columns too.
fn columns(header: &ByteRecord, name: &str) -> Vec<Column> {
    let plain = |name: &[u8]| {
        let name = String::from_utf8_lossy(name);
        name.chars()
            .filter(|c| !matches!(c, ' ' | '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let all_of = |names: &[&str], is_list| -> Vec<Column> {
        let found = header.iter().enumerate().filter(|(_, cell)| names.contains(&plain(cell).as_str()));
        found.map(|(cell, _)| Column { cell, is_list }).collect()
    };
    let name = plain(name.as_bytes());
    let (names, lists) = match name.as_str() {
        "email" => (&["email"][..], &["emails"][..]),
        // The option of `customer search` is shorter.
        "phonenumber" => (&["phonenumber", "phone"][..], &["phonenumbers"][..]),
        name => (&[name][..], &[][..]),
    };
    let texts = all_of(names, false);
    if texts.is_empty() { all_of(lists, true) } else { texts }
}

/// Returns true if the first line that is not empty has several cells.
fn is_csv(head: &[u8]) -> bool {
    let first = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(|line| line.trim_ascii().iter().any(|byte| b",;\t".contains(byte)))
}

/// Returns whether a file says that it is UTF-16, as spreadsheets save "Unicode text".
fn is_utf_16(head: &[u8]) -> bool {
    [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| head.starts_with(*mark))
}

/// Returns what separates the columns: Nordic spreadsheets write semicolons.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // Of those as frequent, the last wins.
    let most = b"\t;,".iter().max_by_key(|delimiter| occurrences(**delimiter, line));
    *most.expect("there are three")
}

fn unclosed(line: u64) -> Failure {
    Failure::usage(
        format!("the input's row from line {line} on has no end: a quote is not closed"),
        "close it, or write it twice if it belongs to the text; then run it again",
    )
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(
        format!("the input {} cannot be read: {error}", path.display()),
        "name a file with --input",
    )
}

/// The failure of a pass over an input that was read before.
pub(super) fn lost(error: &io::Error) -> Failure {
    if is_changed(error) {
        return Failure::new(
            Exit::Failure,
            "the input has changed since the run began; all that was written is of the input as it was",
            "put the input back as it was and run the same command with --resume, or begin anew with --force",
        );
    }
    Failure::new(
        Exit::Failure,
        format!("the input cannot be read any more: {error}"),
        "run the same command with --resume",
    )
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Rows may have any number of cells, and any bytes. What else could be wrong might quote them.
        _ => io::Error::other("it is no CSV"),
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
        let form = Form { columns, ..Form::default() };
        let read = Input::read(&path, form).map_err(|failure| failure.report(Detail::Plain)).map(|input| {
            let rows = input.rows().unwrap_or_else(|failure| panic!("{}", failure.report(Detail::Plain)));
            let columns = rows.columns.clone();
            let texts = rows.map(|row| row.unwrap()).map(|row| {
                let cells = (0..columns.cells.len()).map(|wanted| match row.text(&columns, wanted) {
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
