//! The search criteria, in the combinations that upstream's rule allows.

use clap::Args;
use mediaconnect::{CustomerSearch, SearchName, SearchPlace};

use crate::failure::Failure;
use crate::known::{COUNTRIES, Known};

/// The options of `customer search`.
#[derive(Args, Default)]
pub(crate) struct SearchArgs {
    /// An e-mail address, at most 255 characters
    #[arg(long, help_heading = "Search by e-mail address")]
    email: Option<String>,
    /// A phone number in E.164 form: +4712345678
    #[arg(long, help_heading = "Search by phone number")]
    phone: Option<String>,
    #[command(flatten)]
    address: NameAndAddressArgs,
    /// Only customers in a country, such as NO
    #[arg(long, value_name = "CODE", help_heading = "Narrow any search", value_parser = Known(COUNTRIES), hide_possible_values = true)]
    country_code: Option<String>,
    /// Only customers of a product
    #[arg(long, value_name = "CODE", help_heading = "Narrow any search")]
    product_code: Option<String>,
}

#[derive(Args, Default)]
#[command(next_help_heading = "Search by name and address")]
struct NameAndAddressArgs {
    /// A last name, at most 30 characters; or --company-name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// A company's name, at most 40 characters; or --last-name
    #[arg(long, value_name = "NAME")]
    company_name: Option<String>,
    /// A street without the number, at most 40 characters; needed
    #[arg(long, value_name = "STREET")]
    street_address: Option<String>,
    /// A postal code with its leading zeros; or --postal-place
    #[arg(long, value_name = "CODE")]
    postal_code: Option<String>,
    /// A postal place, at most 30 characters; or --postal-code
    #[arg(long, value_name = "PLACE")]
    postal_place: Option<String>,
    /// The number in the street
    // Not clap's own parser: its message quotes the value.
    #[arg(long, value_name = "NUMBER", value_parser = str::parse::<u32>)]
    street_number: Option<u32>,
    /// The entrance, at most 12 characters
    #[arg(long)]
    entrance: Option<String>,
    /// A first name, at most 30 characters
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// A middle name, at most 30 characters
    #[arg(long, value_name = "NAME")]
    middle_name: Option<String>,
    /// A department of the company, at most 40 characters
    #[arg(long, value_name = "NAME")]
    department_name: Option<String>,
    /// A care-of line, at most 40 characters
    #[arg(long, value_name = "LINE")]
    care_of_address: Option<String>,
}

/// What belongs together, for a person who mixed it up.
const KINDS: &str = "search by --email, or by --phone, or by name and address: --last-name or --company-name, \
                     with --street-address, with --postal-code or --postal-place";

impl SearchArgs {
    /// The search that the options describe.
    pub(crate) fn into_search(self) -> Result<CustomerSearch, Failure> {
        let address = self.address.given();
        let search = match (self.email, self.phone, address.first()) {
            (Some(email), None, None) => CustomerSearch::by_email(email),
            (None, Some(phone), None) => CustomerSearch::by_phone_number(phone),
            (None, None, Some(_)) => self.address.into_search()?,
            (None, None, None) => {
                return Err(Failure::usage("there is nothing to search for", KINDS));
            }
            (Some(_), Some(_), _) => return Err(mixed("--email", "--phone")),
            (Some(_), None, Some(option)) => return Err(mixed("--email", option)),
            (None, Some(_), Some(option)) => return Err(mixed("--phone", option)),
        };
        let search = set(search, self.country_code, CustomerSearch::country_code);
        Ok(set(search, self.product_code, CustomerSearch::product_code))
    }
}

/// The fields of a search, by upstream's names.
pub(crate) const FIELDS: [&str; 15] = [
    "email",
    "phoneNumber",
    "lastName",
    "companyName",
    "streetAddress",
    "postalCode",
    "postalPlace",
    "streetNumber",
    "entrance",
    "firstName",
    "middleName",
    "departmentName",
    "careOfAddress",
    "countryCode",
    "productCode",
];

impl SearchArgs {
    /// The search of a person, of whom more may be known than a search takes: by e-mail address if there is one, else
    /// by phone number, else by name and address. `field` gives the text of a field that is filled.
    /// Also returns whether a postal code was padded that had lost its zero.
    pub(crate) fn of_person(
        field: impl Fn(&str) -> Option<String>,
    ) -> Result<(CustomerSearch, bool), Failure> {
        let (email, phone) = (field("email"), field("phoneNumber"));
        let address = if email.is_some() || phone.is_some() {
            NameAndAddressArgs::default()
        } else {
            NameAndAddressArgs::of_person(&field)?
        };
        let phone = phone.filter(|_| email.is_none());
        let (country_code, product_code) = (field("countryCode"), field("productCode"));
        let mut args = Self { email, phone, address, country_code, product_code };
        let is_padded = args.tidy();
        args.into_search().map(|search| (search, is_padded))
    }

