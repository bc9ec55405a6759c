//! What a newspaper's own pages ask: what has the customer bought, and may this user read?

use axum::Json;
use axum::extract::{Path, State};
use mediaconnect::{Client, CustomerNumber, Error, ProductCode, Reader};
use serde::Serialize;

use crate::lookup::DEADLINE;
use crate::problem::Problem;

/// What a customer subscribes to and owes.
#[derive(Serialize)]
pub(crate) struct Purchases {
    products: Vec<ProductCode>,
    open_invoices: usize,
}

/// Several calls, side by side within the client's rate; one deadline for all.
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

/// Whether a user may read. Why is Connect's word about the user, so it is told to nobody.
#[derive(Serialize)]
pub(crate) struct Answer {
    may_read: bool,
}

pub(crate) async fn may_read(
    State(client): State<Client>,
    Path((product, user)): Path<(String, String)>,
) -> Result<Json<Answer>, Problem> {
    let product: ProductCode = product.parse().map_err(Error::from)?;
    let verdict = client.access().may_read(product, Reader::User(user)).with_deadline(DEADLINE).await?;
    Ok(Json(Answer { may_read: verdict.is_granted() }))
}
