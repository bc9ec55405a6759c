//! Writes CSV cells that a spreadsheet does not run as formulas. Restores the original text when a cell is read.
//!
//! A spreadsheet runs a cell as a formula if the cell begins with one of a few characters. An apostrophe before the
//! text prevents that. In some countries, spreadsheets also begin a new cell after each `;`, even in quotes. The text
//! after each `;` is therefore escaped as well. OWASP describes both problems under "CSV Injection".

/// The characters with which a formula can begin, including their full-width forms. The last three are white space,
/// which spreadsheets skip when they look for a formula.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

pub(crate) enum CsvCell {
    Text(String),
    List(Vec<String>),
}

impl CsvCell {
    pub(crate) fn text(text: &(impl ToString + ?Sized)) -> Self {
        Self::Text(text.to_string())
    }

    pub(crate) fn list<T: ToString>(elements: impl IntoIterator<Item = T>) -> Self {
        Self::List(elements.into_iter().map(|element| element.to_string()).collect())
    }

    /// Returns the text of the cell. Formulas are escaped unless `is_raw` is true.
    ///
    /// The elements of a list are joined as CSV, with `;` as the delimiter.
    pub(crate) fn written(&self, is_raw: bool) -> String {
        let elements = match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(elements) => elements,
        };
        let is_raw = is_raw || elements.iter().all(|text| is_number(text));
        let mut elements =
            elements.iter().map(|text| if is_raw { text.clone() } else { escape_formulas(text) });
        match self {
            Self::Text(_) => elements.next().unwrap_or_default(),
            Self::List(_) => joined(elements.collect()),
        }
    }
}

/// Adds an apostrophe before each part that a spreadsheet may run as a formula.
fn escape_formulas(text: &str) -> String {
    parts(text).map(|part| if is_formula(part) { format!("'{part}") } else { part.to_owned() }).collect()
}

/// Removes the apostrophes that [`escape_formulas`] added.
pub(super) fn unescape_formulas(text: &str) -> String {
    parts(text).map(|part| part.strip_prefix('\'').filter(|_| is_formula(part)).unwrap_or(part)).collect()
}

/// Splits a text at each position where a spreadsheet may begin a new cell.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([';', '\t'])
}

/// Returns true if a part begins with a formula. Quotes, spaces and apostrophes before the formula are ignored.
///
/// A formula that already has an apostrophe gets a second one, and [`unescape_formulas`] removes only one of them. The
/// original apostrophe is thus kept.
fn is_formula(part: &str) -> bool {
    let is_skipped = |character: char| {
        matches!(character, '"' | '\'' | '\u{feff}' | '\u{200b}')
            || (character.is_whitespace() && !FORMULA.contains(&character))
    };
    part.trim_start_matches(is_skipped).starts_with(FORMULA)
}

/// Returns true if a text is empty, or consists of digits with an optional sign, such as a phone number. A spreadsheet
/// does not run such a text as a formula.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    text.is_empty() || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn joined(elements: Vec<String>) -> String {
    if elements.is_empty() {
        return String::new();
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(elements).expect("writing to memory cannot fail");
    let row = String::from_utf8(writer.into_inner().expect("flushing to memory cannot fail"));
    row.expect("all elements are UTF-8").trim_end_matches('\n').to_owned()
}

pub(super) fn split(list: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).delimiter(b';').from_reader(list.as_bytes());
    let row = reader.records().next().and_then(Result::ok).unwrap_or_default();
    row.iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(elements: &[&str]) -> String {
        CsvCell::list(elements).written(false)
    }

    #[test]
    fn a_formula_gets_an_apostrophe_and_other_text_does_not() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1+1", "'+1+1"),
            ("-x", "'-x"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("＝1", "'＝1"),
            ("  \u{a0}=1", "'  \u{a0}=1"),
            ("\"=1", "'\"=1"),
            ("a;=1", "a;'=1"),
            ("a\t-b;c", "a\t'-b;c"),
            ("'=1", "''=1"),
            ("'t Hooft", "'t Hooft"),
            ("Ås-Hansen; Fjord & Co", "Ås-Hansen; Fjord & Co"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(CsvCell::text(text).written(false), expected);
            assert_eq!(CsvCell::text(text).written(true), text);
            assert_eq!(unescape_formulas(expected), text);
        }
    }

    #[test]
    fn cells_that_contain_only_a_number_stay_unchanged() {
        for number in ["+4712345678", "-5", "0179", "563457"] {
            assert_eq!(CsvCell::text(number).written(false), number);
        }
        for formula in ["+47 12345678", "-1-1", "+", "--1", "+1;x", "-1.5"] {
            assert_eq!(CsvCell::text(formula).written(false), format!("'{formula}"));
        }
        assert_eq!(written(&["+471", "", "-2"]), "+471;;-2");
        assert_eq!(written(&["+471", "a"]), "'+471;a");
        assert_eq!(written(&["a", "+471"]), "a;'+471");
    }

    #[test]
    fn every_short_text_comes_back_alone_and_in_a_list() {
        const ALPHABET: [&str; 10] = ["=", "+", "'", "\"", ";", ",", "\t", " ", "1", "å"];
        let longer = |texts: &[String]| -> Vec<String> {
            let ends = |text: &String| ALPHABET.map(|end| format!("{text}{end}"));
            texts.iter().flat_map(ends).collect()
        };
        let mut texts = vec![vec![String::new()]];
        for length in 0..4 {
            texts.push(longer(&texts[length]));
        }
        for text in texts.iter().flatten() {
            assert_eq!(unescape_formulas(&CsvCell::text(text).written(false)), *text);
        }
        for text in texts[..4].iter().flatten() {
            for list in [vec![text.as_str()], vec![text, "=1", ""], vec!["", text], vec!["+1", text]] {
                let cell = written(&list);
                let back: Vec<String> =
                    split(&cell).iter().map(|element| unescape_formulas(element)).collect();
                assert_eq!(back, list, "{cell}");
                assert_eq!(split(&CsvCell::list(&list).written(true)), list);
            }
        }
        assert_eq!((written(&[]), split("").len()), (String::new(), 0));
    }

    #[test]
    fn no_part_of_a_cell_begins_as_a_formula() {
        for text in ["=1", "a;=1", "a\";\"=1", "a;;\t@x", "\";=cmd|' /C calc'!A0;\""] {
            for cell in [CsvCell::text(text).written(false), written(&["a", text]), written(&[text, "+1"])] {
                let mut parts = cell.split([';', '\t']).map(|part| part.trim_start_matches('"'));
                assert!(!parts.any(|part| part.starts_with(FORMULA)), "{cell}");
            }
        }
    }
}
