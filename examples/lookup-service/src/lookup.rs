//! Looks up a customer.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use mediaconnect::models::CustomerInfo;
use mediaconnect::{Client, CustomerNumber, Error, PhoneNumber};
use serde::Serialize;

use crate::problem::Problem;

/// The maximum time that a caller of this service waits. It is shorter than the client's default deadline of 30
/// seconds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);

/// The customer in this service's own API. It is independent of changes to upstream's model.
#[derive(Serialize)]
pub(crate) struct Customer {
    name: Option<String>,
    emails: Vec<String>,
    phones: Vec<PhoneNumber>,
}

pub(crate) async fn customer(
    State(client): State<Client>,
    Path(number): Path<String>,
) -> Result<Json<Customer>, Problem> {
    let number: CustomerNumber = number.parse().map_err(Error::from)?;
    let info = client.customers().info(number).with_deadline(DEADLINE).await?;
    Ok(Json(Customer::from(info)))
}

impl From<CustomerInfo> for Customer {
    fn from(info: CustomerInfo) -> Self {
        let name = info.name.unwrap_or_default();
        let parts = [name.first_name, name.middle_name, name.last_name];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let person = Some(parts.join(" ")).filter(|person| !person.is_empty());
        Self {
            name: person.or(name.company_name),
            emails: info.emails.iter().map(|email| email.as_str().to_owned()).collect(),
            phones: info.phone_numbers.into_iter().filter_map(|phone| phone.phone_number).collect(),
        }
    }
}
