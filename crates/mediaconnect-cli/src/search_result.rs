//! The result of `customer search`.

use mediaconnect::models::{CustomerSearchResponse, FoundCustomer, FoundPhoneNumber};
use serde::Serialize;

use crate::bulk::{CsvCell, csv_line};
use crate::customer::joined;
use crate::output::Report;
use crate::table::{CellLines, listed_fitting};
use crate::terminal::Terminal;

/// The customers that a search found. The list is empty if no customer was found.
#[derive(Serialize)]
pub(crate) struct SearchResult {
    pub(crate) customers: Vec<FoundCustomer>,
}

impl From<CustomerSearchResponse> for SearchResult {
    fn from(response: CustomerSearchResponse) -> Self {
        Self { customers: response.customers }
    }
}

impl Report for SearchResult {
    fn text(&self, terminal: Terminal) -> String {
        if self.customers.is_empty() {
            return String::new();
        }
        let rows: Vec<Vec<CellLines>> = self.customers.iter().map(row).collect();
        let narrow: Vec<Vec<CellLines>> = self.customers.iter().map(narrow_row).collect();
        listed_fitting(
            (&["Number", "Name", "Address", "Phone", "E-mail"], &rows),
            (&["Number", "Name and address", "Phone and e-mail"], &narrow),
            terminal,
        )
    }

    fn csv(&self) -> Option<Vec<u8>> {
        let rows = self
            .customers
            .iter()
            .map(|customer| csv_line(b',', cells(customer).iter().map(|cell| cell.written(false))));
        Some(std::iter::once(csv_line(b',', COLUMNS)).chain(rows).collect::<Vec<_>>().concat())
    }
}

/// The columns of the CSV, with upstream's field names.
const COLUMNS: [&str; 16] = [
    "customerNumber",
    "firstName",
    "middleName",
    "lastName",
    "companyName",
    "departmentName",
    "streetAddress",
    "streetNumber",
    "postalCode",
    "postalPlace",
    "countryCode",
    "postalAddress",
    "postalAddressPostalCode",
    "postalAddressPostalPlace",
    "phoneNumbers",
    "emails",
];

/// Returns the CSV cells of a customer.
fn cells(customer: &FoundCustomer) -> Vec<CsvCell> {
    let text = |text: Option<&str>| CsvCell::text(text.unwrap_or_default());
    let number = customer.customer_number.map(|number| number.to_string());
    let street_number = customer.street_number.as_ref().map(|number| number.as_text());
    let phones =
        customer.phone_numbers.iter().map(|phone| phone.phone_number.as_ref().map_or("", AsRef::as_ref));
    vec![
        text(number.as_deref()),
        text(customer.first_name.as_deref()),
        text(customer.middle_name.as_deref()),
        text(customer.last_name.as_deref()),
        text(customer.company_name.as_deref()),
        text(customer.department_name.as_deref()),
        text(customer.street_address.as_deref()),
        text(street_number.as_deref()),
        text(customer.postal_code.as_ref().map(AsRef::as_ref)),
        text(customer.postal_place.as_deref()),
        text(customer.country_code.as_ref().map(AsRef::as_ref)),
        text(customer.postal_address.as_deref()),
        text(customer.postal_address_postal_code.as_ref().map(AsRef::as_ref)),
        text(customer.postal_address_postal_place.as_deref()),
        CsvCell::list(phones),
        CsvCell::list(customer.emails.iter().map(mediaconnect::EmailAddress::as_str)),
    ]
}

fn row(customer: &FoundCustomer) -> Vec<CellLines> {
    vec![
        customer.customer_number.iter().map(ToString::to_string).collect(),
        names(customer),
        addresses(customer),
        customer.phone_numbers.iter().filter_map(phone).collect(),
        customer.emails.iter().map(|email| email.as_str().to_owned()).collect(),
    ]
}

/// Returns the row for a narrow terminal. The address is below the name, and the e-mail addresses are below the phone
/// numbers.
fn narrow_row(customer: &FoundCustomer) -> Vec<CellLines> {
    let [number, name, address, phones, emails] =
        <[CellLines; 5]>::try_from(row(customer)).expect("a row has five columns");
    vec![number, [name, address].concat(), [phones, emails].concat()]
}

