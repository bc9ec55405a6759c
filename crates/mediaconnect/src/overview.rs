//! Looks up a customer with subscriptions and open invoices.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use mediaconnect_api::operation::Operation as _;
use mediaconnect_api::operations::ListInvoicesOfProduct;
use mediaconnect_api::wire::{Amount, CustomerNumber, ProductCode};
use serde::Serialize;
use tokio::time::timeout_at;

use crate::call::{Call, CallFuture};
use crate::client::Client;
use crate::error::{Error, Kind, Result};
use crate::groups::Customers;
use crate::models::{CustomerInfo, Invoice, Subscription, SubscriptionList};
use crate::options::CallContext;
use crate::runtime::inside;

/// A customer with subscriptions and open invoices. Get it from [`Customers::overview`].
///
/// `Debug` shows which fields are present, never their values.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Overview {
    /// The customer.
    pub customer: CustomerInfo,
    /// The subscriptions in Connect's order.
    pub subscriptions: Vec<Subscription>,
    /// The open invoices of the subscribed products, sorted by product. An invoice is open unless it is known to be
    /// paid in full.
    pub open_invoices: Vec<Invoice>,
}

impl Customers<'_> {
    /// Looks up a customer with subscriptions and open invoices.
    ///
    /// It looks up the customer and the subscriptions at the same time. Then it makes one call for the invoices of each
    /// product, as fast as the rate allows. Upstream does not document the payment status. Therefore, an invoice counts
    /// as open unless its paid amount is known to cover its amount. The path of the operation that lists the
    /// subscriptions is known only from third-party clients.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// let page = client.customers().overview("563457".parse()?).await?;
    /// println!("{} subscriptions, {} open invoices", page.subscriptions.len(), page.open_invoices.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns [`is_not_found`](Error::is_not_found) if no customer has the number, and the errors that every call can
    /// return. If one call fails, the whole overview fails.
    #[inline]
    pub fn overview(self, number: CustomerNumber) -> Call<Overview> {
        let client = self.client.clone();
        Call::new(self.client.options(), async move |context| {
            inside(overview(&client, number, context)).await
        })
    }
}

#[inline]
async fn overview(client: &Client, number: CustomerNumber, context: CallContext) -> Result<Overview> {
    let CallContext { options, slot } = context;
    let deadline = options.deadline_from_now();
    let mut customer = client.customers().info(number).with_options(options);
    if let Some(slot) = slot {
        customer = customer.in_slot(slot);
    }
    let subscriptions = client.subscriptions().list(number).with_options(options);
    let (customer, subscriptions) = both(customer.into_future(), subscriptions.into_future()).await;
    let (customer, subscriptions) = (customer?, subscriptions_of(subscriptions)?);

    let products = subscriptions.iter().filter_map(|subscription| subscription.product.clone());
    // Several subscriptions may have the same product, so duplicates are removed.
    let products: BTreeSet<ProductCode> = products.collect();
    let mut invoices = client
        .bulk(products, move |client, product| client.invoices().of_product(number, product.clone()))
        .with_attempt_timeout(options.attempt_timeout)
        .with_attempts(options.attempts)
        .in_order();
    let mut open_invoices = Vec::new();
    let too_late = || Error::new(Kind::Timeout).in_operation(ListInvoicesOfProduct::INFO.id, 0);
    while let Some((_, outcome)) = timeout_at(deadline, invoices.next()).await.map_err(|_| too_late())? {
        open_invoices.extend(outcome?.client_invoice_info_list.into_iter().filter(is_open));
    }
    Ok(Overview { customer, subscriptions, open_invoices })
}

/// Awaits two calls at the same time in one task.
async fn both<A, B>(mut first: CallFuture<A>, mut second: CallFuture<B>) -> (Result<A>, Result<B>) {
    let (mut one, mut two) = (None, None);
    poll_fn(move |context| {
        one = one.take().or_else(|| ready(first.as_mut().poll(context)));
        two = two.take().or_else(|| ready(second.as_mut().poll(context)));
        match (one.take(), two.take()) {
            (Some(one), Some(two)) => Poll::Ready((one, two)),
            outcomes => {
                (one, two) = outcomes;
                Poll::Pending
            }
        }
    })
    .await
}

fn ready<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}

/// Returns the subscriptions of an existing customer. If upstream reports "not found", the customer has no
/// subscriptions, so the list is empty.
fn subscriptions_of(outcome: Result<SubscriptionList, Error>) -> Result<Vec<Subscription>> {
    match outcome {
        Ok(list) => Ok(list.subscriptions),
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_open(invoice: &Invoice) -> bool {
    let nothing = Amount::from(0);
    let paid = invoice.paid_amount.as_ref().unwrap_or(&nothing);
    invoice.invoice_amount.as_ref().or(invoice.amount.as_ref()).is_none_or(|amount| paid < amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_is_open_unless_it_is_known_to_be_paid() {
        for (json, open) in [
            (r#"{"invoiceAmount":295,"paidAmount":295}"#, false),
            (r#"{"invoiceAmount":"295.00","paidAmount":295}"#, false),
            (r#"{"invoiceAmount":295,"paidAmount":294.99}"#, true),
            (r#"{"invoiceAmount":295}"#, true),
            (r#"{"amount":295,"paidAmount":300}"#, false),
            (r#"{"invoiceAmount":0}"#, false),
            (r#"{"invoiceId":"1001"}"#, true),
        ] {
            assert_eq!(is_open(&serde_json::from_str(json).unwrap()), open, "{json}");
        }
    }
}
