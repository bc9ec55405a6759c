//! Removes the spaces that people write in numbers.

pub(crate) fn without_spaces(number: &str) -> String {
    number.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Returns a customer number without the spaces between groups of three digits, as in `563 457`.
///
/// Other spaces are kept, because they may separate two numbers. The check of the customer number later rejects such a
/// text.
pub(crate) fn without_grouping(number: &str) -> String {
    let mut groups = number.split_whitespace();
    let first = groups.next().unwrap_or_default();
    let is_grouped = first.len() <= 3 && groups.all(|group| group.len() == 3);
    if is_grouped { without_spaces(number) } else { number.trim().to_owned() }
}