/// Returns the person's name, followed by the company.
fn names(customer: &FoundCustomer) -> CellLines {
    let person = [&customer.first_name, &customer.middle_name, &customer.last_name];
    let company = [&customer.company_name, &customer.department_name];
    let lines = [joined(person.map(Option::as_deref), " "), joined(company.map(Option::as_deref), ", ")];
    lines.into_iter().flatten().collect()
}

/// Returns the street address, followed by the postal address.
fn addresses(customer: &FoundCustomer) -> CellLines {
    let number = customer.street_number.as_ref().map(|number| number.as_text());
    let street = joined([customer.street_address.as_deref(), number.as_deref()], " ");
    let code = customer.postal_code.as_ref().map(AsRef::as_ref);
    let place = joined([code, customer.postal_place.as_deref()], " ");
    let country = customer.country_code.as_ref().map(AsRef::as_ref);

    let post_code = customer.postal_address_postal_code.as_ref().map(AsRef::as_ref);
    let post_place = joined([post_code, customer.postal_address_postal_place.as_deref()], " ");
    let lines = [
        joined([street.as_deref(), place.as_deref(), country], ", "),
        joined([customer.postal_address.as_deref(), post_place.as_deref()], ", "),
    ];
    lines.into_iter().flatten().collect()
}

fn phone(phone: &FoundPhoneNumber) -> Option<String> {
    let number = phone.phone_number.as_ref().map(AsRef::as_ref);
    joined([number, phone.is_mobile.unwrap_or_default().then_some("(mobile)")], " ")
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn found(customers: &serde_json::Value) -> SearchResult {
        from_value::<CustomerSearchResponse>(json!({ "customers": customers })).unwrap().into()
    }

    #[test]
    fn a_customer_is_a_row() {
        let customers = found(&json!([
            {
                "customerNumber": 563_457, "firstName": "Ola", "lastName": "Nordmann", "companyName": "Fjord AS",
                "streetAddress": "Grubbegata", "streetNumber": 6, "postalCode": 179, "postalPlace": "Oslo",
                "countryCode": "NO", "postalAddress": "Postboks 265", "postalAddressPostalCode": "0510",
                "emails": { "email": ["a@example.com"] },
                "phoneNumbers": [{ "phoneNumber": "+4791234567", "isMobile": true }, { "phoneNumber": "+471" }],
            },
            { "customerNumber": 500_001 },
        ]));
        let table = customers.text(Terminal { width: None, colors: false });
        let expected = "
────────────────────────────────────────────────────────────────────────────────────────────
 Number   Name           Address                       Phone                  E-mail
════════════════════════════════════════════════════════════════════════════════════════════
 563457   Ola Nordmann   Grubbegata 6, 0179 Oslo, NO   +4791234567 (mobile)   a@example.com
          Fjord AS       Postboks 265, 0510            +471
────────────────────────────────────────────────────────────────────────────────────────────
 500001
────────────────────────────────────────────────────────────────────────────────────────────
";
        assert_eq!(table, expected[1..]);
    }

    #[test]
    fn at_80_columns_addresses_stand_below_and_no_word_is_broken() {
        let customers = found(&json!([{
            "customerNumber": 563_457, "firstName": "Ola", "lastName": "Nordmann-Fjordstrand",
            "streetAddress": "Grubbegata", "streetNumber": 6, "postalCode": "0179", "postalPlace": "Oslo",
            "postalAddress": "Postboks 265 Økern", "postalAddressPostalCode": "0510", "postalAddressPostalPlace": "Oslo",
            "emails": ["ola.nordmann-fjordstrand@example.com"], "phoneNumbers": [{ "phoneNumber": "+4791234567" }],
        }]));
        let table = customers.text(Terminal { width: Some(80), colors: false });
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        for whole in [
            "Name and address",
            "Ola Nordmann-Fjordstrand",
            "Postboks 265 Økern, 0510 Oslo",
            "ola.nordmann-fjordstrand@example.com",
            "+4791234567",
        ] {
            assert!(table.contains(whole), "{whole}: {table}");
        }
        let wide = customers.text(Terminal { width: Some(200), colors: false });
        assert!(wide.contains("Address") && wide.lines().count() < table.lines().count(), "{wide}");
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        let none = found(&json!([]));
        assert_eq!(serde_json::to_string(&none).unwrap(), r#"{"customers":[]}"#);
        assert_eq!(none.text(Terminal { width: None, colors: false }), "");
    }
}
