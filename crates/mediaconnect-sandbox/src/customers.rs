//! The stored customers of a sandbox, with lookup, search and changes.

mod invented;
mod operations;
mod search;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde::Deserialize;
use serde_json::Value;

use crate::contract::is_blank;
use crate::customer::{Customer, Name, PhoneNumber, Record};

pub(crate) use invented::invented;

/// The maximum number of customers that a search returns.
const MAX_SEARCH_RESULTS: usize = 5;

pub(crate) struct Customers(Mutex<State>);

struct State {
    by_number: BTreeMap<i64, Customer>,
    /// A number that increases with each change, so that the page can detect changes.
    #[cfg_attr(not(feature = "ui"), allow(dead_code, reason = "only the page reads this field"))]
    revision: u64,
}

/// The customers to show on the web page.
#[cfg(feature = "ui")]
pub(crate) struct Listed {
    /// The number of all customers in the sandbox.
    pub(crate) all: usize,
    /// The number of customers that the search finds.
    pub(crate) found: usize,
    /// The first customers that the search finds.
    pub(crate) shown: Vec<Customer>,
}

/// The body of `changeOwnCustomerInfo`.
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
    /// Stores customers. If two have the same number, the later one replaces the earlier one.
    pub(crate) fn new(all: Vec<Customer>) -> Self {
        Self(Mutex::new(State {
            by_number: all.into_iter().map(|customer| (customer.number(), customer)).collect(),
            revision: 0,
        }))
    }

    /// Returns all customers as a JSON list, in the form of a seed.
    pub(crate) fn to_json(&self) -> String {
        let state = self.state();
        let texts: Vec<_> = state.by_number.values().map(Customer::json).collect();
        format!("[{}]", texts.join(","))
    }

    /// Returns at most `max` customers whose JSON contains all given words. The words must be in lower case.
    #[cfg(feature = "ui")]
    pub(crate) fn listed(&self, words: &[&str], max: usize) -> Listed {
        let state = self.state();
        let (mut found, mut shown) = (0, Vec::new());
        for customer in state.by_number.values().filter(|customer| search::mentions(customer, words)) {
            found += 1;
            if shown.len() < max {
                shown.push(customer.clone());
            }
        }
        Listed { all: state.by_number.len(), found, shown }
    }

    #[cfg(feature = "ui")]
    pub(crate) fn revision(&self) -> u64 {
        self.state().revision
    }

    /// Adds a customer, or replaces the customer with the same number.
    pub(crate) fn put(&self, customer: Customer) {
        self.changing().by_number.insert(customer.number(), customer);
    }

    /// Removes a customer. Returns false if there is no customer with that number.
    pub(crate) fn remove(&self, number: i64) -> bool {
        self.changing().by_number.remove(&number).is_some()
    }

    pub(crate) fn clear(&self) {
        self.changing().by_number.clear();
    }

    pub(crate) fn numbers(&self) -> Vec<i64> {
        self.state().by_number.keys().copied().collect()
    }

    pub(crate) fn get(&self, number: i64) -> Option<Record> {
        self.state().by_number.get(&number).map(Customer::record)
    }

    /// Returns the customer with the lowest number whose JSON contains `text` and whose record meets the condition.
    pub(crate) fn find(&self, text: &str, is_wanted: impl Fn(&Record) -> bool) -> Option<Record> {
        let text = search::escaped(text);
        let state = self.state();
        let candidates = state.by_number.values().filter(|customer| customer.json().contains(&text));
        candidates.map(Customer::record).find(is_wanted)
    }

    /// Returns the first search results, sorted by customer number. Upstream does not document the order of its
    /// results.
    pub(crate) fn search(&self, search: &Value) -> Vec<Value> {
        let state = self.state();
        let found = search::find(state.by_number.values(), search);
        found.take(MAX_SEARCH_RESULTS).map(|record| record.search_result()).collect()
    }

    /// Replaces name, phone numbers and e-mail addresses with those of the change. All other fields stay. Returns false
    /// if there is no customer with that number.
    pub(crate) fn change(&self, number: i64, change: Change) -> bool {
        let Change { mut name, phone_numbers, emails, invoice_email_address } = change;
        if !is_given(name.last_name.as_deref()) && !is_given(name.company_name.as_deref()) {
            // Upstream documents that it stores a dash if both the last name and the company name are missing.
            name.last_name = Some("-".to_owned());
        }
        let mut state = self.changing();
        let Some(customer) = state.by_number.get_mut(&number) else { return false };
        let record = Record { name, phone_numbers, emails, invoice_email_address, ..customer.record() };
        *customer = record.into();
        true
    }

    pub(crate) fn external_reference(&self, number: i64, code: &str) -> Option<String> {
        self.get(number)?.external_references.remove(code)
    }

    /// Changes the id of an external reference, or removes the reference if `id` is `None`. Returns false if the
    /// customer has no reference with that code.
    pub(crate) fn set_external_reference(&self, number: i64, code: &str, id: Option<&str>) -> bool {
        let mut state = self.changing();
        let Some(customer) = state.by_number.get_mut(&number) else { return false };
        let mut record = customer.record();
        if record.external_references.remove(code).is_none() {
            return false;
        }
        if let Some(id) = id {
            record.external_references.insert(code.to_owned(), id.to_owned());
        }
        *customer = record.into();
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no thread panics while it holds the lock")
    }

    /// Locks the customers for a change.
    fn changing(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.revision += 1;
        state
    }
}

fn is_given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !is_blank(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sandbox() -> Customers {
        Customers::new(invented())
    }

    #[test]
    fn a_change_replaces_what_it_may_and_keeps_the_rest() {
        let customers = sandbox();
        let change = json!({ "name": { "companyName": "Ny AS" }, "emails": ["ny@example.com"] });
        customers.change(563_457, serde_json::from_value(change).unwrap());
        let info = customers.get(563_457).unwrap().info();
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
        let info = customers.get(563_457).unwrap().info();
        assert_eq!(info["name"], json!({ "firstName": "Ola", "lastName": "-" }));
    }
}
