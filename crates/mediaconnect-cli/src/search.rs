//! The options of `customer search`, in the combinations that upstream allows.

use std::collections::BTreeMap;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use mediaconnect::{CustomerSearch, SearchName, SearchPlace};

use crate::failure::Failure;
use crate::search_field::{FIELDS, Role, SearchField};
use crate::spaced_numbers::without_spaces;

/// The maximum number of customers that upstream returns. Upstream does not report whether there are more.
pub(crate) const MAX_RESULTS: usize = 5;

/// The values of a search. The keys are upstream's names of the fields.
#[derive(Default)]
pub(crate) struct SearchArgs(BTreeMap<&'static str, String>);

/// The message that lists the valid combinations of options.
const KINDS: &str = "search by --email, or by --phone, or by name and address: --last-name or --company-name, \
                     with --street-address, with --postal-code or --postal-place";

impl SearchArgs {
    pub(crate) fn into_search(self) -> Result<CustomerSearch, Failure> {
        let address = FIELDS.iter().find(|field| field.is_of_address() && self.0.contains_key(field.name));
        let search = match (self.value("email"), self.value("phoneNumber"), address) {
            (Some(email), None, None) => CustomerSearch::by_email(email),
            (None, Some(phone), None) => CustomerSearch::by_phone_number(phone),
            (None, None, Some(_)) => self.by_name_and_address()?,
            (None, None, None) => {
                return Err(Failure::usage("there is nothing to search for", KINDS));
            }
            (Some(_), Some(_), _) => return Err(mixed("--email", "--phone")),
            (Some(_), None, Some(field)) => return Err(mixed("--email", field.option)),
            (None, Some(_), Some(field)) => return Err(mixed("--phone", field.option)),
        };
        FIELDS.iter().try_fold(search, |search, field| match (field.role, self.value(field.name)) {
            (Role::AddressDetail(set) | Role::Filter(set), Some(value)) => {
                set(search, value).map_err(|_| not_a_number(field.option))
            }
            _ => Ok(search),
        })
    }

    fn by_name_and_address(&self) -> Result<CustomerSearch, Failure> {
        let name = match (self.value("lastName"), self.value("companyName")) {
            (Some(last), Some(company)) => Ok(SearchName::last_in_company(last, company)),
            (Some(last), None) => Ok(SearchName::last(last)),
            (None, Some(company)) => Ok(SearchName::company(company)),
            (None, None) => Err("--last-name or --company-name"),
        };
        let street = self.value("streetAddress").ok_or("--street-address");
        let place = match (self.value("postalCode"), self.value("postalPlace")) {
            (Some(code), Some(place)) => Ok(SearchPlace::postal_code_and_place(code, place)),
            (Some(code), None) => Ok(SearchPlace::postal_code(code)),
            (None, Some(place)) => Ok(SearchPlace::postal_place(place)),
            (None, None) => Err("--postal-code or --postal-place"),
        };
        match (name, street, place) {
            (Ok(name), Ok(street), Ok(place)) => Ok(CustomerSearch::by_name_and_address(name, street, place)),
            (name, street, place) => {
                let missing: Vec<&str> =
                    [name.err(), street.err(), place.err()].into_iter().flatten().collect();
                Err(incomplete(&missing))
            }
        }
    }

    /// Returns the search for a person, and true if a postal code was padded. `values` has one value for each of
    /// [`FIELDS`], in the same order.
    ///
    /// A search uses an e-mail address, a phone number, or a name and address. If a row has several of these, the
    /// e-mail address takes precedence, then the phone number.
    pub(crate) fn of_person(values: Vec<Option<String>>) -> Result<(CustomerSearch, bool), Failure> {
        let known = FIELDS.iter().zip(values).filter_map(|(field, value)| Some((field, value?)));
        let known: Vec<(&SearchField, String)> = known.collect();
        let has = |name: &str| known.iter().any(|(field, _)| field.name == name);
        let (has_email, has_phone) = (has("email"), has("phoneNumber"));
        let used = known.into_iter().filter(|(field, _)| match field.role {
            Role::Email | Role::Filter(_) => true,
            Role::Phone => !has_email,
            Role::Address | Role::AddressDetail(_) => !has_email && !has_phone,
        });
        let mut args = Self(used.map(|(field, value)| (field.name, value)).collect());
        let is_padded = args.tidy();
        args.into_search().map(|search| (search, is_padded))
    }

    /// Corrects numbers that people or spreadsheets have changed: removes spaces from a phone number, and restores the
    /// leading zero of a Norwegian postal code. Returns true if it padded a postal code.
    pub(crate) fn tidy(&mut self) -> bool {
        if let Some(phone) = self.0.get_mut("phoneNumber") {
            *phone = without_spaces(phone);
        }
        let is_norwegian = self.0.get("countryCode").is_none_or(|code| code.eq_ignore_ascii_case("NO"));
        let Some(code) = self.0.get_mut("postalCode").filter(|_| is_norwegian) else { return false };
        let digits = code.trim();
        let is_short = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_short {
            *code = format!("0{digits}");
        }
        is_short
    }

    fn value(&self, field: &str) -> Option<String> {
        self.0.get(field).cloned()
    }
}

impl Args for SearchArgs {
    fn augment_args(command: Command) -> Command {
        command.args(FIELDS.iter().map(SearchField::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SearchArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let given = |field: &SearchField| Some((field.name, matches.get_one::<String>(field.name)?.clone()));
        self.0.extend(FIELDS.iter().filter_map(given));
        Ok(())
    }
}

fn mixed(one: &str, other: &str) -> Failure {
    Failure::usage(format!("{one} and {other} cannot be used together"), KINDS)
}

fn not_a_number(option: &str) -> Failure {
    Failure::usage(format!("{option}: a whole number is expected"), "correct the number")
}

fn incomplete(missing: &[&str]) -> Failure {
    Failure::usage(
        format!("a search by name and address also needs {}", missing.join(", and ")),
        "add the missing options, or search by --email or --phone instead",
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::exit::Exit;
    use crate::failure::Detail;
    use crate::search_field::option_of;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        search: SearchArgs,
    }

    /// Returns the message for an invalid combination of options.
    fn refused(line: &str) -> String {
        let line = Line::try_parse_from(std::iter::once("search").chain(line.split_whitespace())).unwrap();
        let failure = line.search.into_search().expect_err("a usage error");
        assert_eq!(failure.exit(), Exit::Usage);
        failure.report(Detail::Plain)
    }

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
