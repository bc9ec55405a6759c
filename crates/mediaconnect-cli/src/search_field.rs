//! The fields of a search, in one table for options, columns and messages.

use std::num::ParseIntError;

use clap::Arg;
use mediaconnect::CustomerSearch;

use crate::suggested::{COUNTRIES, Suggested};

/// Sets an optional field of a search. Fails if the field needs a whole number and the value is not a whole number.
type Setter = fn(CustomerSearch, String) -> Result<CustomerSearch, ParseIntError>;

#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// The e-mail address, which is enough for a search.
    Email,
    /// The phone number, which is enough for a search.
    Phone,
    /// Required in a search by name and address, unless an alternative field is given.
    Address,
    /// Narrows a search by name and address.
    AddressDetail(Setter),
    /// Narrows any search.
    Filter(Setter),
}

pub(crate) struct SearchField {
    /// Upstream's name.
    pub(crate) name: &'static str,
    /// The option of `customer search`.
    pub(crate) option: &'static str,
    pub(crate) role: Role,
    value_name: &'static str,
    help: &'static str,
}

pub(crate) const FIELDS: [SearchField; 15] = [
    field("email", "--email", "EMAIL", Role::Email, "An e-mail address, at most 255 characters"),
    field("phoneNumber", "--phone", "PHONE", Role::Phone, "A phone number in E.164 form: +4712345678"),
    field(
        "lastName",
        "--last-name",
        "NAME",
        Role::Address,
        "A last name, at most 30 characters; --company-name is an alternative",
    ),
    field(
        "companyName",
        "--company-name",
        "NAME",
        Role::Address,
        "A company's name, at most 40 characters; --last-name is an alternative",
    ),
    field(
        "streetAddress",
        "--street-address",
        "STREET",
        Role::Address,
        "A street without the number, at most 40 characters; required",
    ),
    field(
        "postalCode",
        "--postal-code",
        "CODE",
        Role::Address,
        "A postal code with its leading zeros; --postal-place is an alternative",
    ),
    field(
        "postalPlace",
        "--postal-place",
        "PLACE",
        Role::Address,
        "A postal place, at most 30 characters; --postal-code is an alternative",
    ),
    field(
        "streetNumber",
        "--street-number",
        "NUMBER",
        Role::AddressDetail(|search, number| Ok(search.street_number(number.parse()?))),
        "The number of the house in the street",
    ),
    field(
        "entrance",
        "--entrance",
        "ENTRANCE",
        Role::AddressDetail(|search, entrance| Ok(search.entrance(entrance))),
        "The entrance, at most 12 characters",
    ),
    field(
        "firstName",
        "--first-name",
        "NAME",
        Role::AddressDetail(|search, name| Ok(search.first_name(name))),
        "A first name, at most 30 characters",
    ),
    field(
        "middleName",
        "--middle-name",
        "NAME",
        Role::AddressDetail(|search, name| Ok(search.middle_name(name))),
        "A middle name, at most 30 characters",
    ),
    field(
        "departmentName",
        "--department-name",
        "NAME",
        Role::AddressDetail(|search, name| Ok(search.department_name(name))),
        "A department of the company, at most 40 characters",
    ),
    field(
        "careOfAddress",
        "--care-of-address",
        "LINE",
        Role::AddressDetail(|search, line| Ok(search.care_of_address(line))),
        "A care-of line, at most 40 characters",
    ),
    field(
        "countryCode",
        "--country-code",
        "CODE",
        Role::Filter(|search, code| Ok(search.country_code(code))),
        "Only customers in this country, such as NO for Norway",
    ),
    field(
        "productCode",
        "--product-code",
        "CODE",
        Role::Filter(|search, code| Ok(search.product_code(code))),
        "Only customers of a product",
    ),
];

const fn field(
    name: &'static str,
    option: &'static str,
    value_name: &'static str,
    role: Role,
    help: &'static str,
) -> SearchField {
    SearchField { name, option, role, value_name, help }
}

impl SearchField {
    /// Returns true if the field can be used only in a search by name and address.
    pub(crate) fn is_of_address(&self) -> bool {
        matches!(self.role, Role::Address | Role::AddressDetail(_))
    }

    /// Returns the option for clap. Its id is the field's name.
    pub(crate) fn arg(&self) -> Arg {
        let heading = match self.role {
            Role::Email => "Search by e-mail address",
            Role::Phone => "Search by phone number",
            Role::Address | Role::AddressDetail(_) => "Search by name and address",
            Role::Filter(_) => "Narrow any search",
        };
        let arg = Arg::new(self.name)
            .long(self.option.trim_start_matches('-'))
            .value_name(self.value_name)
            .help(self.help)
            .help_heading(heading);
        match self.name {
            // Error messages must not quote values, but clap's own value parser would.
            "streetNumber" => arg.value_parser(|text: &str| text.parse::<u32>().map(|_| text.to_owned())),
            "countryCode" => arg.value_parser(Suggested(COUNTRIES)).hide_possible_values(true),
            _ => arg,
        }
    }
}

/// Returns the option for a field. `field` is upstream's name of the field, and is returned unchanged if there is no
/// option.
pub(crate) fn option_of(field: &str) -> &str {
    if field == "customerNumber" {
        return "<CUSTOMER_NUMBER>";
    }
    FIELDS.iter().find(|known| known.name == field).map_or(field, |known| known.option)
}
