//! Records the changes that this client has made, to find the responses that they invalidate.

use std::collections::HashMap;

use super::key::Subjects;

/// The maximum number of customers whose changes are recorded. If it would be exceeded, the records are cleared, and
/// all responses become invalid.
const MAX_CUSTOMERS: usize = 10_000;

/// A record of the changes. Each change has a sequence number. For each customer, the record contains the sequence
/// number of the last change.
#[derive(Default)]
pub(super) struct Forgotten {
    /// The sequence number of the last change.
    number: u64,
    /// The sequence number of the last change that made the responses about all customers invalid.
    of_all: u64,
    /// The value that `number` had when the shared store last became usable again.
    of_store: u64,
    customers: HashMap<String, u64>,
}

impl Forgotten {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Records a change. A change that names no customer counts as a change of all customers.
    pub(super) fn change(&mut self, subjects: &Subjects) {
        self.number += 1;
        let customers = subjects.customers();
        if customers.is_empty() || self.customers.len() + customers.len() > MAX_CUSTOMERS {
            self.customers.clear();
            self.of_all = self.number;
        }
        for customer in customers {
            self.customers.insert(customer.clone(), self.number);
        }
    }

    /// Records that the shared store is usable again. During the outage, this process did not learn of the changes that
    /// other processes made. The responses that it cached during the outage therefore become invalid.
    pub(super) fn store_is_back(&mut self) {
        self.number += 1;
        self.of_store = self.number;
    }

    /// Returns true if a read began after the most recent recovery of the shared store. `change` is the value of
    /// `number` when the read began.
    pub(super) fn is_of_this_outage(&self, change: u64) -> bool {
        change >= self.of_store
    }

    /// Returns true if a response about these customers is still valid. A later change that affects the response makes
    /// it invalid. `change` is the value of `number` when the read of the response began.
    ///
    /// A response that names no customer may be about any customer, so every later change affects it.
    pub(super) fn is_current(&self, subjects: &Subjects, change: u64) -> bool {
        let customers = subjects.customers();
        if customers.is_empty() {
            return change >= self.number;
        }
        let last = |customer| self.customers.get(customer).copied().unwrap_or(0);
        change >= self.of_all && customers.iter().all(|customer| change >= last(customer))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(number: u64) -> Subjects {
        Subjects::of(&json!({ "customerNumber": number }))
    }

    #[test]
    fn a_change_is_about_its_customer_and_about_what_names_none() {
        let mut forgotten = Forgotten::default();
        forgotten.change(&of(1));
        assert!(!forgotten.is_current(&of(1), 0) && forgotten.is_current(&of(1), 1));
        assert!(forgotten.is_current(&of(2), 0));
        assert!(!forgotten.is_current(&Subjects::default(), 0));
        assert!(forgotten.is_current(&Subjects::default(), 1));
    }

    #[test]
    fn a_response_cached_before_the_store_came_back_belongs_to_an_earlier_outage() {
        let mut forgotten = Forgotten::default();
        forgotten.change(&of(1));
        assert!(forgotten.is_of_this_outage(0));
        forgotten.store_is_back();
        assert!(!forgotten.is_of_this_outage(1) && forgotten.is_of_this_outage(forgotten.number()));
        assert!(forgotten.is_current(&of(1), 1), "a response that processes do not share stays valid");
    }

    #[test]
    fn a_change_that_names_no_customer_is_about_all() {
        let mut forgotten = Forgotten::default();
        forgotten.change(&Subjects::default());
        assert!(!forgotten.is_current(&of(1), 0) && !forgotten.is_current(&Subjects::default(), 0));
        assert!(forgotten.is_current(&of(1), 1));
    }

    #[test]
    fn a_list_that_is_full_forgets_more_and_not_less() {
        let mut forgotten = Forgotten::default();
        for number in 0..25_000 {
            forgotten.change(&of(number));
            assert!(!forgotten.is_current(&of(number), forgotten.number() - 1));
            assert!(forgotten.customers.len() <= MAX_CUSTOMERS);
        }
        assert!((0..25_000).all(|number| !forgotten.is_current(&of(number), number)));
    }
}
