//! The invented customers that come with this crate.

use std::sync::LazyLock;

use crate::customer::Customer;

pub(crate) fn invented() -> Vec<Customer> {
    static INVENTED: LazyLock<Vec<Customer>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/customers.json")).expect("a test reads this file")
    });
    INVENTED.clone()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::contract::{Operations, SchemaCheck};
    use crate::customer::Record;

    fn all() -> Vec<Record> {
        invented().iter().map(Customer::record).collect()
    }

    #[test]
    fn there_are_sixty_customers_and_each_has_its_own_number() {
        let in_file: Vec<Value> = serde_json::from_str(include_str!("../../data/customers.json")).unwrap();
        assert!(in_file.len() >= 60);
        assert_eq!(all().len(), in_file.len());
    }

    #[test]
    fn both_countries_and_both_kinds_of_customers_are_there_with_much_and_with_little() {
        let customers = all();
        let count = |is: &dyn Fn(&Record) -> bool| customers.iter().filter(|customer| is(customer)).count();
        for country in ["NO", "SE"] {
            let here = |customer: &Record| customer.address.country_code.as_deref() == Some(country);
            assert!(count(&|customer| here(customer) && customer.name.company_name.is_some()) >= 5);
            assert!(count(&|customer| here(customer) && customer.name.company_name.is_none()) >= 10);
        }
        assert!(count(&|customer| customer.attached_users.len() > 1) >= 3);
        let leading_zero = |text: &String| text.starts_with('0');
        assert!(count(&|customer| customer.address.postal_code.as_ref().is_some_and(leading_zero)) >= 10);

        let fields = |customer: &Record| customer.info().as_object().unwrap().len();
        assert!(count(&|customer| fields(customer) == 1) >= 2, "only a number");
        let every_field = |customer: &Record| {
            let name = customer.info()["name"].as_object().map_or(0, serde_json::Map::len);
            let found = customer.search_result().as_object().unwrap().len();
            (fields(customer), name, found) == (6, 5, 16)
        };
        assert!(count(&every_field) >= 3);
    }

    #[test]
    fn each_customer_is_written_as_the_contract_says_and_the_first_as_its_examples() {
        let operations = Operations::of_the_contract();
        let body = |id| operations.get(id).unwrap().success().unwrap().body.as_ref().unwrap();
        let infos: Vec<_> = all().iter().map(Record::info).collect();
        let found = all().iter().map(|customer| json!({ "customers": [customer.search_result()] })).collect();
        for (id, written) in [("getCustomerInfo", infos), ("searchCustomers", found)] {
            let rule = SchemaCheck::of(&body(id).schema);
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
}
