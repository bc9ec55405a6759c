//! Finds text after a closing quote.
//!
//! Two open quotes in successive rows look like one quoted cell that contains the end of the first row. The text of the
//! second row then follows a closing quote. csv-core accepts such text, so the cells of the second row would be in the
//! first row, with the number of another customer.

/// Follows the quotes of a CSV input, line by line.
pub(super) struct Quotes {
    delimiter: u8,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    CellStart,
    Unquoted,
    Quoted,
    /// After a quote within a quoted cell. The quote closes the cell, unless a second quote follows.
    AfterQuote,
}

impl Quotes {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, place: Place::CellStart }
    }

    /// Follows a line that ends with a line break. Returns false if a closing quote is followed by anything except the
    /// delimiter or the line break.
    pub(super) fn follow(&mut self, line: &[u8]) -> bool {
        let mut bytes =
            line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line).iter();
        let is_valid = bytes.all(|byte| {
            self.place = match (self.place, *byte) {
                (Place::Quoted, b'"') => Place::AfterQuote,
                (Place::CellStart | Place::AfterQuote, b'"') | (Place::Quoted, _) => Place::Quoted,
                (_, byte) if byte == self.delimiter => Place::CellStart,
                (Place::AfterQuote, _) => return false,
                (Place::CellStart | Place::Unquoted, _) => Place::Unquoted,
            };
            true
        });
        if !matches!(self.place, Place::Quoted) {
            self.place = Place::CellStart;
        }
        is_valid
    }
}
