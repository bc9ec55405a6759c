//! Criteria for a customer search, in the combinations that upstream allows.

use std::fmt;

use mediaconnect_api::types::CustomerSearchRequest;
use mediaconnect_api::validate::{Checks, Found, Rule, Validate, Violation, Violations};
use mediaconnect_api::wire::{CountryCode, EmailAddress, PhoneNumber, PostalCode, ProductCode};

/// A search for customers: by e-mail address, by phone number, or by name and address.
///
/// Upstream requires one of these criteria. Each search can also be limited to a product. A call checks the criteria
/// before it sends the search, and returns all violations at once, each with its field.
///
/// ```
/// use mediaconnect::{CustomerSearch, SearchName, SearchPlace};
///
/// let by_email = CustomerSearch::by_email("kari@example.com").product_code("CO27409");
/// let by_address = CustomerSearch::by_name_and_address(
///     SearchName::last("Nordmann"),
///     "Storgata",
///     SearchPlace::postal_code("0179"),
/// )
/// .first_name("Kari")
/// .street_number(6);
/// assert!(by_email.validate().is_ok() && by_address.validate().is_ok());
/// ```
#[derive(Clone)]
pub struct CustomerSearch {
    request: CustomerSearchRequest,
    // The fields that this kind of search requires. Each has a flag, which is true if the field is filled.
    needed: Vec<(&'static str, bool)>,
}

/// The name in a search by name and address.
#[derive(Clone)]
pub struct SearchName {
    last: Option<String>,
    company: Option<String>,
}

/// The postal code, the postal place, or both, in a search by name and address.
#[derive(Clone)]
pub struct SearchPlace {
    postal_code: Option<String>,
    postal_place: Option<String>,
}

impl SearchName {
    /// Searches by a person's last name, at most 30 characters.
    pub fn last(name: impl Into<String>) -> Self {
        Self { last: Some(name.into()), company: None }
    }

    /// Searches by a company's name, at most 40 characters.
    pub fn company(name: impl Into<String>) -> Self {
        Self { last: None, company: Some(name.into()) }
    }

    /// Searches by a company's name and the last name of a person in it.
    pub fn last_in_company(last: impl Into<String>, company: impl Into<String>) -> Self {
        Self { last: Some(last.into()), company: Some(company.into()) }
    }
}

impl SearchPlace {
    /// Searches by postal code, at most 10 characters with leading zeros.
    pub fn postal_code(code: impl Into<String>) -> Self {
        Self { postal_code: Some(code.into()), postal_place: None }
    }

    /// Searches by postal place, at most 30 characters.
    pub fn postal_place(place: impl Into<String>) -> Self {
        Self { postal_code: None, postal_place: Some(place.into()) }
    }

    /// Searches by postal code and postal place.
    pub fn postal_code_and_place(code: impl Into<String>, place: impl Into<String>) -> Self {
        Self { postal_code: Some(code.into()), postal_place: Some(place.into()) }
    }
}

impl CustomerSearch {
    /// Searches for customers by e-mail address, at most 255 characters.
    pub fn by_email(email: impl Into<String>) -> Self {
        let email = email.into();
        let mut search = Self::empty(vec![("email", is_filled(&email))]);
        search.request.email = Some(EmailAddress::unchecked(email));
        search
    }

    /// Searches for customers by phone number in E.164 form, such as `+4712345678`.
    pub fn by_phone_number(number: impl Into<String>) -> Self {
        let number = number.into();
        let mut search = Self::empty(vec![("phoneNumber", is_filled(&number))]);
        search.request.phone_number = Some(PhoneNumber::unchecked(number));
        search
    }

    /// Searches for customers by name and address. `street` is the name of the street without the number, at most 40
    /// characters.
    pub fn by_name_and_address(name: SearchName, street: impl Into<String>, place: SearchPlace) -> Self {
        let street = street.into();
        let given = [
            ("lastName", name.last.as_ref()),
            ("companyName", name.company.as_ref()),
            ("streetAddress", Some(&street)),
            ("postalCode", place.postal_code.as_ref()),
            ("postalPlace", place.postal_place.as_ref()),
        ];
        let needed = given.iter().filter_map(|(field, text)| text.map(|text| (*field, is_filled(text))));
        let mut search = Self::empty(needed.collect());
        search.request.last_name = name.last;
        search.request.company_name = name.company;
        search.request.street_address = Some(street);
        search.request.postal_place = place.postal_place;
        search.request.postal_code = place.postal_code.map(PostalCode::unchecked);
        search
    }

    /// Limits the search to customers of the product with this code, at most 12 characters.
    #[must_use]
    pub fn product_code(mut self, code: impl Into<String>) -> Self {
        self.request.product_code = Some(ProductCode::unchecked(code));
        self
    }

    /// Adds a first name, at most 30 characters, to a search by name and address.
    #[must_use]
    pub fn first_name(mut self, name: impl Into<String>) -> Self {
        self.request.first_name = Some(name.into());
        self
    }

