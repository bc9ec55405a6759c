//! The customers: where they come from, how they are found and changed.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use serde::Deserialize;
use serde_json::Value;

use crate::customer::Customer;
use crate::customer_parts::{Name, PhoneNumber};

/// How many customers a search returns at most.
const MOST_FOUND: usize = 5;

/// All customers, in memory.
pub(crate) struct Customers(Mutex<BTreeMap<i64, Customer>>);

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

    /// Returns how many there are, how many have all of these words somewhere, and the first of those.
    #[cfg(feature = "ui")]
    pub(crate) fn listed(&self, words: &[&str], most: usize) -> (usize, usize, Vec<Customer>) {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        if words.is_empty() {
            return (customers.len(), customers.len(), customers.values().take(most).cloned().collect());
        }
        let has_all = |customer: &&Customer| {
            let text = serde_json::json!(customer).to_string().to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let found: Vec<_> = customers.values().filter(has_all).collect();
        (customers.len(), found.len(), found.into_iter().take(most).cloned().collect())
    }

    /// Adds a customer, or replaces the one with its number.
    pub(crate) fn put(&self, customer: Customer) {
        let mut customers = self.0.lock().expect("nothing panics while it is locked");
        customers.insert(customer.customer_number, customer);
    }

    /// Returns whether there was one with that number.
    pub(crate) fn remove(&self, number: i64) -> bool {
        self.0.lock().expect("nothing panics while it is locked").remove(&number).is_some()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("nothing panics while it is locked").clear();
    }

    pub(crate) fn numbers(&self) -> Vec<i64> {
        self.0.lock().expect("nothing panics while it is locked").keys().copied().collect()
    }

    pub(crate) fn get(&self, number: i64) -> Option<Customer> {
        self.0.lock().expect("nothing panics while it is locked").get(&number).cloned()
    }

    /// The first who is wanted, by the numbers.
    pub(crate) fn find(&self, is_wanted: impl Fn(&Customer) -> bool) -> Option<Customer> {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        customers.values().find(|customer| is_wanted(customer)).cloned()
    }

    pub(crate) fn info(&self, number: i64) -> Option<Value> {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        customers.get(&number).map(Customer::info)
    }

    /// The first few that match, by their numbers; nobody knows which ones upstream picks.
    pub(crate) fn search(&self, search: &Value) -> Vec<Value> {
        let customers = self.0.lock().expect("nothing panics while it is locked");
        let found = customers.values().filter(|customer| matches(customer, search));
        found.take(MOST_FOUND).map(Customer::found).collect()
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

    /// Gives a reference that the customer has a new id, or removes it; false if the customer has none with that code.
    pub(crate) fn set_external_reference(&self, number: i64, code: &str, id: Option<&str>) -> bool {
        let mut customers = self.0.lock().expect("nothing panics while it is locked");
        let references = customers.get_mut(&number).map(|customer| &mut customer.external_references);
        references.is_some_and(|references| match (references.remove(code), id) {
            (Some(_), Some(id)) => references.insert(code.to_owned(), id.to_owned()).is_none(),
            (before, _) => before.is_some(),
        })
    }
}

/// Returns whether every field that is given matches. Upstream's own rules (case, wildcards) are not documented.
///
/// An empty text asks for nothing: upstream's documented search has one.
fn matches(customer: &Customer, search: &Value) -> bool {
    let name_and_address = LazyCell::new(|| customer.name_and_address());
    let mut given = search.as_object().into_iter().flatten().filter(|(_, wanted)| *wanted != "");
    given.all(|(field, wanted)| {
        let is = |text: &String| wanted.as_str().is_some_and(|wanted| is_same(wanted, text));
        match field.as_str() {
            "productCode" => customer.products.iter().any(is),
            "email" => customer.emails.iter().any(is),
            "phoneNumber" => {
                customer.phone_numbers.iter().filter_map(|phone| phone.phone_number.as_ref()).any(is)
            }
            _ => match name_and_address.get(field) {
                Some(Value::String(text)) => is(text),
                found => found == Some(wanted),
            },
        }
    })
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn is_given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;
    use crate::contract::Operations;
    use crate::rule::Rule;

    fn sandbox() -> Customers {
        Customers::new(Customers::invented())
    }

    fn all() -> Vec<Customer> {
        sandbox().all()
    }

    #[expect(clippy::needless_pass_by_value, reason = "a search is written where it is used")]
    fn found(search: Value) -> Vec<i64> {
        let found = sandbox().search(&search);
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

        let fields = |customer: &Customer| customer.info().as_object().unwrap().len();
        assert!(count(&|customer| fields(customer) == 1) >= 2, "only a number");
        let every_field = |customer: &Customer| {
            let name = customer.info()["name"].as_object().map_or(0, serde_json::Map::len);
            let found = customer.found().as_object().unwrap().len();
            (fields(customer), name, found) == (6, 5, 16)
        };
        assert!(count(&every_field) >= 3);
    }

    #[test]
    fn each_customer_is_written_as_the_contract_says_and_the_first_as_its_examples() {
        let operations = Operations::of_the_contract();
        let body = |id| operations.get(id).unwrap().success().unwrap().body.as_ref().unwrap();
        let infos: Vec<_> = all().iter().map(Customer::info).collect();
        let found = all().iter().map(|customer| json!({ "customers": [customer.found()] })).collect();
        for (id, written) in [("getCustomerInfo", infos), ("searchCustomers", found)] {
            let rule = Rule::of(&body(id).schema);
            for customer in &written {
                assert_eq!(rule.violations(&operations, "", customer).unwrap(), Vec::<String>::new());
            }
            let different: HashSet<_> = written.iter().map(ToString::to_string).collect();
            assert_eq!(different.len(), written.len());
            let example = operations.contract.example(body(id).pointer.strip_suffix("/schema").unwrap());
            assert!(written.contains(example.unwrap()), "{id}");
        }
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
        let info = customers.info(563_457).unwrap();
        assert_eq!(info["name"], json!({ "companyName": "Ny AS" }));
        assert_eq!(info["emails"], json!(["ny@example.com"]));
        assert!(info.get("phoneNumbers").is_none() && info.get("invoiceEmailAddress").is_none());
        assert_eq!(info["attachedUsers"][0]["uniqueId"], "abc123ee63461dd");
    }

    #[test]
    fn an_external_reference_can_be_changed_and_removed_once() {
        let customers = sandbox();
        assert_eq!(customers.external_reference(563_457, "CRM").as_deref(), Some("A-1024"));
        assert!(customers.set_external_reference(563_457, "CRM", Some("A-2048")));
        assert_eq!(customers.external_reference(563_457, "CRM").as_deref(), Some("A-2048"));
        assert!(customers.set_external_reference(563_457, "CRM", None));
        assert!(!customers.set_external_reference(563_457, "CRM", None));
        assert!(!customers.set_external_reference(563_457, "CRM", Some("A-2048")));
        assert_eq!(customers.external_reference(563_457, "CRM"), None);
    }

    #[test]
    fn a_change_without_a_last_name_or_a_company_stores_a_dash() {
        let customers = sandbox();
        let change = json!({ "name": { "firstName": "Ola", "lastName": "" } });
        customers.change(563_457, serde_json::from_value(change).unwrap());
        let info = customers.info(563_457).unwrap();
        assert_eq!(info["name"], json!({ "firstName": "Ola", "lastName": "-" }));
    }
}
