//! Reads customers from a file: a list in YAML or JSON.
//!
//! ```yaml
//! - customerNumber: 100200
//!   name: { firstName: Kari, lastName: Nordmann }
//!   address: { streetAddress: Storgata, streetNumber: 12, postalCode: "0179", postalPlace: Oslo, countryCode: NO }
//!   phoneNumbers: [{ phoneNumber: "+4712000100", phoneNumberType: mobile }]
//!   emails: [kari@example.com]
//!   invoiceEmailAddress: kari@example.com
//!   attachedUsers:
//!     - uniqueId: user-1
//!       credentials:
//!         - { credential: kari@example.com, credentialType: A_EMAIL_ADDRESS, verificationLevel: Externally_verified }
//!   products: [MORGEN]
//!   externalReferences: { CRM: A-1024 }
//! ```
//!
//! Only `customerNumber` is required. [`Customer`] has a method for each field.

mod pieces;

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use mediaconnect_contract::Contract;
use mediaconnect_contract::pointer::escape;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::customer::Customer;

/// Reads the customers in a file.
///
/// The file is read in pieces, so a large file needs little more memory than its customers. A YAML file in which a
/// customer refers to an anchor in another customer may have to be read as a whole, which needs more memory.
///
/// # Errors
/// Returns an error if the file cannot be read or is not a list of customers. The message contains the file, the line
/// and the field, but no value.
pub fn read(path: &Path) -> Result<Vec<Customer>, SeedError> {
    let name = path.display().to_string();
    let unreadable = |error| SeedError(format!("{name} cannot be read: {error}; check the path"));
    let file = File::open(path).map_err(unreadable)?;
    match pieces::read(BufReader::new(file)) {
        Some(customers) => Ok(customers),
        None => whole(&name, &std::fs::read_to_string(path).map_err(unreadable)?),
    }
}

/// Reads the customers in a string. Error messages use `name` as the name of the file.
///
/// # Errors
/// Returns an error if the string is not a list of customers. The message contains the name, the line and the field,
/// but no value.
pub fn parse(name: &str, text: &str) -> Result<Vec<Customer>, SeedError> {
    pieces::read(text.as_bytes()).map_or_else(|| whole(name, text), Ok)
}

/// Reads the whole string at once. Called if the string cannot be read in pieces. Errors contain line numbers of the
/// whole string.
fn whole(name: &str, text: &str) -> Result<Vec<Customer>, SeedError> {
    let document = Contract::parse(name, text).map_err(|findings| {
        let lines: Vec<_> = findings.iter().map(|finding| format!("{name}:{}", finding.line)).collect();
        SeedError(format!("{}: this is not YAML or JSON; check the indentation", lines.join(", ")))
    })?;
    customers(document.document())
        .map_err(|(pointer, why)| SeedError(format!("{name}:{}: {pointer}: {why}", document.line(&pointer))))
}

/// Reads the customers in a list.
///
/// # Errors
/// If an item is not a valid customer, returns the JSON pointer to the invalid value, and the reason.
pub(crate) fn customers(list: &Value) -> Result<Vec<Customer>, (String, String)> {
    let customers: Vec<Customer> = serde_path_to_error::deserialize(list).map_err(|error| {
        let why = without_value(&error.inner().to_string());
        (pointer(error.path()), why)
    })?;
    match check_numbers(&customers) {
        Ok(()) => Ok(customers),
        Err((index, why)) => Err((format!("/{index}/customerNumber"), why.to_owned())),
    }
}

/// Checks that the customer numbers are positive and unique.
///
/// # Errors
/// Returns the index of the first customer with an invalid or repeated number, and the reason.
fn check_numbers(customers: &[Customer]) -> Result<(), (usize, &'static str)> {
    let mut seen = HashSet::with_capacity(customers.len());
    for (index, customer) in customers.iter().enumerate() {
        let number = customer.number();
        if number <= 0 {
            return Err((index, "a positive number is expected"));
        }
        if !seen.insert(number) {
            return Err((index, "another customer already has this number"));
        }
    }
    Ok(())
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let steps = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", escape(key))),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    steps.collect()
}

/// Returns the message for an error of serde, without the value that serde quotes.
fn without_value(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid") => match expected {
            // Usually the value is a string of digits without quotes, which YAML reads as a number. The message
            // therefore suggests quotes.
            "a string" => "a string is expected; write it in quotes".to_owned(),
            "a sequence" => "a list is expected".to_owned(),
            "i64" => "a whole number is expected".to_owned(),
            _ => "an object with the fields of a customer is expected".to_owned(),
        },
        // A message of serde that names a field does not quote any value, so it can be shown.
        _ if message.contains(" field `") => message.to_owned(),
        _ => "the value is not valid for this field".to_owned(),
    }
}

/// The error of a seed: the file, the line, the field and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError(String);

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SeedError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_seed_is_one_in_yaml_and_in_json() {
        let documentation: Vec<_> =
            include_str!("seed.rs").lines().filter_map(|line| line.strip_prefix("//! ")).collect();
        let start = documentation.iter().position(|line| *line == "```yaml").unwrap();
        let yaml = documentation[start + 1..].iter().take_while(|line| **line != "```");
        let yaml: Vec<_> = yaml.copied().collect();
        let customers = parse("seed.yaml", &yaml.join("\n")).unwrap();
        let expected = Customer::new(100_200)
            .name("Kari", "Nordmann")
            .street("Storgata", 12)
            .postal("0179", "Oslo")
            .country("NO")
            .phone("+4712000100")
            .email("kari@example.com")
            .invoice_email("kari@example.com")
            .user("user-1")
            .credential("kari@example.com", "A_EMAIL_ADDRESS", "Externally_verified")
            .product("MORGEN")
            .external_reference("CRM", "A-1024");
        let json = serde_json::to_string_pretty(&[expected]).unwrap();
        assert_eq!(serde_json::to_string_pretty(&customers).unwrap(), json);
        assert_eq!(serde_json::to_string_pretty(&parse("seed.json", &json).unwrap()).unwrap(), json);
    }

    #[test]
    fn what_is_wrong_is_told_with_file_line_and_field_and_without_the_value() {
        for (text, expected) in [
            ("- customerNumber: 1\n- customerNumber: Hemmelig", "s:2: /1/customerNumber: a whole number"),
            (
                "- customerNumber: 1\n  address:\n    postalCode: 4711",
                "s:3: /0/address/postalCode: a string is expected; write it",
            ),
            ("- customerNumber: 1\n  name:\n    nick: Hemmelig", "unknown field `nick`"),
            ("- customerNumber: 1\n  name: Hemmelig", "s:2: /0/name: an object"),
            ("- name: {}", "missing field `customerNumber`"),
            ("- customerNumber: 0", "s:1: /0/customerNumber: a positive number"),
            ("- customerNumber: 1\n- customerNumber: 1", "s:2: /1/customerNumber: another customer"),
            ("Hemmelig", "a list is expected"),
            ("- a: [", "not YAML or JSON"),
        ] {
            let message = parse("s", text).unwrap_err().to_string();
            assert!(message.contains(expected) && message.starts_with("s:"), "{message}");
            assert!(!message.contains("Hemmelig") && !message.contains("4711"), "{message}");
        }
        let missing = read(Path::new("/no/such/seed.yaml")).unwrap_err().to_string();
        assert!(missing.contains("/no/such/seed.yaml cannot be read"), "{missing}");
    }
}
