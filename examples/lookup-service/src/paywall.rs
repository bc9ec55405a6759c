//! The endpoints for a newspaper's pages: the customer's purchases, and the check whether a user may read.

use axum::Json;
use axum::extract::{Path, State};
use mediaconnect::{Client, CustomerNumber, Error, ProductCode, Reader};
use serde::Serialize;

use crate::lookup::DEADLINE;
use crate::problem::Problem;

#[derive(Serialize)]
pub(crate) struct Purchases {
    products: Vec<ProductCode>,
    open_invoices: usize,
}

/// Makes several calls concurrently, within the client's rate limit and with one deadline.
pub(crate) async fn purchases(
    State(client): State<Client>,
    Path(number): Path<String>,
) -> Result<Json<Purchases>, Problem> {
    let number: CustomerNumber = number.parse().map_err(Error::from)?;
    let overview = client.customers().overview(number).with_deadline(DEADLINE).await?;
    Ok(Json(Purchases {
        products: overview
            .subscriptions
            .into_iter()
            .filter_map(|subscription| subscription.product)
            .collect(),
        open_invoices: overview.open_invoices.len(),
    }))
}

/// The result of the check whether a user may read. It omits the reason that Connect returned, because the reason is
/// data about the user.
#[derive(Serialize)]
pub(crate) struct ReadingAccess {
    may_read: bool,
}

pub(crate) async fn may_read(
    State(client): State<Client>,
    Path((product, user)): Path<(String, String)>,
) -> Result<Json<ReadingAccess>, Problem> {
    let product: ProductCode = product.parse().map_err(Error::from)?;
    let verdict = client.access().may_read(product, Reader::User(user)).with_deadline(DEADLINE).await?;
    Ok(Json(ReadingAccess { may_read: verdict.is_granted() }))
}
