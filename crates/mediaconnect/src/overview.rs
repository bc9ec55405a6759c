//! Looks up a customer, and the customer's subscriptions and open invoices.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use mediaconnect_api::wire::{Amount, CustomerNumber, ProductCode};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use crate::bulk_queue::{BulkQueue, BulkSlot};
use crate::call::{Call, CallFuture};
use crate::client::Client;
use crate::decode_error::DecodeError;
use crate::error::{Error, Kind, Result};
use crate::groups::Customers;
use crate::models::{CustomerInfo, Invoice, Subscription, SubscriptionList};
use crate::options::{CallContext, CallOptions};
use crate::runtime::inside;

/// The maximum number of invoice lookups that wait for the rate limiter at the same time.
const MAX_QUEUED: usize = 2;
/// The shortest pause before restarting a call that the rate limiter did not admit.
const MIN_PAUSE: Duration = Duration::from_millis(1);

/// A customer, and the customer's subscriptions and open invoices. Get it from [`Customers::overview`].
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
    /// Looks up a customer, and the customer's subscriptions and open invoices.
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
    /// return. If one call fails, the whole overview fails. If the rate does not admit one of the calls before the
    /// deadline, the overview fails with [`is_rate_limited`](Error::is_rate_limited) as soon as this is known. In a
    /// [`Bulk`](crate::Bulk), it waits for the rate until its deadline instead.
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
    let CallContext { options, slot, .. } = context;
    let queue = slot.as_ref().map(|slot| Arc::clone(slot.queue()));
    let steps = Steps {
        client: client.clone(),
        options,
        deadline: options.deadline_from_now(),
        waits: slot.is_some(),
    };

    let customer = client.customers().info(number).with_options(options).in_slot(slot);
    let subscriptions = steps.call(queue.clone(), move |client| client.subscriptions().list(number));
    let (customer, subscriptions) = both(customer.into_future(), subscriptions).await?;
    let subscriptions = subscriptions_of(subscriptions)?;

    let products = products_of(&subscriptions)?;
    let queue = queue.unwrap_or_else(|| BulkQueue::of_overview(MAX_QUEUED));
    let of_product = |product: ProductCode| {
        steps.call(Some(Arc::clone(&queue)), move |client| {
            // The customer is known to exist. What a 404 means here is not documented.
            client.invoices().of_product(number, product.clone()).map(|list| list.map_err(Error::of_a_part))
        })
    };
    let lists = all(products.into_iter().map(of_product).collect()).await?;
    let invoices = lists.into_iter().flat_map(|list| list.client_invoice_info_list);
    Ok(Overview { customer, subscriptions, open_invoices: invoices.filter(is_open).collect() })
}

/// The calls of an overview after the first one.
struct Steps {
    client: Client,
    options: CallOptions,
    /// The deadline of the overview.
    deadline: Instant,
    /// True if the overview belongs to a bulk. The overview then restarts a call that the rate limiter does not admit,
    /// instead of failing. If the overview failed, the bulk would restart it and repeat the calls that were already
    /// sent.
    waits: bool,
}

impl Steps {
    fn call<T: Send + 'static>(
        &self,
        queue: Option<Arc<BulkQueue>>,
        call: impl Fn(&Client) -> Call<T> + Send + 'static,
    ) -> CallFuture<T> {
        let Self { client, options, deadline, waits } = self;
        let (client, options, deadline, waits) = (client.clone(), *options, *deadline, *waits);
        Box::pin(async move {
            loop {
                let left =
                    CallOptions { deadline: deadline.saturating_duration_since(Instant::now()), ..options };
                let slot = queue.as_ref().map(|queue| Box::new(BulkSlot::new(queue)));
                let error = match call(&client).with_options(left).in_slot(slot).await {
                    Err(error) if waits && error.is_exhausted() => error,
                    outcome => return outcome,
                };
                let again = Instant::now() + error.retry_after().unwrap_or_default().max(MIN_PAUSE);
                if again >= deadline {
                    return Err(
                        Error::new(Kind::Timeout).in_operation(error.operation().unwrap_or_default(), 0)
                    );
                }
                sleep_until(again).await;
            }
        })
    }
}

/// Awaits calls at the same time in one task. Returns the outputs in the order of the calls, or the first error.
async fn all<T>(calls: Vec<CallFuture<T>>) -> Result<Vec<T>> {
    let mut calls: Vec<_> = calls.into_iter().map(|call| (call, None)).collect();
    poll_fn(move |context| {
        for (call, output) in calls.iter_mut().filter(|(_, output)| output.is_none()) {
            if let Poll::Ready(outcome) = call.as_mut().poll(context) {
                *output = Some(outcome?);
            }
        }
        if calls.iter().any(|(_, output)| output.is_none()) {
            return Poll::Pending;
        }
        Poll::Ready(Ok(calls.iter_mut().filter_map(|(_, output)| output.take()).collect()))
    })
    .await
}

/// Awaits two calls at the same time in one task. Returns an error as soon as the first call fails.
async fn both<A, B>(mut first: CallFuture<A>, mut second: CallFuture<B>) -> Result<(A, Result<B>)> {
    let (mut one, mut two) = (None, None);
    poll_fn(move |context| {
        if one.is_none()
            && let Poll::Ready(outcome) = first.as_mut().poll(context)
        {
            one = Some(outcome?);
        }
        if two.is_none()
            && let Poll::Ready(outcome) = second.as_mut().poll(context)
        {
            two = Some(outcome);
        }
        match (one.take(), two.take()) {
            (Some(one), Some(two)) => Poll::Ready(Ok((one, two))),
            outcomes => {
                (one, two) = outcomes;
                Poll::Pending
            }
        }
    })
    .await
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

/// Returns the products of the subscriptions, each once. An empty code stands for an absent one.
///
/// Fails if upstream sent a code that no request can contain, because the invoices of this product are then unknown.
fn products_of(subscriptions: &[Subscription]) -> Result<BTreeSet<ProductCode>, Error> {
    let products = subscriptions.iter().filter_map(|subscription| subscription.product.clone());
    let products: BTreeSet<_> = products.filter(|product| !product.as_str().is_empty()).collect();
    if products.iter().all(ProductCode::is_valid) {
        return Ok(products);
    }
    let path = "subscriptions[].product".to_owned();
    Err(Error::new(Kind::Decode(DecodeError::Field { path, found: "product code" })))
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
