//! Methods of [`Customers`] that are not operations of the contract.

use mediaconnect_api::wire::CustomerNumber;

use crate::bulk::{Bulk, BulkSource};
use crate::call::Call;
use crate::groups::Customers;
use crate::models::CustomerInfo;

impl Customers<'_> {
    /// Looks up many customers with one call each, as fast as the rate allows.
    ///
    /// The numbers come from an iterator or a stream of any length, such as a channel or a database cursor. Each number
    /// is read when its call can start. See [`Bulk`] for concurrency, failures and order.
    #[doc(alias = "batch")]
    ///
    /// ```no_run
    /// # use mediaconnect::{Client, CustomerNumber};
    /// # async fn example(client: Client, numbers: Vec<CustomerNumber>) {
    /// let mut customers = client.customers().info_many(numbers);
    /// while let Some((number, outcome)) = customers.next().await {
    ///     match outcome {
    ///         Ok(customer) => println!("{} e-mail addresses", customer.emails.len()),
    ///         Err(error) if error.is_not_found() => println!("nobody has this number"),
    ///         // All other calls would fail in the same way.
    ///         Err(error) if error.is_auth() => break,
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn info_many<'a, Kind, N>(self, numbers: N) -> Bulk<'a, CustomerNumber, CustomerInfo>
    where
        N: BulkSource<'a, Kind, Item = CustomerNumber>,
    {
        self.client.bulk(numbers, |client, number| client.customers().info(*number))
    }

    /// Checks whether a customer has the number.
    ///
    /// The method looks up the customer, because upstream's own operation for this check is not documented.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// if !client.customers().exists("563457".parse()?).await? {
    ///     println!("nobody has this number");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn exists(self, number: CustomerNumber) -> Call<bool> {
        self.info(number).map(|outcome| match outcome {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        })
    }
}
