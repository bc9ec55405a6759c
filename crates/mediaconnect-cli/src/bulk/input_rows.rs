//! Reads the rows of an input. Each row has the line number on which it begins.

use std::io::{self, BufRead, BufReader, Read};

use csv::ByteRecord;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::cell;
use super::columns::Columns;
use super::input::InputFormat;
use super::quotes::Quotes;
use super::source::Source;

/// The maximum number of lines in a row. A row with more lines probably has an unclosed quote.
const MAX_LINES_PER_ROW: u64 = 100;

/// The maximum number of bytes in a line, including its line break. A file with a longer line is probably not a list
/// of customers.
const MAX_LINE: usize = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct InputRow {
    /// The line on which the row begins, counted from 1.
    pub(super) line: u64,
    cells: ByteRecord,
}

/// The reason why a row cannot be read, without the text of the row.
#[derive(Debug)]
pub(super) enum RowError {
    Io(io::Error),
    /// A row has a quote that is not closed. `line` is the line on which the row begins.
    UnclosedQuote {
        line: u64,
    },
    /// The line with this number has text after a closing quote.
    TextAfterQuote {
        line: u64,
    },
    /// The line with this number is longer than `MAX_LINE`.
    TooLong {
        line: u64,
    },
}

/// Iterates over the rows of an input. Skips the header and empty rows.
pub(super) struct InputRows {
    source: BufReader<Source>,
    /// Splits CSV into cells. `None` if the input is not CSV. In this case, each line is a row with one cell.
    csv: Option<(Reader, Quotes)>,
    pub(super) columns: Columns,
    /// The current line, including its line break. The field `line` is the number of this line.
    text: Vec<u8>,
    line: u64,
}

impl InputRows {
    /// Starts to read an input, and reads the header of a CSV input.
    pub(super) fn new(mut source: Source, format: &InputFormat) -> Result<Self, RowError> {
        let csv = match &format.columns {
            Some(_) => {
                let found = delimiter(source.head().map_err(RowError::Io)?);
                let delimiter = format.delimiter.unwrap_or(found);
                // A carriage return before the line feed is white space, which is trimmed around every cell.
                let terminator = Terminator::Any(b'\n');
                let reader = ReaderBuilder::new().delimiter(delimiter).terminator(terminator).build();
                Some((reader, Quotes::new(delimiter)))
            }
            None => None,
        };
        let source = BufReader::new(source);
        let mut rows = Self { source, csv, columns: Columns::of_lines(), text: Vec::new(), line: 0 };
        if let Some(wanted) = &format.columns {
            let header = rows.next().transpose()?.map(|row| row.cells).unwrap_or_default();
            rows.columns = Columns::find(&header, wanted, format.is_raw);
        }
        Ok(rows)
    }

    /// Returns the source. If all rows have been read, the source has been read to its end.
    pub(super) fn into_source(self) -> Source {
        self.source.into_inner()
    }

    fn read_row(&mut self) -> Result<Option<InputRow>, RowError> {
        let Some((csv, quotes)) = &mut self.csv else {
            let cells = |text: &[u8]| ByteRecord::from(vec![text.trim_ascii()]);
            let has_line = read_line(&mut self.source, &mut self.text, &mut self.line)?;
            return Ok(has_line.then(|| InputRow { line: self.line, cells: cells(&self.text) }));
        };
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        let (mut written, mut count) = (0, 0);
        let mut first = None;
        while read_line(&mut self.source, &mut self.text, &mut self.line)? {
            let line = *first.get_or_insert(self.line);
            if first == Some(self.line) && self.text == b"\n" {
                return Ok(Some(InputRow { line, cells: ByteRecord::new() }));
            }
            if self.line - line >= MAX_LINES_PER_ROW {
                return Err(RowError::UnclosedQuote { line });
            }
            if !quotes.follow(&self.text) {
                return Err(RowError::TextAfterQuote { line: self.line });
            }
            // The buffers are large enough, because a line of n bytes has at most n cells, and at most n bytes of cell
            // text.
            bytes.resize(written + self.text.len(), 0);
            ends.resize(count + self.text.len(), 0);
            let (result, _, more_bytes, more_ends) =
                csv.read_record(&self.text, &mut bytes[written..], &mut ends[count..]);
            written += more_bytes;
            count += more_ends;
            if result == ReadRecordResult::Record {
                return Ok(Some(InputRow { line, cells: cells(&bytes, &ends[..count]) }));
            }
        }
        // The input has ended. A row ends with its line unless a quote is open, so an unfinished row has an open quote.
        first.map_or(Ok(None), |line| Err(RowError::UnclosedQuote { line }))
    }
}

