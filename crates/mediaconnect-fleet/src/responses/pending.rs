//! The list of responses to delete from Redis. An entry stays in the list until Redis has confirmed the deletion.

use mediaconnect::{Forget, ResponseKey};

/// The maximum length of the list. A longer list is replaced by one entry that invalidates all responses.
const MAX: usize = 1_000;

#[derive(Clone)]
pub(super) enum Forgotten {
    Response(ResponseKey),
    Customer(String),
    /// The responses whose requests name no customer.
    Any,
    All,
}

/// The entries that Redis has not confirmed, in order, each with its sequence number.
#[derive(Default)]
pub(super) struct Pending {
    last: u64,
    forgotten: Vec<(u64, Forgotten)>,
}

impl Pending {
    pub(super) fn add(&mut self, forget: Forget<'_>) {
        match forget {
            Forget::Response(key) => self.push(Forgotten::Response(key.clone())),
            Forget::Customers(customers) => {
                self.push(Forgotten::Any);
                for customer in customers {
                    self.push(Forgotten::Customer(customer.clone()));
                }
            }
            Forget::All => self.push(Forgotten::All),
        }
    }

    fn push(&mut self, forgotten: Forgotten) {
        self.last += 1;
        if self.forgotten.len() < MAX {
            self.forgotten.push((self.last, forgotten));
        } else {
            self.forgotten = vec![(self.last, Forgotten::All)];
        }
    }

    /// Returns the sequence number of the last entry (for [`confirm`](Self::confirm)) and all entries. Returns `None`
    /// if there are no entries.
    pub(super) fn all(&self) -> Option<(u64, Vec<Forgotten>)> {
        let (last, _) = self.forgotten.last()?;
        Some((*last, self.forgotten.iter().map(|(_, forgotten)| forgotten.clone()).collect()))
    }

    /// Removes the entries up to this sequence number, because Redis has deleted their responses.
    pub(super) fn confirm(&mut self, last: u64) {
        self.forgotten.retain(|(number, _)| *number > last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_confirmed_is_removed() {
        let mut pending = Pending::default();
        assert!(pending.all().is_none());
        pending.add(Forget::Customers(&["1".to_owned()]));
        let (last, told) = pending.all().unwrap();
        assert!(matches!(&told[..], [Forgotten::Any, Forgotten::Customer(customer)] if customer == "1"));
        pending.add(Forget::All);
        pending.confirm(last);
        assert!(matches!(&pending.all().unwrap().1[..], [Forgotten::All]));
    }

    #[test]
    fn a_list_that_is_full_forgets_everything() {
        let mut pending = Pending::default();
        let (mut last, mut had_all) = (0, false);
        for number in 0..MAX {
            pending.add(Forget::Customers(&[number.to_string()]));
            let told;
            (last, told) = pending.all().unwrap();
            assert!(told.len() <= MAX);
            had_all |= told.iter().any(|forgotten| matches!(forgotten, Forgotten::All));
        }
        assert!(had_all);
        pending.confirm(last);
        assert!(pending.all().is_none());
    }
}
