//! The operations on customers.

use mediaconnect_api::operation::Operation;
#[cfg(feature = "unverified")]
use mediaconnect_api::operations::ChangeOwnCustomerInfo;
use mediaconnect_api::operations::{GetCustomerInfo, GetOwnCustomerInfo, SearchCustomers};
use mediaconnect_api::wire::CustomerNumber;

use crate::bulk::Bulk;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::external_references::ExternalReferences;
#[cfg(feature = "unverified")]
use crate::models::CustomerChangeRequest;
use crate::models::{CustomerInfo, CustomerSearchResponse};
use crate::search::CustomerSearch;
use crate::token::UserToken;

/// The operations on customers; get it from [`Client::customers`].
#[derive(Clone, Copy, Debug)]
pub struct Customers<'a> {
    client: &'a Client,
}

impl Client {
    /// The operations on customers.
    #[must_use]
    pub fn customers(&self) -> Customers<'_> {
        Customers { client: self }
    }
}

impl<'a> Customers<'a> {
    /// Looks a customer up by its number.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// let customer = client.customers().info("563457".parse()?).await?;
    /// println!("{} e-mail addresses", customer.emails.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) when nobody has the number, and what every call can meet.
    pub fn info(self, number: CustomerNumber) -> Call<CustomerInfo> {
        self.client.call(GetCustomerInfo::new(number))
    }

    /// Looks many customers up, each with a call of its own, as fast as the rate allows.
    ///
    /// The numbers are read one by one, when there is room for another call: from an iterator of any length. See
    /// [`Bulk`] for the rest: what is under way at once, failures, order.
    ///
    /// ```no_run
    /// # use mediaconnect::{Client, CustomerNumber};
    /// # async fn example(client: Client, numbers: Vec<CustomerNumber>) {
    /// let mut customers = client.customers().info_many(numbers);
    /// while let Some((number, outcome)) = customers.next().await {
    ///     match outcome {
    ///         Ok(customer) => println!("{} e-mail addresses", customer.emails.len()),
    ///         Err(error) if error.is_not_found() => println!("nobody has this number"),
    ///         // The same for all the others, so there is no use in going on.
    ///         Err(error) if error.is_auth() => break,
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn info_many<N>(self, numbers: N) -> Bulk<N::IntoIter, CustomerInfo>
    where
        N: IntoIterator<Item = CustomerNumber>,
    {
        self.client.bulk(numbers, |client, number| client.customers().info(*number))
    }

    /// Whether a customer has the number.
    ///
    /// It asks for the customer, since upstream's own check of a number is not documented.
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
    /// What every call can meet.
    pub fn exists(self, number: CustomerNumber) -> Call<bool> {
        self.info(number).map(|outcome| match outcome {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        })
    }

    /// Finds customers. Nothing found is no error.
    ///
    /// Upstream returns at most five, and does not tell whether there are more.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::CustomerSearch;
    ///
    /// let found = client.customers().search(&CustomerSearch::by_phone_number("+4712345678")).await?;
    /// println!("{} customers", found.customers.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](crate::Error::is_invalid_input) when the search breaks a rule: then
    /// [`violations`](crate::Error::violations) has all of them. And what every call can meet.
    pub fn search(self, search: &CustomerSearch) -> Call<CustomerSearchResponse> {
        match search.to_request() {
            Err(violations) => {
                Call::failed(Error::from(violations).in_operation(SearchCustomers::INFO.id, 0))
            }
            Ok(request) => self.client.call(SearchCustomers::new(request)),
        }
    }

    /// The external references of a customer: its ids in other systems.
    #[must_use]
    pub fn external_references(self, number: CustomerNumber) -> ExternalReferences<'a> {
        ExternalReferences::new(self.client, number)
    }

    /// Looks up the customer who is logged in, in user mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, access_token: String) -> mediaconnect::Result<()> {
    /// use mediaconnect::UserToken;
    ///
    /// let user = UserToken::new(access_token);
    /// let customer = client.customers().own_info(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_auth`](crate::Error::is_auth) when the token has expired, and what every call can meet.
    pub fn own_info(self, user: &UserToken) -> Call<CustomerInfo> {
        self.client.as_user(user).call(GetOwnCustomerInfo::new())
    }

    /// Replaces the data of the customer who is logged in, in user mode.
    ///
    /// The whole record is replaced: what is left out is cleared. Upstream does not document the path; it is
    /// inferred, which is why the feature `unverified` must be switched on.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// use mediaconnect::models::CustomerChangeRequest;
    ///
    /// let customer = client.customers().own_info(&user).await?;
    /// let mut change = CustomerChangeRequest::default();
    /// change.name = customer.name;
    /// change.phone_numbers = customer.phone_numbers;
    /// change.emails = vec!["kari@example.com".parse()?]; // the one thing that changes
    /// change.invoice_email_address = customer.invoice_email_address;
    /// client.customers().change_own_info(&user, change).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](crate::Error::is_invalid_input) when the data breaks a rule,
    /// [`is_reported_failure`](crate::Error::is_reported_failure) when upstream says that it was not done,
    /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) when nobody knows whether it was made, and what every
    /// call can meet.
    #[cfg(feature = "unverified")]
    pub fn change_own_info(self, user: &UserToken, change: CustomerChangeRequest) -> Call<()> {
        self.client.as_user(user).call(ChangeOwnCustomerInfo::new(change)).map(|outcome| outcome.map(drop))
    }
}
