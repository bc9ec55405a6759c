//! The names of the keys in Redis. None of them shows a customer, a request or a token.

use mediaconnect::{ClientCredentials, ResponseKey};

use super::pending::Forgotten;
use crate::seal::{Names, Seal, tag};
use crate::store::key_of;

/// A request that names more customers than this depends on the mark that every change deletes.
const MAX_CUSTOMERS: usize = 32;

/// The names of a client id's keys, and the seal of their values.
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

    /// Returns true if other keys were made from the same credentials.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.mark_of("") == other.mark_of("")
    }

    pub(super) fn entry(&self, key: &ResponseKey) -> String {
        key_of(&self.tag, &format!("response:{}", self.names.of(b'r', key.request())))
    }

    /// Returns the key of the times at which entries expire.
    pub(super) fn ends(&self) -> String {
        key_of(&self.tag, "response-ends")
    }

    pub(super) fn sizes(&self) -> String {
        key_of(&self.tag, "response-sizes")
    }

    /// Returns the marks that an entry depends on, always in the same order.
    pub(super) fn marks(&self, customers: &[String]) -> Vec<String> {
        let mut marks = vec![self.mark_of_all()];
        if customers.is_empty() || customers.len() > MAX_CUSTOMERS {
            marks.push(self.mark_of_any());
        } else {
            marks.extend(customers.iter().map(|customer| self.mark_of(customer)));
        }
        marks
    }

    /// Returns the keys to delete.
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

    /// Returns the mark that every change of a customer deletes.
    fn mark_of_any(&self) -> String {
        key_of(&self.tag, "mark:any")
    }

    fn mark_of_all(&self) -> String {
        key_of(&self.tag, "mark:all")
    }
}
