//! The operations on a customer's ids in other systems.

use mediaconnect_api::operations::{ChangeExternalReference, RemoveExternalReference};
use mediaconnect_api::wire::CustomerNumber;

use crate::call::Call;
use crate::client::Client;
use crate::models::{ExternalId, ExternalReferenceChangeRequest, ReferenceCode};

/// The external references of one customer; get it from
/// [`Customers::external_references`](crate::Customers::external_references).
///
/// ```no_run
/// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
/// let references = client.customers().external_references("563457".parse()?);
/// references.change("CRM".parse()?, "A-1024".parse()?).await?;
/// references.remove("CRM".parse()?).await?;
/// # Ok(())
/// # }
/// ```
///
/// Upstream documents how one is changed and removed. How references are listed and registered it does not say, so
/// that is not here.
#[derive(Clone, Copy, Debug)]
pub struct ExternalReferences<'a> {
    client: &'a Client,
    number: CustomerNumber,
}

impl<'a> ExternalReferences<'a> {
    pub(crate) fn new(client: &'a Client, number: CustomerNumber) -> Self {
        Self { client, number }
    }

    /// Sets the id of the reference with that code.
    ///
    /// # Errors
    /// [`is_reported_failure`](crate::Error::is_reported_failure) when upstream says that it was not done,
    /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) when nobody knows whether it was made: the same change
    /// once more does no harm. And what every call can meet.
    pub fn change(self, code: ReferenceCode, external_id: ExternalId) -> Call<()> {
        let mut change = ExternalReferenceChangeRequest::default();
        change.external_id = Some(external_id);
        let change = ChangeExternalReference::new(self.number, code, change);
        self.client.call(change).map(|outcome| outcome.map(drop))
    }

    /// Removes the reference with that code.
    ///
    /// Upstream does not say what it responds when the customer has no such reference.
    ///
    /// # Errors
    /// [`is_reported_failure`](crate::Error::is_reported_failure) when upstream says that it was not done,
    /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) when nobody knows whether it was removed, and what every
    /// call can meet.
    pub fn remove(self, code: ReferenceCode) -> Call<()> {
        self.client.call(RemoveExternalReference::new(self.number, code)).map(|outcome| outcome.map(drop))
    }
}