impl Iterator for InputRows {
    type Item = Result<InputRow, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read_row() {
                // Spreadsheets write rows that consist of delimiters only. Such rows are skipped.
                Ok(Some(row)) if row.cells.iter().all(<[u8]>::is_empty) => {}
                row => return row.transpose(),
            }
        }
    }
}

/// Reads a line, and adds a line break if the last line lacks one. Returns false at the end of the input.
fn read_line(source: &mut impl BufRead, text: &mut Vec<u8>, line: &mut u64) -> Result<bool, RowError> {
    text.clear();
    // The rest of a line that is too long is not read, because it may not fit into memory.
    let length = source.take(MAX_LINE as u64 + 1).read_until(b'\n', text).map_err(RowError::Io)?;
    if length > MAX_LINE {
        return Err(RowError::TooLong { line: *line + 1 });
    }
    if length > 0 && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    *line += 1;
    if *line == 1 && text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(length > 0)
}

fn cells(bytes: &[u8], ends: &[usize]) -> ByteRecord {
    let starts = std::iter::once(&0).chain(ends);
    starts.zip(ends).map(|(start, end)| bytes[*start..*end].trim_ascii()).collect()
}

/// Returns the most frequent delimiter of the first line. Nordic spreadsheets use a semicolon.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // If two delimiters are equally frequent, the later one in the list wins.
    let count = |delimiter: &&u8| line.split(|byte| byte == *delimiter).count();
    *b"\t;,".iter().max_by_key(count).expect("the list has three delimiters")
}

impl InputRow {
    /// Returns the text of a wanted column; `None` if the input lacks the column or the cell is empty.
    ///
    /// # Errors
    /// Returns a message if the row has more cells than the header, or is not UTF-8.
    pub(super) fn text(&self, columns: &Columns, wanted: usize) -> Result<Option<String>, String> {
        // If a row has more cells than the header, an unquoted delimiter may have shifted its cells. This column may
        // then contain the value of another column. Empty extra cells are also an error, because the last cell of the
        // row may have been empty before the shift.
        if self.cells.len() > columns.width {
            return Err(format!(
                "the row has {} cells, but the header has {}: quote each cell that contains the delimiter, or name all \
                 columns in the header",
                self.cells.len(),
                columns.width
            ));
        }
        let Some(column) = columns.of(wanted) else { return Ok(None) };
        let text = str::from_utf8(self.cells.get(column.cell).unwrap_or_default());
        let mut text = text.map_err(|_| "the line is not UTF-8: save the file as UTF-8")?.to_owned();
        if column.is_list {
            text = cell::split(&text).into_iter().next().unwrap_or_default();
        }
        if !columns.is_raw {
            text = cell::unescape_formulas(&text);
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Reads rows until a line is too long. Returns the number of that line, the number of rows before it, and the
    /// capacity of the line buffer.
    fn too_long(content: &[u8], wanted: Option<&[&str]>) -> (Option<u64>, usize, usize) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        let columns = wanted.map(|wanted| wanted.iter().map(ToString::to_string).collect());
        let format = InputFormat { columns, ..InputFormat::default() };
        let mut rows = match InputRows::new(Source::open(file.path(), None).unwrap(), &format) {
            Ok(rows) => rows,
            Err(RowError::TooLong { line }) => return (Some(line), 0, 0),
            Err(error) => panic!("{error:?}"),
        };
        let mut count = 0;
        let line = loop {
            match rows.next() {
                Some(Ok(_)) => count += 1,
                Some(Err(RowError::TooLong { line })) => break Some(line),
                Some(Err(error)) => panic!("{error:?}"),
                None => break None,
            }
        };
        (line, count, rows.text.capacity())
    }

    #[test]
    fn a_line_without_an_end_is_refused_before_it_fills_the_memory() {
        let endless = vec![b'1'; 50_000_000];
        for wanted in [None, Some(&["number"][..])] {
            assert_eq!(too_long(&endless, wanted).0, Some(1));
            let (line, rows, memory) = too_long(&[b"number\n2\n\n", &endless[..]].concat(), wanted);
            assert_eq!((line, rows), (Some(4), if wanted.is_some() { 1 } else { 2 }));
            assert!(memory < 4 * MAX_LINE, "{memory}");
        }
    }

    #[test]
    fn a_line_may_have_one_mebibyte() {
        let line = |length: usize| [&vec![b'1'; length - 1][..], b"\n2\n"].concat();
        assert!(matches!(too_long(&line(MAX_LINE), None), (None, 2, _)));
        assert_eq!(too_long(&line(MAX_LINE + 1), None).0, Some(1));
    }
}
