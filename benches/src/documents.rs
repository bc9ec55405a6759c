//! The responses of the server: upstream's documented examples, as they would be on the wire.

/// The documented customer.
pub(crate) fn customer_info() -> String {
    compact(include_str!("../../tests/fixtures/documented_customer_info.json"))
}

/// The documented result of a search.
pub(crate) fn customer_search() -> String {
    compact(include_str!("../../tests/fixtures/documented_customer_search.json"))
}

/// JSON without the white space between its tokens; the order of the fields stays.
fn compact(json: &str) -> String {
    let mut in_text = false;
    // No text of the examples has an escaped quotation mark.
    json.chars()
        .filter(|character| {
            in_text ^= *character == '"';
            in_text || !character.is_whitespace()
        })
        .collect()
}
