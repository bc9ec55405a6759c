//! Formats a customer as text, for every operation that returns a customer.

use mediaconnect::models::{
    AttachedUser, CredentialType, CustomerInfo, CustomerPhoneNumber, Name, VerificationLevel,
};

use crate::output::Report;
use crate::table::{CellLines, labelled};
use crate::terminal::Terminal;

impl Report for CustomerInfo {
    fn text(&self, terminal: Terminal) -> String {
        let number = self.customer_number.map_or("not given".to_owned(), |number| number.to_string());
        let name = self.name.clone().unwrap_or_default();
        let rows = vec![
            ("Customer number", vec![number]),
            ("Name", person(&name)),
            ("Company", line(name.company_name.as_deref())),
            ("Department", line(name.department_name.as_deref())),
            ("Phone", self.phone_numbers.iter().filter_map(phone).collect()),
            ("E-mail", self.emails.iter().map(|email| email.as_str().to_owned()).collect()),
            ("Invoice e-mail", line(self.invoice_email_address.as_ref().map(AsRef::as_ref))),
            ("Attached users", self.attached_users.iter().flat_map(user).collect()),
        ];
        labelled(rows, terminal)
    }
}

/// Joins the non-empty texts; `None` if there is none.
pub(crate) fn joined<'a>(
    texts: impl IntoIterator<Item = Option<&'a str>>,
    separator: &str,
) -> Option<String> {
    let filled: Vec<&str> = texts.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect();
    (!filled.is_empty()).then(|| filled.join(separator))
}

fn line(text: Option<&str>) -> CellLines {
    joined([text], "").into_iter().collect()
}

fn person(name: &Name) -> CellLines {
    let parts = [&name.first_name, &name.middle_name, &name.last_name];
    joined(parts.map(Option::as_deref), " ").into_iter().collect()
}

fn phone(phone: &CustomerPhoneNumber) -> Option<String> {
    let number = phone.phone_number.as_ref().map(AsRef::as_ref);
    let kind = phone.phone_number_type.as_ref().map(|kind| format!("({})", kind.as_str()));
    joined([number, kind.as_deref()], " ")
}

/// Returns the user's id, followed by the user's credentials, such as an e-mail address or a phone number.
fn user(user: &AttachedUser) -> CellLines {
    let id = user.unique_id.as_deref().filter(|id| !id.is_empty()).unwrap_or("without an id");
    let credentials = user.credentials.iter().filter_map(|credential| {
        let kind = credential.credential_type.as_ref().map(CredentialType::as_str);
        let level = credential.verification_level.as_ref().map(VerificationLevel::as_str);
        let details = joined([kind, level], ", ").map(|details| format!("({details})"));
        joined([credential.credential.as_deref(), details.as_deref()], " ")
    });
    std::iter::once(id.to_owned()).chain(credentials.map(|credential| format!("- {credential}"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn shown(customer: serde_json::Value) -> String {
        let customer: CustomerInfo = from_value(customer).unwrap();
        customer.text(Terminal { width: None, colors: false })
    }

    #[test]
    fn nested_lists_are_readable() {
        let table = shown(json!({
            "customerNumber": 563_457,
            "name": { "firstName": "Ola", "middleName": "", "lastName": "Nordmann", "companyName": "Fjord AS" },
            "phoneNumbers": [{ "phoneNumber": "+4712345678", "phoneNumberType": "personal" }, { "phoneNumber": "+471" }],
            "emails": ["a@example.com", "b@example.com"],
            "attachedUsers": { "uniqueId": "abc", "credentials": [
                { "credential": "a@example.com", "credentialType": "A_EMAIL_ADDRESS", "verificationLevel": "new" },
                { "credential": "+471" },
            ] },
        }));
        let expected = "
 Customer number  563457
 Name             Ola Nordmann
 Company          Fjord AS
 Phone            +4712345678 (personal)
                  +471
 E-mail           a@example.com
                  b@example.com
 Attached users   abc
                  - a@example.com (A_EMAIL_ADDRESS, new)
                  - +471
";
        assert_eq!(table, expected[1..]);
    }

    #[test]
    fn a_customer_without_data_is_a_line() {
        assert_eq!(shown(json!({ "customerNumber": 1 })), " Customer number  1\n");
        assert_eq!(shown(json!({})), " Customer number  not given\n");
    }
}
