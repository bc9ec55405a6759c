//! The customers: where they come from, how they are found and changed.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use serde::Deserialize;
use serde_json::Value;

use crate::customer::Customer;
use crate::customer_parts::{Name, PhoneNumber};
use crate::quirks::Quirks;
use crate::shapes;

/// How many customers a search returns at most.
const MOST_FOUND: usize = 5;

/// All customers, in memory.
pub(crate) struct Customers(Mutex<BTreeMap<i64, Customer>>);

/// The body of a search.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Search {
    product_code: Option<String>,
    company_name: Option<String>,
    department_name: Option<String>,
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    care_of_address: Option<String>,
    street_address: Option<String>,
    street_number: Option<i64>,
    entrance: Option<String>,
    postal_code: Option<String>,
    postal_place: Option<String>,
    country_code: Option<String>,
    phone_number: Option<String>,
    email: Option<String>,
}

/// The body of a change.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Change {
    #[serde(default)]
    name: Name,
    #[serde(default)]
    phone_numbers: Vec<PhoneNumber>,
    #[serde(default)]
    emails: Vec<String>,
    invoice_email_address: Option<String>,
}

/// The body of a change of an external reference.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExternalReferenceChange {
    external_id: String,
}

impl Customers {
    /// Of two with the same number, the later one counts.
    pub(crate) fn new(all: Vec<Customer>) -> Self {
        Self(Mutex::new(all.into_iter().map(|customer| (customer.customer_number, customer)).collect()))
    }

    /// Those that come with this crate.
    pub(crate) fn invented() -> Vec<Customer> {
        static INVENTED: LazyLock<Vec<Customer>> = LazyLock::new(|| {
            serde_json::from_str(include_str!("../data/customers.json")).expect("a test reads this file")
        });
        INVENTED.clone()
    }

    pub(crate) fn all(&self) -> Vec<Customer> {
        self.0.lock().expect("nothing panics while it is locked").values().cloned().collect()
    }

    /// Adds a customer, or replaces the one with its number.
    pub(crate) fn put(&self, customer: Customer) {
        let mut customers = self.0.lock().expect("nothing panics while it is locked");
        customers.insert(customer.customer_number, customer);
    }

    /// Whether there was one with that number.
    pub(crate) fn remove(&self, number: i64) -> bool {
        self.0.lock().expect("nothing panics while it is locked").remove(&number).is_some()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("nothing panics while it is locked").clear();
    }

    pub(crate) fn numbers(&self) -> Vec<i64> {
        self.0.lock().expect("nothing panics while it is locked").keys().copied().collect()
    }

    pub(crate) fn info(&self, number: i64, quirks: Quirks) -> Option<Value> {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        customers.get(&number).map(|customer| shapes::info(customer, quirks))
    }

    /// The first few that match, by their numbers; nobody knows which ones upstream picks.
    pub(crate) fn search(&self, search: &Search, quirks: Quirks) -> Vec<Value> {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        let found = customers.values().filter(|customer| search.matches(customer));
        found.take(MOST_FOUND).map(|customer| shapes::found(customer, quirks)).collect()
    }

    /// Replaces what a change may hold. Address, users and products are no part of it and stay.
    pub(crate) fn change(&self, number: i64, change: Change) {
        let Change { mut name, phone_numbers, emails, invoice_email_address } = change;
        if !is_given(name.last_name.as_deref()) && !is_given(name.company_name.as_deref()) {
            // Documented: upstream stores a dash.
            name.last_name = Some("-".to_owned());
        }
        let mut customers = self.0.lock().expect("nothing panics while it is locked");
        if let Some(customer) = customers.get_mut(&number) {
            customer.name = name;
            customer.phone_numbers = phone_numbers;
            customer.emails = emails;
            customer.invoice_email_address = invoice_email_address;
        }
    }

    pub(crate) fn external_reference(&self, number: i64, code: &str) -> Option<String> {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        customers.get(&number)?.external_references.get(code).cloned()
    }

    /// Gives a reference that the customer has a new id; `None` if the customer has none with that code.
    pub(crate) fn change_external_reference(
        &self,
        number: i64,
        code: &str,
        change: ExternalReferenceChange,
    ) -> Option<()> {
        let mut customers = self.0.lock().expect("nothing panics while it is locked");
        *customers.get_mut(&number)?.external_references.get_mut(code)? = change.external_id;
        Some(())
    }

