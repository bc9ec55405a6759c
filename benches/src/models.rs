//! Models with plain serde derives, as a developer would write them from upstream's documented examples. They have the
//! same fields as the models of `mediaconnect`, but accept fewer forms of JSON.
#![expect(dead_code, reason = "the benchmark measures the decoding of the fields, not their use")]
#![expect(clippy::struct_field_names, reason = "the names are upstream's")]

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomerInfo {
    pub(crate) customer_number: Option<u64>,
    name: Option<Name>,
    phone_numbers: Vec<PhoneNumber>,
    emails: Vec<String>,
    invoice_email_address: Option<String>,
    attached_users: Option<AttachedUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    company_name: Option<String>,
    department_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneNumber {
    phone_number: Option<String>,
    phone_number_type: Option<PhoneNumberType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum PhoneNumberType {
    Home,
    Mobile,
    CompanyDirect,
    CompanyPbx,
    Company,
    Personal,
    Fax,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachedUser {
    unique_id: Option<String>,
    credentials: Vec<Credential>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    credential: Option<String>,
    credential_type: Option<CredentialType>,
    verification_level: Option<VerificationLevel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CredentialType {
    AEmailAddress,
    BSmsPhone,
}

#[derive(Deserialize)]
enum VerificationLevel {
    #[serde(rename = "Externally_verified")]
    ExternallyVerified,
    #[serde(rename = "Not verified")]
    NotVerified,
}

#[derive(Serialize)]
pub(crate) struct SearchRequest<'a> {
    pub(crate) email: &'a str,
}

/// The result of a search.
#[derive(Deserialize)]
pub struct SearchResponse {
    pub(crate) customers: Vec<FoundCustomer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundCustomer {
    customer_number: Option<u64>,
    company_name: Option<String>,
    department_name: Option<String>,
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    street_address: Option<String>,
    street_number: Option<u32>,
    postal_code: Option<u32>,
    postal_place: Option<String>,
    postal_address: Option<String>,
    postal_address_postal_code: Option<String>,
    postal_address_postal_place: Option<String>,
    country_code: Option<String>,
    emails: Emails,
    phone_numbers: Vec<FoundPhoneNumber>,
}

#[derive(Deserialize)]
struct Emails {
    email: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundPhoneNumber {
    phone_number: Option<String>,
    is_mobile: Option<bool>,
}

/// A list of invoices. It is the largest response in the contract.
#[derive(Deserialize)]
pub struct Invoices {
    invoices: Vec<Invoice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invoice {
    customer_number: Option<u64>,
    product: Option<String>,
    invoice_offer_count: Option<String>,
    product_name: Option<String>,
    amount: Option<f64>,
    invoice_date: Option<String>,
    payment_date: Option<String>,
    due_date: Option<String>,
    invoice_number: Option<String>,
    company_code: Option<String>,
    payment_status: Option<String>,
    invoice_amount: Option<String>,
    paid_amount: Option<f64>,
    payment_method: Option<String>,
    invoice_hotel_url: Option<String>,
    invoice_status: Option<String>,
}