    /// Adds a middle name, at most 30 characters, to a search by name and address.
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<String>) -> Self {
        self.request.middle_name = Some(name.into());
        self
    }

    /// Adds a department, at most 40 characters, to a search by name and address.
    #[must_use]
    pub fn department_name(mut self, name: impl Into<String>) -> Self {
        self.request.department_name = Some(name.into());
        self
    }

    /// Adds a care-of line, at most 40 characters, to a search by name and address.
    #[must_use]
    pub fn care_of_address(mut self, line: impl Into<String>) -> Self {
        self.request.care_of_address = Some(line.into());
        self
    }

    /// Adds a street number to a search by name and address.
    #[must_use]
    pub fn street_number(mut self, number: u32) -> Self {
        self.request.street_number = Some(number.into());
        self
    }

    /// Adds an entrance, at most 12 characters, to a search by name and address.
    #[must_use]
    pub fn entrance(mut self, entrance: impl Into<String>) -> Self {
        self.request.entrance = Some(entrance.into());
        self
    }

    /// Adds a country, such as `NO`, to the search.
    #[must_use]
    pub fn country_code(mut self, code: impl Into<String>) -> Self {
        self.request.country_code = Some(CountryCode::unchecked(code));
        self
    }

    /// Checks the criteria in the same way as a call does.
    ///
    /// # Errors
    /// Returns all broken rules, each with its field.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut checks = Checks::new();
        for (field, _) in self.needed.iter().filter(|(_, is_filled)| !is_filled) {
            checks.report(Violation::new(*field, Rule::Required, Found::Nothing));
        }
        // The empty required fields are already reported above, so they are skipped here. The rule on combinations is
        // skipped as well, because it would report the same fields.
        let is_reported =
            |violation: &Violation| self.needed.iter().any(|needed| *needed == (violation.field(), false));
        let others = self.request.validate().err();
        others
            .iter()
            .flat_map(Violations::iter)
            .filter(|violation| !is_reported(violation) && !matches!(violation.rule(), Rule::Combination(_)))
            .for_each(|violation| checks.report(violation.clone()));
        checks.finish()
    }

    fn empty(needed: Vec<(&'static str, bool)>) -> Self {
        Self { request: CustomerSearchRequest::default(), needed }
    }
}

/// Converts a search into its request. The call checks the limits of the values later.
impl TryFrom<&CustomerSearch> for CustomerSearchRequest {
    type Error = Violations;

    /// Returns the request if all required fields are filled.
    ///
    /// # Errors
    /// Returns all broken rules if a required field is empty.
    fn try_from(search: &CustomerSearch) -> Result<Self, Violations> {
        if search.needed.iter().any(|(_, is_filled)| !is_filled) {
            search.validate()?;
        }
        Ok(search.request.clone())
    }
}

/// Hides the criteria.
impl fmt::Debug for CustomerSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.needed.iter().map(|(field, _)| field).collect();
        f.debug_struct("CustomerSearch").field("by", &fields).finish_non_exhaustive()
    }
}

/// Hides the name.
impl fmt::Debug for SearchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchName").finish_non_exhaustive()
    }
}

/// Hides the place.
impl fmt::Debug for SearchPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchPlace").finish_non_exhaustive()
    }
}

fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(search: &CustomerSearch) -> Vec<String> {
        let violations = search.validate().unwrap_err();
        violations.iter().map(|violation| violation.field().to_owned()).collect()
    }

    #[test]
    fn each_kind_of_search_fills_the_fields_that_upstream_needs() {
        let search = CustomerSearch::by_name_and_address(
            SearchName::company("Fjord AS"),
            "Storgata",
            SearchPlace::postal_code("0179"),
        )
        .street_number(6);
        let request = CustomerSearchRequest::try_from(&search).unwrap();
        let json = serde_json::to_value(&request).unwrap();
        let expected = serde_json::json!({
            "companyName": "Fjord AS", "streetAddress": "Storgata", "streetNumber": 6, "postalCode": "0179",
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn all_violations_come_back_at_once() {
        let search = CustomerSearch::by_name_and_address(
            SearchName::last("x".repeat(31)),
            " ",
            SearchPlace::postal_code_and_place("", "y".repeat(31)),
        )
        .entrance("z".repeat(13))
        .country_code("Norge")
        .product_code("../x");
        let mut found = violations(&search);
        found.sort();
        let expected = [
            "countryCode",
            "entrance",
            "lastName",
            "postalCode",
            "postalPlace",
            "productCode",
            "streetAddress",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_needed_field_that_is_empty_is_reported_once() {
        assert_eq!(violations(&CustomerSearch::by_email("")), ["email"]);
        assert_eq!(violations(&CustomerSearch::by_phone_number("  ")), ["phoneNumber"]);
    }

    #[test]
    fn neither_debug_nor_a_violation_shows_a_value() {
        let search = CustomerSearch::by_email("kari.canary");
        assert_eq!(format!("{search:?}"), "CustomerSearch { by: [\"email\"], .. }");
        let text = search.validate().unwrap_err().to_string();
        assert!(!text.contains("canary"), "{text}");
    }
}