    /// `None` if the customer has no reference with that code.
    pub(crate) fn remove_external_reference(&self, number: i64, code: &str) -> Option<()> {
        let mut customers = self.0.lock().expect("nothing panics while it is locked");
        customers.get_mut(&number)?.external_references.remove(code).map(drop)
    }
}

impl Search {
    /// Whether every field that is given matches. Upstream's own rules (case, wildcards) are not documented.
    fn matches(&self, customer: &Customer) -> bool {
        let Customer { name, address, .. } = customer;
        let texts = [
            (&self.company_name, &name.company_name),
            (&self.department_name, &name.department_name),
            (&self.first_name, &name.first_name),
            (&self.middle_name, &name.middle_name),
            (&self.last_name, &name.last_name),
            (&self.care_of_address, &address.care_of_address),
            (&self.street_address, &address.street_address),
            (&self.entrance, &address.entrance),
            (&self.postal_code, &address.postal_code),
            (&self.postal_place, &address.postal_place),
            (&self.country_code, &address.country_code),
        ];
        texts.iter().all(|(wanted, text)| fits(wanted.as_deref(), text.as_deref()))
            && self.street_number.is_none_or(|wanted| address.street_number == Some(wanted))
            && fits_one_of(self.product_code.as_deref(), customer.products.iter().map(String::as_str))
            && fits_one_of(self.email.as_deref(), customer.emails.iter().map(String::as_str))
            && fits_one_of(
                self.phone_number.as_deref(),
                customer.phone_numbers.iter().filter_map(|phone| phone.phone_number.as_deref()),
            )
    }
}

fn fits_one_of<'a>(wanted: Option<&str>, mut texts: impl Iterator<Item = &'a str>) -> bool {
    !is_given(wanted) || texts.any(|text| fits(wanted, Some(text)))
}

/// An empty text asks for nothing: upstream's documented search has one.
fn fits(wanted: Option<&str>, text: Option<&str>) -> bool {
    match wanted.filter(|wanted| !wanted.is_empty()) {
        Some(wanted) => text.is_some_and(|text| text.to_lowercase() == wanted.to_lowercase()),
        None => true,
    }
}

