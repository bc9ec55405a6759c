//! The operations on customers.

use mediaconnect_api::operations;
use mediaconnect_api::wire::CustomerNumber;

use crate::call::{Caller, call};
use crate::client::Client;
use crate::error::Result;
use crate::models::{CustomerInfo, CustomerSearchResponse};
use crate::search::CustomerSearch;
use crate::token::UserToken;

/// The operations on customers; get it from [`Client::customers`].
#[derive(Clone, Copy, Debug)]
pub struct Customers<'a> {
    client: &'a Client,
}

impl<'a> Customers<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Looks a customer up by its number.
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) when nobody has the number, and what every call can meet.
    pub async fn info(self, number: CustomerNumber) -> Result<CustomerInfo> {
        call(self.client.inner(), operations::GetCustomerInfo, Caller::Client, async |api| {
            api.get_customer_info(&number).await
        })
        .await
    }

    /// Whether a customer has the number.
    ///
    /// It asks for the customer, since upstream's own check of a number is not documented.
    ///
    /// # Errors
    /// What every call can meet.
    pub async fn exists(self, number: CustomerNumber) -> Result<bool> {
        match self.info(number).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Finds customers. Nothing found is no error.
    ///
    /// Upstream returns at most five, and does not tell whether there are more.
    ///
    /// # Errors
    /// [`is_invalid_input`](crate::Error::is_invalid_input) when the search breaks a rule: then
    /// [`violations`](crate::Error::violations) has all of them. And what every call can meet.
    pub async fn search(self, search: &CustomerSearch) -> Result<CustomerSearchResponse> {
        let request = search.to_request()?;
        call(self.client.inner(), operations::SearchCustomers, Caller::Client, async |api| {
            api.search_customers(&request).await
        })
        .await
    }

    /// Looks up the customer who is logged in, in user mode.
    ///
    /// # Errors
    /// [`is_auth`](crate::Error::is_auth) when the token has expired, and what every call can meet.
    pub async fn own_info(self, user: &UserToken) -> Result<CustomerInfo> {
        call(self.client.inner(), operations::GetOwnCustomerInfo, Caller::User(user), async |api| {
            api.get_own_customer_info().await
        })
        .await
    }

    /// Replaces the data of the customer who is logged in, in user mode. Returns whether upstream did it.
    ///
    /// The whole record is replaced: what is left out is cleared. Upstream does not document the path; it is
    /// inferred, which is why the feature `unverified` must be switched on.
    ///
    /// # Errors
    /// [`is_invalid_input`](crate::Error::is_invalid_input) when the data breaks a rule, and what every call can
    /// meet. After [`is_timeout`](crate::Error::is_timeout) or an interruption the change may have been made.
    #[cfg(feature = "unverified")]
    pub async fn change_own_info(
        self,
        user: &UserToken,
        change: &crate::models::CustomerChangeRequest,
    ) -> Result<bool> {
        mediaconnect_api::validate::Validate::validate(change)?;
        let answer =
            call(self.client.inner(), operations::ChangeOwnCustomerInfo, Caller::User(user), async |api| {
                api.change_own_customer_info(change).await
            })
            .await?;
        // A success without the field is a success.
        Ok(answer.success.unwrap_or(true))
    }
}
