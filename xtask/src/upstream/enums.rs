//! Splits the values of an enumeration. A page that is saved as text has no separators between them: `homemobilefax`.

/// The values of an enumeration. The flag is true for a known value, and false for any other text.
pub(super) type Split = Vec<(String, bool)>;

/// Splits the joined values of an enumeration. `known` contains the values that the page's descriptions, its examples
/// or the contract mention.
///
/// Text between two known values becomes one unknown value, even if it consists of several values.
pub(super) fn split(glued: &str, known: &[String]) -> Split {
    // For each position, the best split of the text before it. The three values are the cost of the split, the start of
    // its last piece, and true if this piece is a known value.
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
    pieces
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
}