    /// Corrects what people and spreadsheets do to numbers: spaces in a phone number are taken out, and a postal code of
    /// Norway gets back its zero. Returns whether it did.
    pub(crate) fn tidy(&mut self) -> bool {
        self.phone = self.phone.as_deref().map(without_spaces);
        let is_norwegian = self.country_code.as_deref().is_none_or(|code| code.eq_ignore_ascii_case("NO"));
        let code = self.address.postal_code.as_deref().map(str::trim).unwrap_or_default();
        let is_short = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        if is_norwegian && is_short {
            self.address.postal_code = Some(format!("0{code}"));
        }
        is_norwegian && is_short
    }
}

/// Returns a phone number as people write it without its spaces.
pub(crate) fn without_spaces(number: &str) -> String {
    number.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Returns a customer number without the spaces between its groups of three digits: `563 457`.
///
/// Anything else keeps its spaces and is refused later: of two numbers in a line, the customer of neither is meant.
pub(crate) fn without_grouping(number: &str) -> String {
    let mut groups = number.split_whitespace();
    let first = groups.next().unwrap_or_default();
    let is_grouped = first.len() <= 3 && groups.all(|group| group.len() == 3);
    if is_grouped { without_spaces(number) } else { number.trim().to_owned() }
}

impl NameAndAddressArgs {
    fn of_person(field: &impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let street_number = field("streetNumber")
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Failure::usage("--street-number: a whole number is expected", "mend the number"))?;
        Ok(Self {
            last_name: field("lastName"),
            company_name: field("companyName"),
            street_address: field("streetAddress"),
            postal_code: field("postalCode"),
            postal_place: field("postalPlace"),
            street_number,
            entrance: field("entrance"),
            first_name: field("firstName"),
            middle_name: field("middleName"),
            department_name: field("departmentName"),
            care_of_address: field("careOfAddress"),
        })
    }

    fn into_search(self) -> Result<CustomerSearch, Failure> {
        let name = match (self.last_name, self.company_name) {
            (Some(last), Some(company)) => Ok(SearchName::last_in_company(last, company)),
            (Some(last), None) => Ok(SearchName::last(last)),
            (None, Some(company)) => Ok(SearchName::company(company)),
            (None, None) => Err("--last-name or --company-name"),
        };
        let street = self.street_address.ok_or("--street-address");
        let place = match (self.postal_code, self.postal_place) {
            (Some(code), Some(place)) => Ok(SearchPlace::postal_code_and_place(code, place)),
            (Some(code), None) => Ok(SearchPlace::postal_code(code)),
            (None, Some(place)) => Ok(SearchPlace::postal_place(place)),
            (None, None) => Err("--postal-code or --postal-place"),
        };
        let (name, street, place) = match (name, street, place) {
            (Ok(name), Ok(street), Ok(place)) => (name, street, place),
            (name, street, place) => {
                let missing: Vec<&str> =
                    [name.err(), street.err(), place.err()].into_iter().flatten().collect();
                return Err(incomplete(&missing));
            }
        };
        let search = CustomerSearch::by_name_and_address(name, street, place);
        let search = set(search, self.street_number, CustomerSearch::street_number);
        let search = set(search, self.entrance, CustomerSearch::entrance);
        let search = set(search, self.first_name, CustomerSearch::first_name);
        let search = set(search, self.middle_name, CustomerSearch::middle_name);
        let search = set(search, self.department_name, CustomerSearch::department_name);
        Ok(set(search, self.care_of_address, CustomerSearch::care_of_address))
    }

    /// The options of this kind that are given.
    fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--last-name", self.last_name.is_some()),
            ("--company-name", self.company_name.is_some()),
            ("--street-address", self.street_address.is_some()),
            ("--postal-code", self.postal_code.is_some()),
            ("--postal-place", self.postal_place.is_some()),
            ("--street-number", self.street_number.is_some()),
            ("--entrance", self.entrance.is_some()),
            ("--first-name", self.first_name.is_some()),
            ("--middle-name", self.middle_name.is_some()),
            ("--department-name", self.department_name.is_some()),
            ("--care-of-address", self.care_of_address.is_some()),
        ];
        options.into_iter().filter_map(|(option, is_given)| is_given.then_some(option)).collect()
    }
}

