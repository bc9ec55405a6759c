//! Finds the wanted columns in the header of a CSV input.

use csv::ByteRecord;

use crate::failure::Failure;

/// The positions of the wanted columns in the input.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// For each wanted column, the input columns that have its name. Only the first of them is used.
    found: Vec<Vec<Column>>,
    /// The number of cells in the header.
    pub(super) width: usize,
    /// True if cells are read unchanged. If false, the apostrophe before a formula is removed.
    pub(super) is_raw: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// The position of the cell in a row, counted from 0.
    pub(super) cell: usize,
    /// True if the cell is a list. Only its first element is used.
    pub(super) is_list: bool,
}

impl Columns {
    /// Returns the columns of an input that is not CSV: each line is a row with a single cell.
    pub(super) fn of_lines() -> Self {
        Self { found: vec![vec![Column { cell: 0, is_list: false }]], width: 1, is_raw: true }
    }

    pub(super) fn find(header: &ByteRecord, wanted: &[String], is_raw: bool) -> Self {
        let found = wanted.iter().map(|name| columns(header, name)).collect();
        Self { found, width: header.len(), is_raw }
    }

    /// Returns the input column that is used for the wanted column at this index.
    pub(super) fn of(&self, wanted: usize) -> Option<Column> {
        self.found[wanted].first().copied()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns the positions of the unused columns, counted from 1. `is_named` is true if `--column` names the only
    /// wanted column.
    ///
    /// # Errors
    /// Fails if the header has none of the wanted columns, or if it has a wanted column twice. The error does not quote
    /// the header, because it may contain personal data.
    pub(super) fn check(&self, wanted: &[String], is_named: bool) -> Result<Vec<usize>, Failure> {
        if let Some((name, columns)) = wanted.iter().zip(&self.found).find(|(_, columns)| columns.len() > 1) {
            let name = if is_named { "given in --column" } else { name };
            let places: Vec<String> = columns.iter().map(|column| (column.cell + 1).to_string()).collect();
            return Err(Failure::usage(
                format!(
                    "the first line of the input has the column {name} twice: columns {}",
                    places.join(" and ")
                ),
                "rename all but one of them",
            ));
        }
        let used: Vec<usize> = self.found.iter().flatten().map(|column| column.cell).collect();
        if used.is_empty() && is_named {
            let width =
                if self.width == 1 { "1 column".to_owned() } else { format!("{} columns", self.width) };
            return Err(Failure::usage(
                format!(
                    "the input has no column with the name given in --column; the first line of the input has {width}"
                ),
                "check the name; if another character separates the columns, set it with --delimiter",
            ));
        }
        if used.is_empty() {
            return Err(Failure::usage(
                "the first line of the input names no known column",
                format!("use column names that the command knows: {}", wanted.join(", ")),
            ));
        }
        Ok((0..self.width).filter(|cell| !used.contains(cell)).map(|cell| cell + 1).collect())
    }
}

/// Returns the columns with this name. Case, spaces, `-` and `_` are ignored, so `Postal code` matches `postalCode`.
/// A list column of `customer export`, such as `emails`, matches too.
fn columns(header: &ByteRecord, name: &str) -> Vec<Column> {
    let all_of = |names: &[&str], is_list| -> Vec<Column> {
        let matches =
            header.iter().enumerate().filter(|(_, cell)| names.contains(&normalised(cell).as_str()));
        matches.map(|(cell, _)| Column { cell, is_list }).collect()
    };
    let name = normalised(name.as_bytes());
    let (names, lists) = match name.as_str() {
        "email" => (&["email"][..], &["emails"][..]),
        // A column may also be called `phone`, because the option of `customer search` for this field is `--phone`.
        "phonenumber" => (&["phonenumber", "phone"][..], &["phonenumbers"][..]),
        name => (&[name][..], &[][..]),
    };
    let texts = all_of(names, false);
    if texts.is_empty() { all_of(lists, true) } else { texts }
}

fn normalised(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let letters = name.chars().filter(|character| !matches!(character, ' ' | '-' | '_'));
    letters.flat_map(char::to_lowercase).collect()
}