fn is_given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    fn sandbox() -> Customers {
        Customers::new(Customers::invented())
    }

    fn all() -> Vec<Customer> {
        sandbox().all()
    }

    fn found(search: Value) -> Vec<i64> {
        let search = serde_json::from_value(search).unwrap();
        let found = sandbox().search(&search, Quirks::none());
        found.iter().map(|customer| customer["customerNumber"].as_i64().unwrap()).collect()
    }

    #[test]
    fn there_are_sixty_customers_and_each_has_its_own_number() {
        let in_file: Vec<Value> = serde_json::from_str(include_str!("../data/customers.json")).unwrap();
        assert!(in_file.len() >= 60);
        assert_eq!(all().len(), in_file.len());
    }

    #[test]
    fn both_countries_and_both_kinds_of_customers_are_there_with_much_and_with_little() {
        let customers = all();
        let count = |is: &dyn Fn(&Customer) -> bool| customers.iter().filter(|customer| is(customer)).count();
        for country in ["NO", "SE"] {
            let here = |customer: &Customer| customer.address.country_code.as_deref() == Some(country);
            assert!(count(&|customer| here(customer) && customer.name.company_name.is_some()) >= 5);
            assert!(count(&|customer| here(customer) && customer.name.company_name.is_none()) >= 10);
        }
        assert!(count(&|customer| customer.attached_users.len() > 1) >= 3);
        let leading_zero = |text: &String| text.starts_with('0');
        assert!(count(&|customer| customer.address.postal_code.as_ref().is_some_and(leading_zero)) >= 10);

        let fields = |customer: &Customer| shapes::info(customer, Quirks::none()).as_object().unwrap().len();
        assert!(count(&|customer| fields(customer) == 1) >= 2, "only a number");
        let every_field = |customer: &Customer| {
            let name =
                shapes::info(customer, Quirks::none())["name"].as_object().map_or(0, serde_json::Map::len);
            let found = shapes::found(customer, Quirks::none()).as_object().unwrap().len();
            (fields(customer), name, found) == (6, 5, 16)
        };
        assert!(count(&every_field) >= 3);
    }

    #[test]
    fn nobody_invented_can_be_reached() {
        for customer in all().iter().filter(|customer| customer.customer_number != 563_457) {
            let credentials = customer.attached_users.iter().flat_map(|user| &user.credentials);
            let contacts: Vec<&String> = (customer.emails.iter())
                .chain(&customer.invoice_email_address)
                .chain(customer.phone_numbers.iter().filter_map(|phone| phone.phone_number.as_ref()))
                .chain(credentials.map(|credential| &credential.credential))
                .collect();
            for contact in contacts {
                let reserved = [
                    "+471",
                    "+4670174060",
                    "+4670174061",
                    "+468465004",
                    "+46313906",
                    "+46406280",
                    "+46980319",
                ];
                let unreachable = match contact.split_once('@') {
                    Some((_, domain)) => ["example.com", "example.org"].contains(&domain),
                    None => reserved.iter().any(|prefix| contact.starts_with(prefix)),
                };
                assert!(unreachable, "{contact}");
            }
        }
    }

    #[test]
    fn the_uniqueness_of_users_holds() {
        let customers = all();
        let users: Vec<_> = customers.iter().flat_map(|customer| &customer.attached_users).collect();
        let ids: HashSet<_> = users.iter().map(|user| &user.unique_id).collect();
        assert_eq!(ids.len(), users.len());
    }

    #[test]
    fn a_search_by_name_and_address_ignores_case() {
        let by_name = json!({ "lastName": "ÅSGÅRD", "streetAddress": "markveien", "postalCode": "0554" });
        assert_eq!(found(by_name), [100_501]);
    }

    #[test]
    fn a_search_by_phone_or_email_finds_the_owner() {
        assert_eq!(found(json!({ "phoneNumber": "+4723339100" })), [563_457]);
        assert_eq!(found(json!({ "email": "OLA.nordmann@company.com" })), [563_457]);
        assert!(found(json!({ "phoneNumber": "+472333910" })).is_empty());
    }

    #[test]
    fn every_field_narrows_the_search_and_an_empty_one_does_not() {
        let family =
            || json!({ "lastName": "Hansen", "streetAddress": "Storgata", "postalPlace": "Lillehammer" });
        let with = |field: &str, value: Value| {
            let mut search = family();
            search[field] = value;
            found(search)
        };
        assert_eq!(found(family()).len(), MOST_FOUND);
        assert_eq!(with("careOfAddress", json!("")).len(), MOST_FOUND);
        assert_eq!(with("streetNumber", json!(12)), [102_124]);
        assert_eq!(with("firstName", json!("dagny")), [102_131]);
        assert_eq!(with("productCode", json!("HELG")), [102_110, 102_124, 102_138, 102_152]);
        assert!(with("entrance", json!("A")).is_empty());
    }

    #[test]
    fn a_change_replaces_what_it_may_and_keeps_the_rest() {
        let customers = sandbox();
        let change = json!({ "name": { "companyName": "Ny AS" }, "emails": ["ny@example.com"] });
        customers.change(563_457, serde_json::from_value(change).unwrap());
        let info = customers.info(563_457, Quirks::none()).unwrap();
        assert_eq!(info["name"], json!({ "companyName": "Ny AS" }));
        assert_eq!(info["emails"], json!(["ny@example.com"]));
        assert!(info.get("phoneNumbers").is_none() && info.get("invoiceEmailAddress").is_none());
        assert_eq!(info["attachedUsers"][0]["uniqueId"], "abc123ee63461dd");
    }

    #[test]
    fn an_external_reference_can_be_changed_and_removed_once() {
        let customers = sandbox();
        let change = || serde_json::from_value(json!({ "externalId": "A-2048" })).unwrap();
        assert_eq!(customers.external_reference(563_457, "CRM").as_deref(), Some("A-1024"));
        assert_eq!(customers.change_external_reference(563_457, "CRM", change()), Some(()));
        assert_eq!(customers.external_reference(563_457, "CRM").as_deref(), Some("A-2048"));
        assert_eq!(customers.remove_external_reference(563_457, "CRM"), Some(()));
        assert_eq!(customers.remove_external_reference(563_457, "CRM"), None);
        assert_eq!(customers.change_external_reference(563_457, "CRM", change()), None);
    }

    #[test]
    fn a_change_without_a_last_name_or_a_company_stores_a_dash() {
        let customers = sandbox();
        let change = json!({ "name": { "firstName": "Ola", "lastName": "" } });
        customers.change(563_457, serde_json::from_value(change).unwrap());
        let info = customers.info(563_457, Quirks::none()).unwrap();
        assert_eq!(info["name"], json!({ "firstName": "Ola", "lastName": "-" }));
    }
}
