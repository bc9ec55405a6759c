//! Tests the invoices of the stored customers.

use mediaconnect::operations::{ListInvoicesOfProduct, ListOwnInvoicesOfProduct};
use mediaconnect_sandbox::{Customer, Sandbox};

use crate::support::number;

/// Returns the last digits of the numbers of the invoices. They are the months.
fn months<'a>(numbers: impl Iterator<Item = &'a String>) -> String {
    numbers.map(|number| &number[number.len() - 1..]).collect()
}

/// The number of the customer is divisible by three, so the invoice of February is not paid.
fn sandbox() -> Sandbox {
    Sandbox::builder().customer(Customer::new(3).product("AVIS")).in_memory()
}

#[tokio::test]
async fn are_those_of_the_days_that_the_request_names() {
    let sandbox = sandbox();
    let client = sandbox.client();
    let as_user = client.as_user(client.user_token().unwrap());
    for (from, to, expected) in [
        (None, None, "12"),
        (Some("2026-01-01"), None, "12"),
        (Some("2026-01-02"), None, "2"),
        (None, Some("2026-01-31"), "1"),
        (Some("2026-02-01"), Some("2026-02-01"), "2"),
        (Some("2026-02-02"), None, ""),
    ] {
        let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        let mut list = ListInvoicesOfProduct::new(number(3), "AVIS".parse().unwrap());
        (list.from, list.to) = (day(from), day(to));
        let list = client.call(list).await.unwrap().client_invoice_info_list;
        let ids = months(list.iter().map(|invoice| invoice.invoice_id.as_ref().unwrap()));
        let mut own = ListOwnInvoicesOfProduct::new("AVIS".parse().unwrap());
        (own.from, own.to) = (day(from), day(to));
        let own = as_user.call(own).await.unwrap().invoices;
        let numbers = months(own.iter().map(|invoice| invoice.invoice_number.as_ref().unwrap()));
        assert_eq!((ids.as_str(), numbers.as_str()), (expected, expected), "{from:?} {to:?}");
    }
}

#[tokio::test]
async fn are_the_unpaid_ones_if_the_request_asks_for_them() {
    let sandbox = sandbox();
    let client = sandbox.client();
    let as_user = client.as_user(client.user_token().unwrap());
    for (unpaid, expected) in [(false, "12"), (true, "2")] {
        let own = ListOwnInvoicesOfProduct::new("AVIS".parse().unwrap()).with_unpaid(unpaid);
        let own = as_user.call(own).await.unwrap().invoices;
        assert_eq!(months(own.iter().map(|one| one.invoice_number.as_ref().unwrap())), expected, "{unpaid}");
    }
}
