//! The names of the keys in Redis. No name reveals a customer, a request or a token.

use mediaconnect::{ClientCredentials, ResponseKey};

use super::pending::Forgotten;
use crate::seal::{Names, Seal, tag};
use crate::store::{RESPONSE_ENDS, RESPONSE_SIZES, key_of};

/// The maximum number of customer marks per entry. If a request names more customers, its entry depends instead on a
/// single mark, which is deleted when any customer changes.
const MAX_CUSTOMERS: usize = 32;

/// The names of a client id's keys, and the cipher for their values.
pub(super) struct Keys {
    tag: String,
    names: Names,
    pub(super) seal: Seal,
}

impl Keys {
    pub(super) fn new(credentials: &ClientCredentials, base_url: &str) -> Option<Self> {
        Some(Self {
            tag: tag(base_url, credentials.id()),
            names: Names::new(credentials.secret(), credentials.id())?,
            seal: Seal::for_responses(credentials.secret(), credentials.id(), base_url)?,
        })
    }

    /// Returns true if `other` was made from the same credentials.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.mark_of("") == other.mark_of("")
    }

    pub(super) fn entry(&self, key: &ResponseKey) -> String {
        key_of(&self.tag, &format!("response:{}", self.names.of(b'r', key.request())))
    }

    pub(super) fn ends(&self) -> String {
        key_of(&self.tag, RESPONSE_ENDS)
    }

    pub(super) fn sizes(&self) -> String {
        key_of(&self.tag, RESPONSE_SIZES)
    }

    /// Returns the marks of an entry (see [`responses`](super)), always in the same order.
    pub(super) fn marks(&self, customers: &[String]) -> Vec<String> {
        let mut marks = vec![self.mark_of_all()];
        if customers.is_empty() || customers.len() > MAX_CUSTOMERS {
            marks.push(self.mark_of_any());
        } else {
            marks.extend(customers.iter().map(|customer| self.mark_of(customer)));
        }
        marks
    }

    /// Returns the keys to delete for these invalidations.
    pub(super) fn of_forgotten(&self, forgotten: &[Forgotten]) -> Vec<String> {
        let key = |forgotten: &Forgotten| match forgotten {
            Forgotten::Response(key) => self.entry(key),
            Forgotten::Customer(customer) => self.mark_of(customer),
            Forgotten::Any => self.mark_of_any(),
            Forgotten::All => self.mark_of_all(),
        };
        forgotten.iter().map(key).collect()
    }

    fn mark_of(&self, customer: &str) -> String {
        key_of(&self.tag, &format!("mark:{}", self.names.of(b'c', customer.as_bytes())))
    }

    /// Returns the key of the mark that is deleted when any customer changes (see [`responses`](super)).
    fn mark_of_any(&self) -> String {
        key_of(&self.tag, "mark:any")
    }

    fn mark_of_all(&self) -> String {
        key_of(&self.tag, "mark:all")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str) -> Keys {
        Keys::new(&ClientCredentials::new("id", secret), "https://api.example.com/").unwrap()
    }

    fn customers(count: usize) -> Vec<String> {
        (0..count).map(|number| number.to_string()).collect()
    }

    #[test]
    fn a_response_depends_on_the_mark_of_each_customer_and_on_that_of_all() {
        let keys = keys("s");
        let forgotten = |forgotten| keys.of_forgotten(&[forgotten]).remove(0);
        let (all, any) = (forgotten(Forgotten::All), forgotten(Forgotten::Any));
        assert_eq!(keys.marks(&[]), [all.clone(), any.clone()]);
        let both = ["0", "1"].map(|customer| forgotten(Forgotten::Customer(customer.to_owned())));
        assert_eq!(keys.marks(&customers(2)), [&[all.clone()][..], &both].concat());
        assert_eq!(keys.marks(&customers(MAX_CUSTOMERS)).len(), 1 + MAX_CUSTOMERS);
        assert_eq!(
            keys.marks(&customers(MAX_CUSTOMERS + 1)),
            [all, any],
            "if a request names too many customers, one mark replaces their marks"
        );
    }

    #[test]
    fn another_secret_changes_the_names_of_customers_but_not_the_mark_of_all() {
        let (one, other) = (keys("s"), keys("t"));
        assert!(one.is_same(&keys("s")) && !one.is_same(&other));
        assert_ne!(one.marks(&customers(1))[1], other.marks(&customers(1))[1]);
        assert_eq!(one.of_forgotten(&[Forgotten::All]), other.of_forgotten(&[Forgotten::All]));
    }
}
