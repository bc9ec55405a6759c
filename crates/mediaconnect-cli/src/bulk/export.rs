//! The job of `customer export`: looks up the customer of each row.

use mediaconnect::models::CustomerInfo;
use mediaconnect::{Call, Client, CustomerNumber, EmailAddress};
use roaring::RoaringTreemap;
use serde::Serialize;

use super::cell::CsvCell;
use super::columns::Columns;
use super::input_rows::InputRow;
use super::output_row::OutputRow;
use super::run::{Job, ParsedRow};
use crate::spaced_numbers::customer_number;

/// The job of `customer export`. It remembers the customer numbers that it has read, so that it can skip duplicates.
#[derive(Default)]
pub(super) struct Export {
    seen: RoaringTreemap,
}

impl Job for Export {
    type Request = CustomerNumber;
    type Response = CustomerInfo;
    type Row = CustomerRow;

    fn parse(&mut self, row: &InputRow, columns: &Columns) -> ParsedRow<CustomerNumber> {
        let text = match row.text(columns, 0) {
            Ok(text) => text.unwrap_or_default(),
            Err(why) => return ParsedRow::Invalid(why),
        };
        match customer_number(&text) {
            Ok(number) if self.seen.insert(number.get()) => {
                ParsedRow::Request { request: number, is_padded: false }
            }
            Ok(_) => ParsedRow::Duplicate,
            Err(violation) => ParsedRow::Invalid(violation.to_string()),
        }
    }

    fn call(client: &Client, number: &CustomerNumber) -> Call<CustomerInfo> {
        client.customers().info(*number)
    }

    fn row(line: u64, number: CustomerNumber, mut customer: CustomerInfo) -> CustomerRow {
        // An output row needs the customer number. If upstream omits it, the requested number is used.
        customer.customer_number.get_or_insert(number);
        CustomerRow { line, customer }
    }
}

#[derive(Serialize)]
pub(super) struct CustomerRow {
    line: u64,
    #[serde(flatten)]
    customer: CustomerInfo,
}

impl OutputRow for CustomerRow {
    const COLUMNS: &'static [&'static str] = &[
        "line",
        "customerNumber",
        "firstName",
        "middleName",
        "lastName",
        "companyName",
        "departmentName",
        "phoneNumbers",
        "phoneNumberTypes",
        "emails",
        "invoiceEmailAddress",
        "attachedUsers",
        "credentials",
    ];

    fn cells(&self) -> Vec<CsvCell> {
        let Self { line, customer } = self;
        let name = customer.name.clone().unwrap_or_default();
        let phones = &customer.phone_numbers;
        let users = &customer.attached_users;
        let credentials = users.iter().flat_map(|user| &user.credentials);
        vec![
            CsvCell::text(line),
            CsvCell::Text(customer.customer_number.map(|number| number.to_string()).unwrap_or_default()),
            CsvCell::Text(name.first_name.unwrap_or_default()),
            CsvCell::Text(name.middle_name.unwrap_or_default()),
            CsvCell::Text(name.last_name.unwrap_or_default()),
            CsvCell::Text(name.company_name.unwrap_or_default()),
            CsvCell::Text(name.department_name.unwrap_or_default()),
            CsvCell::list(phones.iter().map(|phone| phone.phone_number.as_ref().map_or("", AsRef::as_ref))),
            CsvCell::list(
                phones.iter().map(|phone| phone.phone_number_type.as_ref().map_or("", |kind| kind.as_str())),
            ),
            CsvCell::list(customer.emails.iter().map(EmailAddress::as_str)),
            CsvCell::text(customer.invoice_email_address.as_ref().map_or("", AsRef::as_ref)),
            CsvCell::list(users.iter().map(|user| user.unique_id.as_deref().unwrap_or_default())),
            CsvCell::list(credentials.map(|credential| credential.credential.as_deref().unwrap_or_default())),
        ]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bulk::output_row::{Layout, RowFormat};

    fn row(customer: serde_json::Value) -> CustomerRow {
        Export::row(7, "42".parse().unwrap(), serde_json::from_value(customer).unwrap())
    }

    fn text(format: RowFormat, row: &CustomerRow) -> String {
        let layout = Layout::from(format);
        String::from_utf8([layout.header::<CustomerRow>(), layout.line(row)].concat()).unwrap()
    }

    #[test]
    fn the_columns_of_the_csv_are_stable() {
        let row = row(json!({
            "customerNumber": 42,
            "name": { "firstName": "Åse", "middleName": "B, \"C\"", "lastName": "D\nE", "companyName": "F;G" },
            "phoneNumbers": [{ "phoneNumber": "+471", "phoneNumberType": "personal" }, { "phoneNumber": "+472" }],
            "emails": ["a@example.com", "b@example.com"],
            "invoiceEmailAddress": "c@example.com",
            "attachedUsers": [
                { "uniqueId": "u1", "credentials": [{ "credential": "a@example.com" }, { "credential": "+471" }] },
                { "uniqueId": "u2" },
            ],
        }));
        let expected = "\
line,customerNumber,firstName,middleName,lastName,companyName,departmentName,phoneNumbers,phoneNumberTypes,emails,\
invoiceEmailAddress,attachedUsers,credentials
7,42,Åse,\"B, \"\"C\"\"\",D E,F;G,,+471;+472,personal;,a@example.com;b@example.com,c@example.com,u1;u2,a@example.com;'+471
";
        assert_eq!(text(RowFormat::Csv, &row), expected);
    }

    #[test]
    fn json_has_the_line_and_then_upstreams_names() {
        let line = text(RowFormat::Jsonl, &row(json!({ "name": { "lastName": "A\nB" } })));
        assert!(line.starts_with(r#"{"line":7,"customerNumber":42,"name":{"lastName":"A\nB"}"#), "{line}");
        assert_eq!(line.matches('\n').count(), 1);
    }
}
