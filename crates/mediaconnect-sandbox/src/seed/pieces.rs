//! Reads a seed in pieces, to keep memory low.

use std::io::BufRead;

use mediaconnect_contract::Contract;
use serde::Deserialize;

use super::check_numbers;
use crate::customer::Customer;

/// The number of customers in a piece of YAML.
const PIECE: usize = 100;

/// Reads the customers. Returns `None` if the text is not valid, or if it is YAML that can only be read as a whole.
pub(super) fn read(mut text: impl BufRead) -> Option<Vec<Customer>> {
    let start = text.fill_buf().ok()?.iter().find(|byte| !byte.is_ascii_whitespace());
    let customers = if start == Some(&b'[') { json(text)? } else { yaml(text)? };
    check_numbers(&customers).ok()?;
    Some(customers)
}

fn json(text: impl BufRead) -> Option<Vec<Customer>> {
    let mut deserializer = serde_json::Deserializer::from_reader(text);
    let customers = Vec::deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(customers)
}

/// Parses a YAML list in pieces. A dash and a space in the first column start an item of the outer list.
fn yaml(text: impl BufRead) -> Option<Vec<Customer>> {
    let (mut customers, mut piece, mut items) = (Vec::new(), String::new(), 0);
    for line in text.lines() {
        let line = line.ok()?;
        if line == "-" || line.starts_with("- ") {
            if items == PIECE {
                customers.extend(parsed(&piece)?);
                piece.clear();
                items = 0;
            }
            items += 1;
        } else if items > 0 && (line.starts_with("---") || line.starts_with("...")) {
            // A file with several YAML documents must be refused, although each piece alone may be valid.
            return None;
        }
        piece.push_str(&line);
        piece.push('\n');
    }
    customers.extend(parsed(&piece)?);
    Some(customers)
}

fn parsed(piece: &str) -> Option<Vec<Customer>> {
    let document = Contract::parse("seed", piece).ok()?;
    Vec::deserialize(document.document()).ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::seed::parse;

    fn list(customers: i64) -> String {
        let mut text = "# Customers\n---\n".to_owned();
        for number in 1..=customers {
            write!(text, "- customerNumber: {number}\n\n  emails:\n  - k-{number}@example.com\n").unwrap();
        }
        text
    }

    fn numbers(customers: &[Customer]) -> Vec<i64> {
        customers.iter().map(Customer::number).collect()
    }

    #[test]
    fn a_list_of_several_pieces_has_all_customers_in_their_order() {
        for customers in [1, 99, 100, 101, 250] {
            let read = read(list(customers).as_bytes()).unwrap();
            assert_eq!(numbers(&read), (1..=customers).collect::<Vec<_>>());
            assert!(read.iter().all(|customer| customer.record().emails.len() == 1));
        }
    }

    #[test]
    fn an_error_in_a_later_piece_has_its_line_in_the_file() {
        let text = list(250) + "- customerNumber: 251\n  name: Hemmelig\n";
        let error = parse("s", &text).unwrap_err().to_string();
        assert!(error.starts_with("s:1004: /250/name: an object"), "{error}");
        for (end, expected) in
            [("- customerNumber: 7\n", "another customer"), ("...\n- customerNumber: 251\n", "s:")]
        {
            let error = parse("s", &(list(100) + end)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn an_anchor_of_another_piece_is_found() {
        let first = "- &first\n  customerNumber: 1000\n  products: [MORGEN]\n";
        let text = format!("{first}{}- <<: *first\n  customerNumber: 1001\n", list(250).replace("---\n", ""));
        assert!(read(text.as_bytes()).is_none());
        let customers = parse("s", &text).unwrap();
        assert_eq!(customers[251].record().products, ["MORGEN"]);
    }

    #[test]
    fn json_is_read_with_space_around_it_and_nothing_else() {
        let text = " \n[{ \"customerNumber\": 1 }]\n";
        assert_eq!(numbers(&read(text.as_bytes()).unwrap()), [1]);
        assert!(read(format!("{text}x").as_bytes()).is_none());
    }
}
