//! The bodies of the server's responses: upstream's documented examples without white space.

pub(crate) fn customer_info() -> String {
    compact(include_str!("../../tests/fixtures/documented_customer_info.json"))
}

pub(crate) fn customer_search() -> String {
    compact(include_str!("../../tests/fixtures/documented_customer_search.json"))
}

/// Returns a search result with five copies of the documented customer.
///
/// # Panics
/// If the documented result has no customer.
#[must_use]
pub fn five_customers() -> String {
    let result = customer_search();
    let customer = result.strip_prefix(r#"{"customers":["#).and_then(|rest| rest.strip_suffix("]}"));
    let customer = customer.expect("the documented result is one customer");
    format!(r#"{{"customers":[{}]}}"#, [customer; 5].join(","))
}

/// Returns fifty invoices, each with all fields of the documented response.
#[must_use]
pub fn fifty_invoices() -> String {
    let invoice = compact(
        r#"{"customerNumber": 563457, "product": "CO27409", "invoiceOfferCount": "1", "productName": "The Example",
        "amount": 295, "invoiceDate": "2026-01-01", "paymentDate": "2026-01-11", "dueDate": "2026-01-15",
        "invoiceNumber": "1001", "companyCode": "FCO", "paymentStatus": "0", "invoiceAmount": "295.00",
        "paidAmount": 295, "paymentMethod": "A", "invoiceHotelUrl": "https://invoices.example.com/1001",
        "invoiceStatus": "Invoiced"}"#,
    );
    format!(r#"{{"invoices":[{}]}}"#, [invoice.as_str(); 50].join(","))
}

/// Removes the white space between the tokens of JSON. The order of the fields does not change.
fn compact(json: &str) -> String {
    let mut in_text = false;
    // Escaped quotation marks are not handled, because no string in the examples contains one.
    json.chars()
        .filter(|character| {
            in_text ^= *character == '"';
            in_text || !character.is_whitespace()
        })
        .collect()
}
