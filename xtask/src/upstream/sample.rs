//! Invented values for the examples of a draft. No person has these names, numbers and addresses.

use serde_json::{Value, json};

/// The values of strings. Each key is the end of a field's name in lower case.
const TEXTS: [(&str, &str); 18] = [
    ("firstname", "Kari"),
    ("middlename", "Prøve"),
    ("lastname", "Testesen"),
    ("companyname", "Eksempel AS"),
    ("departmentname", "Arkiv"),
    ("name", "Kari Testesen"),
    ("email", "kari@example.com"),
    ("emails", "kari@example.com"),
    ("emailaddress", "kari@example.com"),
    ("credential", "kari@example.com"),
    ("phonenumber", "+4799900001"),
    ("phone", "+4799900001"),
    ("streetaddress", "Prøveveien"),
    ("postalcode", "0150"),
    ("postalplace", "Oslo"),
    ("countrycode", "NO"),
    ("currency", "NOK"),
    ("url", "https://example.com"),
];

/// Returns a value that fits a schema of the draft.
pub(super) fn of_node(node: &Value, name: &str) -> Value {
    if let Some(first) = node["enum"].get(0).or_else(|| node["x-extensible-enum"].get(0)) {
        return first.clone();
    }
    let least = node["minimum"].as_i64().unwrap_or(1);
    match node["type"].as_str() {
        Some("integer") => json!(node["maximum"].as_i64().map_or(least, |most| least.min(most))),
        Some("number") => json!(79),
        Some("boolean") => json!(true),
        Some("string") => json!(text(node, name)),
        _ => json!({}),
    }
}

fn text(node: &Value, name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let text = match node["format"].as_str() {
        Some("date") => "2027-01-31",
        Some("date-time") => "2027-01-31T12:00:00Z",
        Some("email") => "kari@example.com",
        Some("e164") => "+4799900001",
        Some("country-code") => "NO",
        Some("byte") => "ZXhhbXBsZQ==",
        _ => TEXTS.iter().find(|(end, _)| name.ends_with(end)).map_or("EX1", |(_, text)| text),
    };
    let most = node["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    text.chars().take(most).collect()
}