/// The option that fills a field of upstream's; a field without one is itself.
pub(crate) fn option_of(field: &str) -> &str {
    match field {
        "customerNumber" => "<CUSTOMER_NUMBER>",
        "email" => "--email",
        "phoneNumber" => "--phone",
        "lastName" => "--last-name",
        "companyName" => "--company-name",
        "streetAddress" => "--street-address",
        "postalCode" => "--postal-code",
        "postalPlace" => "--postal-place",
        "streetNumber" => "--street-number",
        "entrance" => "--entrance",
        "firstName" => "--first-name",
        "middleName" => "--middle-name",
        "departmentName" => "--department-name",
        "careOfAddress" => "--care-of-address",
        "countryCode" => "--country-code",
        "productCode" => "--product-code",
        other => other,
    }
}

fn set<T>(
    search: CustomerSearch,
    value: Option<T>,
    field: impl FnOnce(CustomerSearch, T) -> CustomerSearch,
) -> CustomerSearch {
    match value {
        Some(value) => field(search, value),
        None => search,
    }
}

fn mixed(one: &str, other: &str) -> Failure {
    Failure::usage(format!("{one} and {other} do not go together"), KINDS)
}

fn incomplete(missing: &[&str]) -> Failure {
    Failure::usage(
        format!("a search by name and address needs {}", missing.join(", and ")),
        "add what is missing, or search by --email or by --phone alone",
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::exit::Exit;
    use crate::failure::Detail;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        search: SearchArgs,
    }

    /// The message of a search that is no search.
    fn refused(line: &str) -> String {
        let line = Line::try_parse_from(std::iter::once("search").chain(line.split_whitespace())).unwrap();
        let failure = line.search.into_search().expect_err("a usage error");
        assert_eq!(failure.exit(), Exit::Usage);
        failure.report(Detail::Plain)
    }

    /// The options of the fields that break a rule.
    fn violations(line: &str) -> Vec<String> {
        let line = Line::try_parse_from(std::iter::once("search").chain(line.split_whitespace())).unwrap();
        let search =
            line.search.into_search().unwrap_or_else(|failure| panic!("{}", failure.report(Detail::Plain)));
        let violations = search.validate().err();
        let fields = violations.iter().flat_map(|violations| violations.iter());
        fields.map(|violation| option_of(violation.field()).to_owned()).collect()
    }

    #[test]
    fn each_kind_of_search_is_accepted() {
        for line in [
            "--email kari@example.com --product-code CO27409 --country-code NO",
            "--phone +4712345678",
            "--last-name Nordmann --street-address Storgata --postal-code 0179",
            "--company-name Fjord --last-name Nordmann --street-address Storgata --postal-place Oslo \
             --postal-code 0179 --street-number 6 --entrance A --first-name Ola --middle-name F \
             --department-name Support --care-of-address Hansen --country-code NO --product-code CO27409",
        ] {
            assert_eq!(violations(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn kinds_do_not_mix() {
        for (line, options) in [
            ("--email a@example.com --last-name Nordmann", "--email and --last-name"),
            ("--email a@example.com --phone +4712345678", "--email and --phone"),
            ("--phone +4712345678 --street-number 6", "--phone and --street-number"),
        ] {
            let message = refused(line);
            assert!(message.contains(options) && message.contains(KINDS), "{message}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (line, missing) in [
            ("", "nothing to search for"),
            ("--product-code CO27409", "nothing to search for"),
            ("--last-name Nordmann --street-address Storgata", "needs --postal-code or --postal-place\n"),
            ("--last-name Nordmann --postal-code 0179", "needs --street-address\n"),
            ("--street-address Storgata --postal-place Oslo", "needs --last-name or --company-name\n"),
            (
                "--first-name Ola --postal-place Oslo",
                "needs --last-name or --company-name, and --street-address\n",
            ),
        ] {
            let message = refused(line);
            assert!(message.contains(missing), "{message}");
        }
    }

    #[test]
    fn a_field_that_breaks_a_rule_leads_to_its_option() {
        let long = "x".repeat(41);
        let line = format!(
            "--last-name {long} --company-name {long} --street-address {long} --postal-code {long} \
             --postal-place {long} --entrance {long} --first-name {long} --middle-name {long} \
             --department-name {long} --care-of-address {long} --country-code {long} --product-code {long}"
        );
        let found = violations(&line);
        assert_eq!(found.len(), 12);
        for option in found.iter().chain(&violations("--email x")).chain(&violations("--phone x")) {
            assert!(line.contains(option) || ["--email", "--phone"].contains(&option.as_str()), "{option}");
        }
    }
}
