//! The rows of the output as JSON Lines or CSV. Each row is one line of the file, and begins with the number of its
//! input line.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::cell::CsvCell;
use crate::text::{escape_controls_in_csv, escape_controls_in_json};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RowFormat {
    /// JSON Lines
    Jsonl,
    /// CSV with a header
    Csv,
}

/// A row of the output. Its `Serialize` implementation must write the line number as the first field.
pub(super) trait OutputRow: Serialize {
    /// The columns of the CSV. The first column is `line`.
    const COLUMNS: &'static [&'static str];

    /// Returns the cells of the row, one for each column of `COLUMNS`.
    fn cells(&self) -> Vec<CsvCell>;

    /// Returns the label under which the summary counts this row, or `None` if it does not count the row separately.
    fn note(&self) -> Option<&'static str> {
        None
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) format: RowFormat,
    pub(super) delimiter: u8,
    /// True if CSV begins with a byte order mark, which spreadsheets need to recognise UTF-8.
    pub(super) has_mark: bool,
    /// True if CSV cells are written unchanged. If false, formulas are escaped.
    pub(super) is_raw: bool,
    /// True if the output is a terminal, which the control characters of a CSV cell could control.
    pub(super) is_terminal: bool,
}

impl Layout {
    pub(super) fn header<R: OutputRow>(self) -> Vec<u8> {
        match self.format {
            RowFormat::Jsonl => Vec::new(),
            RowFormat::Csv => {
                let mark: &[u8] = if self.has_mark { b"\xef\xbb\xbf" } else { b"" };
                [mark, &csv_line(self.delimiter, R::COLUMNS.iter().copied())].concat()
            }
        }
    }

    /// Returns the text of a row. Its only line break is at the end.
    pub(super) fn line<R: OutputRow>(self, row: &R) -> Vec<u8> {
        match self.format {
            RowFormat::Jsonl => {
                let line = serde_json::to_string(row).expect("a model has only string keys");
                (escape_controls_in_json(&line) + "\n").into_bytes()
            }
            RowFormat::Csv => {
                let line = csv_line(self.delimiter, row.cells().iter().map(|cell| cell.written(self.is_raw)));
                if self.is_terminal { escape_controls_in_csv(&line) } else { line }
            }
        }
    }

    /// Returns true if the text looks like a row or the beginning of a row.
    pub(super) fn can_begin(self, text: &[u8]) -> bool {
        const JSON: &[u8] = br#"{"line":"#;
        match self.format {
            RowFormat::Jsonl => text.starts_with(JSON) || JSON.starts_with(text),
            RowFormat::Csv => begins_with_number(self.delimiter, text),
        }
    }

    /// Returns the line number of a complete row, and `None` for an incomplete row. `line` contains no line break.
    pub(super) fn number(self, columns: usize, line: &[u8]) -> Option<u64> {
        #[derive(Deserialize)]
        struct Key {
            line: u64,
        }
        match self.format {
            RowFormat::Jsonl => serde_json::from_slice(line).ok().map(|key: Key| key.line),
            // After a system crash, the end of the row may consist of zero bytes, even within the last cell. Such a
            // row is incomplete.
            RowFormat::Csv if line.contains(&0) => None,
            RowFormat::Csv => {
                let cells = csv_cells(self.delimiter, line)?;
                cells.first().filter(|_| cells.len() == columns)?.parse().ok()
            }
        }
    }
}

pub(crate) fn csv_line<T: AsRef<str>>(delimiter: u8, cells: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    // Line breaks and zero bytes are replaced with spaces. A line break would split the row, and a zero byte would make
    // the row look incomplete.
    let cells = cells.into_iter().map(|cell| cell.as_ref().replace(['\r', '\n', '\0'], " "));
    writer.write_record(cells).expect("writing to memory cannot fail");
    writer.into_inner().expect("flushing to memory cannot fail")
}

/// Parses a line that [`csv_line`] wrote.
pub(super) fn csv_cells(delimiter: u8, line: &[u8]) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(line);
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(str::to_owned).collect())
}

/// Returns true if a line of CSV begins with a number. The line may be incomplete.
pub(super) fn begins_with_number(delimiter: u8, text: &[u8]) -> bool {
    let mut number = text.split(|byte| *byte == delimiter).next().unwrap_or_default().iter();
    number.all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl From<RowFormat> for Layout {
        fn from(format: RowFormat) -> Self {
            Self { format, delimiter: b',', has_mark: false, is_raw: false, is_terminal: false }
        }
    }

    use crate::bulk::export::CustomerRow;
    use crate::bulk::people::MatchRow;

    #[test]
    fn a_row_is_one_line_whatever_is_in_it() {
        let line = csv_line(b',', ["7", "a\r\nb", "c\"d,e", "\0"]);
        assert_eq!(line, b"7,a  b,\"c\"\"d,e\", \n");
        assert_eq!(csv_cells(b',', &line[..line.len() - 1]).unwrap(), ["7", "a  b", "c\"d,e", " "]);
    }

    #[test]
    fn only_the_beginning_of_a_row_counts_as_an_incomplete_row() {
        for text in ["", "{", r#"{"line""#, r#"{"line":12,"custo"#] {
            assert!(Layout::from(RowFormat::Jsonl).can_begin(text.as_bytes()), "{text}");
        }
        for text in ["", "1", "12,", "12,a,\"b"] {
            assert!(Layout::from(RowFormat::Csv).can_begin(text.as_bytes()), "{text}");
        }
        for text in ["precious", "\u{feff}", r#"{"custo"#, "-1"] {
            assert!(
                ![RowFormat::Jsonl, RowFormat::Csv]
                    .into_iter()
                    .any(|format| Layout::from(format).can_begin(text.as_bytes()))
            );
        }
    }

    #[test]
    fn the_columns_are_those_of_the_documentation() {
        let page = include_str!("../../../../docs/bulk.md");
        for (command, columns) in [("export", CustomerRow::COLUMNS), ("match", MatchRow::COLUMNS)] {
            let row = format!("| `{command}` | `{}` |", columns.join(","));
            assert!(page.contains(&row), "docs/bulk.md must have: {row}");
        }
    }

    #[test]
    fn the_number_is_read_from_whole_lines_only() {
        let jsonl = |line: &str| Layout::from(RowFormat::Jsonl).number(0, line.as_bytes());
        assert_eq!(jsonl(r#"{"line":12,"emails":[]}"#), Some(12));
        for torn in ["", "\0\0\0", r#"{"line":1"#, r#"{"line":12,"emails":[]"#, r#"{"emails":[]}"#] {
            assert_eq!(jsonl(torn), None, "{torn}");
        }
        let csv = |line: &str| Layout::from(RowFormat::Csv).number(3, line.as_bytes());
        assert_eq!(csv("12,a,\"b,c\""), Some(12));
        for torn in ["", "12", "12,a", "line,a,b", "\0\0,a,b", "12,a,b\0\0"] {
            assert_eq!(csv(torn), None, "{torn}");
        }
    }
}
