//! Removes the spaces that people write in numbers.

use mediaconnect::{CustomerNumber, Violation};

/// Parses a customer number. Its digits may be grouped, as in `563 457`.
///
/// # Errors
/// Returns the violation if the text is not a customer number.
pub(crate) fn customer_number(text: &str) -> Result<CustomerNumber, Violation> {
    without_grouping(text).parse()
}

/// Returns a number without spaces. Tabs and line breaks within it are kept, because they separate two numbers. The
/// check of the number later rejects such a text.
pub(crate) fn without_spaces(number: &str) -> String {
    number.trim().chars().filter(|character| !is_space(*character)).collect()
}

/// Returns a customer number without the spaces between groups of three digits: `563 457` becomes `563457`.
///
/// Other spaces within the text are kept, because they may separate two numbers. The check of the customer number later
/// rejects such a text.
pub(crate) fn without_grouping(number: &str) -> String {
    let number = number.trim();
    let mut groups = number.split(is_space);
    let first = groups.next().unwrap_or_default();
    let is_grouped = first.len() <= 3 && groups.all(|group| group.len() == 3);
    if is_grouped { without_spaces(number) } else { number.to_owned() }
}

/// Returns true for the spaces that people and spreadsheets write within a number.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spaces_group_the_digits_of_a_number() {
        for space in [' ', '\u{a0}', '\u{2009}', '\u{202f}'] {
            assert_eq!(without_grouping(&format!(" 1{space}563{space}457\n")), "1563457");
            assert_eq!(without_spaces(&format!("+47{space}23{space}33\n")), "+472333");
        }
        for two in ["1001 3", "563  457", "123\t456", "123\n456", "123\r456\r789", "7 123\n456", "12\u{b}345"]
        {
            assert!(customer_number(two).is_err(), "{two:?}");
        }
        for two in ["+4723\n3391", "+4723\t3391", "+4723\r3391"] {
            assert_eq!(without_spaces(two), two);
        }
    }
}
