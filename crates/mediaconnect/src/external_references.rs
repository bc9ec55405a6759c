//! The operations on a customer's ids in other systems.

use mediaconnect_api::Client as Api;
use mediaconnect_api::limits;
use mediaconnect_api::operation::Operation;
use mediaconnect_api::operations::{ChangeExternalReference, RemoveExternalReference};
use mediaconnect_api::validate::{Checks, Validate, Violations};
use mediaconnect_api::wire::CustomerNumber;

use crate::call::Call;
use crate::client::Client;
use crate::customers::operation;
use crate::error::Error;
use crate::models::{ExternalId, ExternalReferenceChangeRequest, ExternalReferenceResponse, ReferenceCode};
use crate::path::Caller;

/// The external references of one customer; get it from
/// [`Customers::external_references`](crate::Customers::external_references).
///
/// ```no_run
/// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
/// let references = client.customers().external_references("563457".parse()?);
/// let is_changed = references.change("CRM".parse()?, "A-1024".parse()?).await?;
/// let is_removed = references.remove("CRM".parse()?).await?;
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

    /// Sets the id of the reference with that code. Returns whether upstream did it.
    ///
    /// # Errors
    /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) when nobody knows whether it was made: the same change
    /// once more does no harm. And what every call can meet.
    pub fn change(self, code: ReferenceCode, external_id: ExternalId) -> Call<'a, bool> {
        let mut change = ExternalReferenceChangeRequest::default();
        change.external_id = Some(external_id);
        if let Err(violations) = check(&code, Some(&change)) {
            return Call::failed(Error::from(violations).in_operation(ChangeExternalReference::ID, 0));
        }
        let client = self.client.inner();
        Call::new(client.options, async move |options| {
            let send = async |api: Api| api.change_external_reference(&self.number, &code, &change).await;
            let answer = operation(client, ChangeExternalReference, Caller::Client, options, send).await?;
            Ok(is_done(&answer))
        })
    }

    /// Removes the reference with that code. Returns whether upstream did it.
    ///
    /// Upstream does not say what it answers when the customer has no such reference.
    ///
    /// # Errors
    /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) when nobody knows whether it was removed, and what every
    /// call can meet.
    pub fn remove(self, code: ReferenceCode) -> Call<'a, bool> {
        if let Err(violations) = check(&code, None) {
            return Call::failed(Error::from(violations).in_operation(RemoveExternalReference::ID, 0));
        }
        let client = self.client.inner();
        Call::new(client.options, async move |options| {
            let send = async |api: Api| api.remove_external_reference(&self.number, &code).await;
            let answer = operation(client, RemoveExternalReference, Caller::Client, options, send).await?;
            Ok(is_done(&answer))
        })
    }
}

/// A code that was received may break the limits: a dot or a slash would make another path of it.
fn check(code: &ReferenceCode, change: Option<&ExternalReferenceChangeRequest>) -> Result<(), Violations> {
    let mut checks = Checks::new();
    checks.text("referenceCode", Some(code.as_str()), &limits::REFERENCE_CODE);
    if let Some(change) = change {
        change.check(&mut checks);
    }
    checks.finish()
}

/// A success without the field is a success.
fn is_done(answer: &ExternalReferenceResponse) -> bool {
    answer.success.unwrap_or(true)
}
