//! The fields of an invented customer.

use super::record::{Address, AttachedUser, Name, PhoneNumber, Record};

const FIRST_NAMES: [&str; 8] = ["Astrid", "Birger", "Dagny", "Eirik", "Frida", "Geir", "Hedda", "Ivar"];
const LAST_NAMES: [&str; 7] = ["Aasen", "Bakke", "Dahl", "Eng", "Fossum", "Haugen", "Åsgård"];
const STREETS: [&str; 5] = ["Storgata", "Kirkeveien", "Skolegata", "Bjørkelia", "Øvre gate"];
const PLACES: [(&str, &str); 4] =
    [("0179", "Oslo"), ("2609", "Lillehammer"), ("5003", "Bergen"), ("9008", "Tromsø")];

impl Record {
    /// Creates the record of [`Customer::invented`](super::Customer::invented).
    pub(super) fn invented(number: i64) -> Self {
        // The lists of first names, last names and streets have lengths without a common divisor. Customers with
        // consecutive numbers therefore get different combinations.
        let index = usize::try_from(number).unwrap_or_default();
        let owned = |text: &str| Some(text.to_owned());
        let (postal_code, postal_place) = PLACES[index % PLACES.len()];
        let email = format!("customer-{number}@example.com");
        Self {
            name: Name {
                first_name: owned(FIRST_NAMES[index % FIRST_NAMES.len()]),
                last_name: owned(LAST_NAMES[index % LAST_NAMES.len()]),
                ..Name::default()
            },
            address: Address {
                street_address: owned(STREETS[index % STREETS.len()]),
                street_number: Some(number % 90 + 1),
                postal_code: owned(postal_code),
                postal_place: owned(postal_place),
                country_code: owned("NO"),
                ..Address::default()
            },
            phone_numbers: vec![PhoneNumber {
                // No real Norwegian phone number begins with 1, so these numbers belong to nobody.
                phone_number: Some(format!("+471{:07}", number % 10_000_000)),
                phone_number_type: owned("mobile"),
            }],
            emails: vec![email.clone()],
            invoice_email_address: Some(email),
            attached_users: vec![AttachedUser {
                unique_id: format!("user-{number}"),
                credentials: Vec::new(),
            }],
            products: vec!["AVIS".to_owned()],
            external_references: [("CRM".to_owned(), format!("C-{number}"))].into(),
            ..Self::new(number)
        }
    }
}
