//! Splits the values of an enumeration. A page that is saved as text has no separators between them: `homemobilefax`.

/// The values of an enumeration. The flag is true for a known value, and false for any other text.
pub(super) type Split = Vec<(String, bool)>;

/// Splits the joined values of an enumeration. `known` contains the values that the page's descriptions, its examples
/// or the contract mention.
///
/// Text between two known values becomes one unknown value, even if it consists of several values.
pub(super) fn split(glued: &str, known: &[String]) -> Split {
    // For each position, the best split of the text before that position. The tuple contains the cost of the split, the
    // start of its last piece, and a flag. The flag is true if the last piece is a known value.
    let mut best: Vec<Option<(usize, usize, bool)>> = vec![None; glued.len() + 1];
    best[0] = Some((0, 0, true));
    let ends: Vec<usize> = glued.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    for start in std::iter::once(0).chain(ends.iter().copied()) {
        let Some((cost, ..)) = best[start] else { continue };
        let mut reach = |end: usize, more: usize, is_known: bool| {
            if best[end].is_none_or(|(other, ..)| cost + more < other) {
                best[end] = Some((cost + more, start, is_known));
            }
        };
        for value in
            known.iter().filter(|value| !value.is_empty() && glued[start..].starts_with(value.as_str()))
        {
            reach(start + value.len(), 1, true);
        }
        for end in ends.iter().copied().filter(|end| *end > start) {
            reach(end, UNKNOWN_PIECE + UNKNOWN_BYTE * (end - start), false);
        }
    }
    let mut pieces = Split::new();
    let mut end = glued.len();
    while let Some((_, start, is_known)) = best[end].filter(|_| end > 0) {
        pieces.push((glued[start..end].to_owned(), is_known));
        end = start;
    }
    pieces.reverse();
    joined(pieces, known)
}

/// Joins a known value and the unknown text after it, if this text starts with a capital: `mobile` and `Work` become
/// `mobileWork`.
///
/// If any known value starts with a capital, the unknown text may be a separate value. The text is then joined only to
/// a repeated value, because an enumeration contains no value twice: `fax`, `fax` and `Work` become `fax` and
/// `faxWork`.
fn joined(pieces: Split, known: &[String]) -> Split {
    let is_capital = |text: &str| text.starts_with(char::is_uppercase);
    let has_capitals = known.iter().any(|value| is_capital(value));
    let mut joined = Split::new();
    for (piece, is_known) in pieces {
        let is_twice = |(last, _): &&(String, bool)| joined.iter().filter(|(one, _)| one == last).count() > 1;
        let start = joined.last().filter(|last| last.1 && (!has_capitals || is_twice(last)));
        if let Some((start, _)) = start.filter(|_| !is_known && is_capital(&piece)) {
            let value = start.to_owned() + &piece;
            joined.pop();
            joined.push((value, false));
        } else {
            joined.push((piece, is_known));
        }
    }
    joined
}

const UNKNOWN_PIECE: usize = 200;
const UNKNOWN_BYTE: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_split_at_known_values_and_the_rest_is_one_value() {
        let known: Vec<String> = ["home", "company", "companyDirect", "fax"].map(str::to_owned).to_vec();
        let cases = [
            ("homecompanyDirectcompanyfax", "home companyDirect company fax"),
            ("homesatellitefax", "home satellite? fax"),
            ("homecompanycompanyAtHomefax", "home company companyAtHome? fax"),
            ("homecompanyAtHomefax", "home companyAtHome? fax"),
            ("satellite", "satellite?"),
            ("", ""),
        ];
        for (glued, expected) in cases {
            let mark = |is_known| if is_known { "" } else { "?" };
            let pieces: Vec<String> =
                split(glued, &known).into_iter().map(|(value, is_known)| value + mark(is_known)).collect();
            assert_eq!(pieces.join(" "), expected);
        }
    }

    #[test]
    fn a_rest_with_a_capital_is_a_value_if_known_values_start_with_a_capital() {
        let known: Vec<String> = ["Home", "fax"].map(str::to_owned).to_vec();
        let values = |glued| split(glued, &known).into_iter().map(|(value, _)| value).collect::<Vec<_>>();
        assert_eq!(values("HomefaxWork"), ["Home", "fax", "Work"]);
        assert_eq!(values("HomefaxfaxWork"), ["Home", "fax", "faxWork"]);
    }
}
