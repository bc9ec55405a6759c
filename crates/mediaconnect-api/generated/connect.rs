// Generated from openapi/connect.yaml by `cargo xtask regenerate`. Do not edit.
// contract-fingerprint: 331e5ad4722cbfe6

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    #[allow(unused_imports)]
    use crate::{limits, validate};
    #[allow(unused_imports)]
    use crate::wire::fields::*;
    /// A user who is connected to a customer number.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct AttachedUser {
        /// The user's external id.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub unique_id: ::std::option::Option<::std::string::String>,
        /// What the user logs in with.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub credentials: ::std::vec::Vec<crate::types::Credential>,
    }
    /// The price that is registered on a coupon.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CouponPrice {
        /// The code of the company that publishes the product.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The code of a product.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The price.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub price: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax of the price.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub vat_amount: ::std::option::Option<crate::wire::Amount>,
        /// The rate of the value added tax, in percent.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub vatpercent: ::std::option::Option<crate::wire::Amount>,
        /// True when the price includes the value added tax.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "boolean")]
        pub vat_include: ::std::option::Option<bool>,
        /// The currency, by ISO 4217.
        ///
        /// Documented limit: 3 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub currency: ::std::option::Option<::std::string::String>,
        /// The cost of distribution.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub dist_amount: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax of the distribution.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub dist_amountvat: ::std::option::Option<crate::wire::Amount>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
    }
    /// A coupon, and for whom and where its price is asked.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CouponPriceRequest {
        /// The code of the coupon.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the coupon.
        #[serde(default, skip_serializing_if = "absent")]
        pub coupon_number: ::std::option::Option<i64>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// A country code, such as NO or SE.
        ///
        /// Documented limit: 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// A postal code, with its leading zeros.
        ///
        /// Documented limit: 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
    }
    /// Something a user logs in with.
    ///
    /// Upstream shows it in an example only.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct Credential {
        /// An e-mail address or a phone number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub credential: ::std::option::Option<::std::string::String>,
        /// The kind of a credential.
        ///
        /// Upstream shows it in an example only.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential_type: ::std::option::Option<crate::types::CredentialType>,
        /// How far a credential was verified.
        ///
        /// Upstream shows it in an example only.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub verification_level: ::std::option::Option<crate::types::VerificationLevel>,
    }
    /// A customer's new data. A field that is left out is cleared.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CustomerChangeRequest {
        /// The parts of a customer's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// All of the customer's phone numbers.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            deserialize_with = "objects::<_, _, 100000>"
        )]
        pub phone_numbers: ::std::vec::Vec<crate::types::CustomerPhoneNumber>,
        /// All of the customer's e-mail addresses.
        ///
        /// Documented limit: 255 characters.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            deserialize_with = "values::<_, _, 100000>"
        )]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The e-mail address that invoices go to.
        ///
        /// Documented limit: 60 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_email_address: ::std::option::Option<crate::wire::EmailAddress>,
    }
    /// Whether a change was made.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CustomerChangeResponse {
        /// True when the change was made; false is a documented failure.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "boolean")]
        pub success: ::std::option::Option<bool>,
    }
    /// What Connect holds on a customer.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CustomerInfo {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The parts of a customer's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// The customer's phone numbers, each with its type.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub phone_numbers: ::std::vec::Vec<crate::types::CustomerPhoneNumber>,
        /// The customer's e-mail addresses.
        ///
        /// Documented limit: 255 characters.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The e-mail address that invoices go to.
        ///
        /// Documented limit: 60 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_email_address: ::std::option::Option<crate::wire::EmailAddress>,
        /// The users connected to the customer number.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub attached_users: ::std::vec::Vec<crate::types::AttachedUser>,
    }
    /// A phone number and what it is for.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CustomerPhoneNumber {
        /// A phone number in E.164 form, with the plus sign.
        ///
        /// Documented limit: 20 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        /// What a phone number is for.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub phone_number_type: ::std::option::Option<crate::types::PhoneNumberType>,
    }
    /// What to search for. Upstream's rule on which fields belong together is the anyOf.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CustomerSearchRequest {
        /// The code of a product.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// Company name.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub department_name: ::std::option::Option<::std::string::String>,
        /// First name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Care-of line of the address.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub care_of_address: ::std::option::Option<::std::string::String>,
        /// Street name, without the number.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_address: ::std::option::Option<::std::string::String>,
        /// Street number.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_number: ::std::option::Option<i64>,
        /// Entrance, often a letter.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub entrance: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// Documented limit: 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_place: ::std::option::Option<::std::string::String>,
        /// A country code, such as NO or SE.
        ///
        /// Documented limit: 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// A phone number in E.164 form, with the plus sign.
        ///
        /// Documented limit: 20 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        /// An e-mail address.
        ///
        /// Documented limit: 255 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub email: ::std::option::Option<crate::wire::EmailAddress>,
    }
    /// The customers that a search found.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct CustomerSearchResponse {
        /// At most five customers; upstream does not say whether more matched.
        ///
        /// Documented limit: 5 items.
        #[serde(default, deserialize_with = "objects::<_, _, 500>")]
        pub customers: ::std::vec::Vec<crate::types::FoundCustomer>,
    }
    /// The body of an error. Nobody documents which status has which shape: the first two members are seen on API errors, the last two are OAuth 2.0's.
    ///
    /// Known from third-party clients; upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct ErrorBody {
        /// Upstream's name of the failure.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub exception_type: ::std::option::Option<::std::string::String>,
        /// What went wrong. It may quote what was sent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub error_message: ::std::option::Option<::std::string::String>,
        /// OAuth 2.0 error code, such as invalid_token.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub error: ::std::option::Option<::std::string::String>,
        /// OAuth 2.0 explanation. It may quote what was sent.
        #[serde(
            rename = "error_description",
            default,
            skip_serializing_if = "absent",
            deserialize_with = "text"
        )]
        pub error_description: ::std::option::Option<::std::string::String>,
        /// What went wrong, in the oldest shape. It may quote what was sent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub description: ::std::option::Option<::std::string::String>,
    }
    /// The new value of an external reference.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct ExternalReferenceChangeRequest {
        /// The id of a customer in another system.
        ///
        /// Documented limit: 16 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_id: ::std::option::Option<crate::types::ExternalId>,
    }
    /// Whether an external reference was changed or removed.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct ExternalReferenceResponse {
        /// True when it was; false is a documented failure.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "boolean")]
        pub success: ::std::option::Option<bool>,
    }
    /// A customer as a search returns it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct FoundCustomer {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// Company name.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub department_name: ::std::option::Option<::std::string::String>,
        /// First name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Street name of the street address.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_address: ::std::option::Option<::std::string::String>,
        /// A street number.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_number: ::std::option::Option<crate::wire::StreetNumber>,
        /// A postal code, with its leading zeros.
        ///
        /// Documented limit: 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place of the street address.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_place: ::std::option::Option<::std::string::String>,
        /// Postal address, such as a post-office box.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// Documented limit: 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address_postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place of the postal address.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address_postal_place: ::std::option::Option<::std::string::String>,
        /// A country code, such as NO or SE.
        ///
        /// Documented limit: 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// The customer's e-mail addresses, in a wrapper that stems from XML.
        ///
        /// Documented limit: 255 characters.
        #[serde(default)]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The customer's phone numbers.
        #[serde(default)]
        pub phone_numbers: ::std::vec::Vec<crate::types::FoundPhoneNumber>,
    }
    /// A phone number as a search returns it.
    ///
    /// Upstream shows it in an example only.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct FoundPhoneNumber {
        /// A phone number in E.164 form, with the plus sign.
        ///
        /// Documented limit: 20 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        /// Whether it is a mobile number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "boolean")]
        pub is_mobile: ::std::option::Option<bool>,
    }
    /// An invoice.
    ///
    /// Upstream shows it in an example only.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct Invoice {
        /// The id of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub invoice_id: ::std::option::Option<::std::string::String>,
        /// When it was written.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// When it was paid.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// When it is due.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub due_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// How many offers it has.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub invoice_offer_count: ::std::option::Option<::std::string::String>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The code of a product.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The name of the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub product_name: ::std::option::Option<::std::string::String>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub amount: ::std::option::Option<crate::wire::Amount>,
        /// The code of the company that publishes the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The state of the payment; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub payment_status: ::std::option::Option<::std::string::String>,
        /// The amount of the invoice.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_amount: ::std::option::Option<crate::wire::Amount>,
        /// The amount that is paid.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub paid_amount: ::std::option::Option<crate::wire::Amount>,
        /// How it is paid; the values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub payment_method: ::std::option::Option<::std::string::String>,
        /// Where the invoice can be read. Whoever has it can read it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub invoice_hotel_url: ::std::option::Option<::std::string::String>,
        /// What it is for.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub desc: ::std::vec::Vec<::std::string::String>,
        /// How many units it is for.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub period: ::std::option::Option<i64>,
        /// The unit of the period; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub period_unit: ::std::option::Option<::std::string::String>,
        /// The first day that it is for.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub from_time: ::std::option::Option<crate::wire::Date>,
        /// The last day that it is for.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub incltime: ::std::option::Option<crate::wire::Date>,
        /// The lines of the invoice.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub invoice_line_info: ::std::vec::Vec<crate::types::InvoiceLine>,
    }
    /// A line of an invoice.
    ///
    /// Upstream shows it in an example only.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct InvoiceLine {
        /// The code of a product.
        ///
        /// Documented limit: 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_amount: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_vat_amount: ::std::option::Option<crate::wire::Amount>,
        /// The rate of the value added tax, in percent.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_vat_percent: ::std::option::Option<crate::wire::Amount>,
    }
    /// The invoices of a customer for a product.
    ///
    /// Upstream shows it in an example only.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct InvoiceList {
        /// The invoices.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub client_invoice_info_list: ::std::vec::Vec<crate::types::Invoice>,
    }
    /// The parts of a customer's name.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct Name {
        /// First name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// Documented limit: 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Company name.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// Documented limit: 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "text")]
        pub department_name: ::std::option::Option<::std::string::String>,
    }
    #[derive(::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ReceivedCouponPriceRequest {
        #[serde(default, deserialize_with = "text")]
        coupon_code: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "number")]
        coupon_number: ::std::option::Option<i64>,
        #[serde(default, deserialize_with = "number")]
        customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        #[serde(default, deserialize_with = "value")]
        country_code: ::std::option::Option<crate::wire::CountryCode>,
        #[serde(default, deserialize_with = "value")]
        postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
    }
    /// A postal code that came as a number is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for CouponPriceRequest {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            let received = ReceivedCouponPriceRequest::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                coupon_code: received.coupon_code,
                coupon_number: received.coupon_number,
                customer_number: received.customer_number,
                country_code: received.country_code,
                postal_code,
            })
        }
    }
    #[derive(::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ReceivedCustomerSearchRequest {
        #[serde(default, deserialize_with = "value")]
        product_code: ::std::option::Option<crate::wire::ProductCode>,
        #[serde(default, deserialize_with = "text")]
        company_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        department_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        first_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        middle_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        last_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        care_of_address: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        street_address: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "number")]
        street_number: ::std::option::Option<i64>,
        #[serde(default, deserialize_with = "text")]
        entrance: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "value")]
        postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
        #[serde(default, deserialize_with = "text")]
        postal_place: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "value")]
        country_code: ::std::option::Option<crate::wire::CountryCode>,
        #[serde(default, deserialize_with = "value")]
        phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        #[serde(default, deserialize_with = "value")]
        email: ::std::option::Option<crate::wire::EmailAddress>,
    }
    /// A postal code that came as a number is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for CustomerSearchRequest {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            let received = ReceivedCustomerSearchRequest::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                product_code: received.product_code,
                company_name: received.company_name,
                department_name: received.department_name,
                first_name: received.first_name,
                middle_name: received.middle_name,
                last_name: received.last_name,
                care_of_address: received.care_of_address,
                street_address: received.street_address,
                street_number: received.street_number,
                entrance: received.entrance,
                postal_code,
                postal_place: received.postal_place,
                country_code: received.country_code,
                phone_number: received.phone_number,
                email: received.email,
            })
        }
    }
    #[derive(::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ReceivedFoundCustomer {
        #[serde(default, deserialize_with = "number")]
        customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        #[serde(default, deserialize_with = "text")]
        company_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        department_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        first_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        middle_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        last_name: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        street_address: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "number")]
        street_number: ::std::option::Option<crate::wire::StreetNumber>,
        #[serde(default, deserialize_with = "value")]
        postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
        #[serde(default, deserialize_with = "text")]
        postal_place: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "text")]
        postal_address: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "value")]
        postal_address_postal_code: ::std::option::Option<
            crate::wire::ReceivedPostalCode,
        >,
        #[serde(default, deserialize_with = "text")]
        postal_address_postal_place: ::std::option::Option<::std::string::String>,
        #[serde(default, deserialize_with = "value")]
        country_code: ::std::option::Option<crate::wire::CountryCode>,
        #[serde(default, deserialize_with = "found_customer_emails")]
        emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        phone_numbers: ::std::vec::Vec<crate::types::FoundPhoneNumber>,
    }
    /// A postal code that came as a number is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for FoundCustomer {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            let received = ReceivedFoundCustomer::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            let postal_address_postal_code = received
                .postal_address_postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                customer_number: received.customer_number,
                company_name: received.company_name,
                department_name: received.department_name,
                first_name: received.first_name,
                middle_name: received.middle_name,
                last_name: received.last_name,
                street_address: received.street_address,
                street_number: received.street_number,
                postal_code,
                postal_place: received.postal_place,
                postal_address: received.postal_address,
                postal_address_postal_code,
                postal_address_postal_place: received.postal_address_postal_place,
                country_code: received.country_code,
                emails: received.emails,
                phone_numbers: received.phone_numbers,
            })
        }
    }
    fn found_customer_emails<'de, D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<::std::vec::Vec<crate::wire::EmailAddress>, D::Error> {
        crate::wire::lenient::wrapped_values(deserializer, "email", 100000)
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " What a phone number is for."] #[doc = ""] #[doc =
        " Upstream may add values at any time: what nobody documented is `Unknown`, and kept as it came."]
        PhoneNumberType { #[doc = " A home or private number."] Home = "home", #[doc =
        " A mobile number."] Mobile = "mobile", #[doc = " A company or work number."]
        CompanyDirect = "companyDirect", #[doc =
        " A number inside the company's exchange."] CompanyPbx = "companyPbx", #[doc =
        " A number to reach the customer at work."] Company = "company", #[doc =
        " A personal number."] Personal = "personal", #[doc = " A fax number."] Fax =
        "fax", } schema : "What a phone number is for."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The kind of a credential."] #[doc = ""] #[doc =
        " Upstream may add values at any time: what nobody documented is `Unknown`, and kept as it came."]
        CredentialType { #[doc = " `A_EMAIL_ADDRESS`."] AEmailAddress =
        "A_EMAIL_ADDRESS", #[doc = " `B_SMS_PHONE`."] BSmsPhone = "B_SMS_PHONE", } schema
        : "The kind of a credential."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " How far a credential was verified."] #[doc = ""] #[doc =
        " Upstream may add values at any time: what nobody documented is `Unknown`, and kept as it came."]
        VerificationLevel { #[doc = " `Externally_verified`."] ExternallyVerified =
        "Externally_verified", #[doc = " `Not verified`."] NotVerified = "Not verified",
        } schema : "How far a credential was verified."
    }
    crate::wire::text::text_type! {
        #[doc = " The id of a customer in another system."] #[doc = ""] #[doc =
        " A received text is kept as it came and may break the limits; `is_valid` tells."]
        ExternalId, field : "externalId", limits : crate ::limits::EXTERNAL_ID, received
        : crate ::wire::scalar::Scalar::into_text, schema :
        "The id of a customer in another system."
    }
    crate::wire::text::text_type! {
        #[doc = " The code of an external reference of a customer."] #[doc = ""] #[doc =
        " A received text is kept as it came and may break the limits; `is_valid` tells."]
        ReferenceCode, field : "referenceCode", limits : crate ::limits::REFERENCE_CODE,
        received : crate ::wire::scalar::Scalar::into_text, schema :
        "The code of an external reference of a customer."
    }
    crate::wire::redact::redacting_debug!(
        CustomerInfo { customer_number : present, name : nested, phone_numbers : nested,
        emails : list, invoice_email_address : present, attached_users : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for CustomerInfo {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.name {
                value.unknown_values(report);
            }
            for value in &self.phone_numbers {
                value.unknown_values(report);
            }
            for value in &self.attached_users {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Name { first_name : present, middle_name : present, last_name : present,
        company_name : present, department_name : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for Name {
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("firstName", self.first_name.as_ref(), &validate::length(0, 30));
            checks
                .text("middleName", self.middle_name.as_ref(), &validate::length(0, 30));
            checks.text("lastName", self.last_name.as_ref(), &validate::length(0, 30));
            checks
                .text(
                    "companyName",
                    self.company_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "departmentName",
                    self.department_name.as_ref(),
                    &validate::length(0, 40),
                );
        }
    }
    impl crate::drift::Drift for Name {}
    crate::wire::redact::redacting_debug!(
        CustomerPhoneNumber { phone_number : present, phone_number_type : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CustomerPhoneNumber {
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text("phoneNumber", self.phone_number.as_ref(), &limits::PHONE_NUMBER);
            checks
                .known(
                    "phoneNumberType",
                    (self.phone_number_type.as_ref()).map(|value| value.is_known()),
                );
        }
    }
    #[allow(deprecated)]
    impl crate::drift::Drift for CustomerPhoneNumber {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.phone_number_type {
                if !value.is_known() {
                    report("phoneNumberType");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        AttachedUser { unique_id : present, credentials : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for AttachedUser {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.credentials {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Credential { credential : present, credential_type : present, verification_level
        : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Credential {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.credential_type {
                if !value.is_known() {
                    report("credentialType");
                }
            }
            if let Some(value) = &self.verification_level {
                if !value.is_known() {
                    report("verificationLevel");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        CustomerSearchRequest { product_code : present, company_name : present,
        department_name : present, first_name : present, middle_name : present, last_name
        : present, care_of_address : present, street_address : present, street_number :
        present, entrance : present, postal_code : present, postal_place : present,
        country_code : present, phone_number : present, email : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CustomerSearchRequest {
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
            checks
                .text(
                    "companyName",
                    self.company_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "departmentName",
                    self.department_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks.text("firstName", self.first_name.as_ref(), &validate::length(0, 30));
            checks
                .text("middleName", self.middle_name.as_ref(), &validate::length(0, 30));
            checks.text("lastName", self.last_name.as_ref(), &validate::length(0, 30));
            checks
                .text(
                    "careOfAddress",
                    self.care_of_address.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "streetAddress",
                    self.street_address.as_ref(),
                    &validate::length(0, 40),
                );
            checks.text("entrance", self.entrance.as_ref(), &validate::length(0, 12));
            checks.text("postalCode", self.postal_code.as_ref(), &limits::POSTAL_CODE);
            checks
                .text(
                    "postalPlace",
                    self.postal_place.as_ref(),
                    &validate::length(0, 30),
                );
            checks
                .text("countryCode", self.country_code.as_ref(), &limits::COUNTRY_CODE);
            checks
                .text("phoneNumber", self.phone_number.as_ref(), &limits::PHONE_NUMBER);
            checks.text("email", self.email.as_ref(), &limits::EMAIL_ADDRESS);
            if !((self.last_name.as_deref().is_some_and(|text| !text.trim().is_empty())
                && self
                    .street_address
                    .as_deref()
                    .is_some_and(|text| !text.trim().is_empty())
                && self.postal_code.is_some())
                || (self.last_name.as_deref().is_some_and(|text| !text.trim().is_empty())
                    && self
                        .street_address
                        .as_deref()
                        .is_some_and(|text| !text.trim().is_empty())
                    && self
                        .postal_place
                        .as_deref()
                        .is_some_and(|text| !text.trim().is_empty()))
                || (self
                    .company_name
                    .as_deref()
                    .is_some_and(|text| !text.trim().is_empty())
                    && self
                        .street_address
                        .as_deref()
                        .is_some_and(|text| !text.trim().is_empty())
                    && self.postal_code.is_some())
                || (self
                    .company_name
                    .as_deref()
                    .is_some_and(|text| !text.trim().is_empty())
                    && self
                        .street_address
                        .as_deref()
                        .is_some_and(|text| !text.trim().is_empty())
                    && self
                        .postal_place
                        .as_deref()
                        .is_some_and(|text| !text.trim().is_empty()))
                || (self.phone_number.is_some()) || (self.email.is_some()))
            {
                let rule = crate::validate::Rule::Combination(
                    "lastName, streetAddress and postalCode; or lastName, streetAddress and postalPlace; or companyName, streetAddress and postalCode; or companyName, streetAddress and postalPlace; or phoneNumber; or email",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Nothing,
                        ),
                    );
            }
        }
    }
    crate::wire::redact::redacting_debug!(CustomerSearchResponse { customers : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for CustomerSearchResponse {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.customers {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        FoundCustomer { customer_number : present, company_name : present,
        department_name : present, first_name : present, middle_name : present, last_name
        : present, street_address : present, street_number : present, postal_code :
        present, postal_place : present, postal_address : present,
        postal_address_postal_code : present, postal_address_postal_place : present,
        country_code : present, emails : list, phone_numbers : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for FoundCustomer {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.phone_numbers {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        FoundPhoneNumber { phone_number : present, is_mobile : present }
    );
    impl crate::drift::Drift for FoundPhoneNumber {}
    crate::wire::redact::redacting_debug!(
        CustomerChangeRequest { name : nested, phone_numbers : nested, emails : list,
        invoice_email_address : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CustomerChangeRequest {
        fn check(&self, checks: &mut validate::Checks) {
            checks.nested("name", self.name.as_ref());
            checks
                .items(
                    "phoneNumbers",
                    &self.phone_numbers,
                    None,
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
            checks
                .items(
                    "emails",
                    &self.emails,
                    None,
                    |checks, field, item| {
                        checks.text(field, Some(item), &limits::EMAIL_ADDRESS);
                    },
                );
            checks
                .text(
                    "invoiceEmailAddress",
                    self.invoice_email_address.as_ref(),
                    &limits::INVOICE_EMAIL_ADDRESS,
                );
        }
    }
    crate::wire::redact::redacting_debug!(CustomerChangeResponse { success : present });
    impl crate::drift::Drift for CustomerChangeResponse {}
    crate::wire::redact::redacting_debug!(
        ExternalReferenceChangeRequest { external_id : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ExternalReferenceChangeRequest {
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("externalId", self.external_id.is_some());
            checks.text("externalId", self.external_id.as_ref(), &limits::EXTERNAL_ID);
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalReferenceResponse { success : present }
    );
    impl crate::drift::Drift for ExternalReferenceResponse {}
    crate::wire::redact::redacting_debug!(
        CouponPriceRequest { coupon_code : present, coupon_number : present,
        customer_number : present, country_code : present, postal_code : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CouponPriceRequest {
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("couponCode", self.coupon_code.is_some());
            checks
                .text("couponCode", self.coupon_code.as_ref(), &validate::length(1, 12));
            checks.required("couponNumber", self.coupon_number.is_some());
            checks
                .text("countryCode", self.country_code.as_ref(), &limits::COUNTRY_CODE);
            checks.text("postalCode", self.postal_code.as_ref(), &limits::POSTAL_CODE);
        }
    }
    crate::wire::redact::redacting_debug!(
        CouponPrice { company_code : present, product : present, price : present,
        vat_amount : present, vatpercent : present, vat_include : present, currency :
        present, dist_amount : present, dist_amountvat : present, customer_number :
        present }
    );
    impl crate::drift::Drift for CouponPrice {}
    crate::wire::redact::redacting_debug!(
        InvoiceList { client_invoice_info_list : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for InvoiceList {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.client_invoice_info_list {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Invoice { invoice_id : present, invoice_date : present, payment_date : present,
        due_date : present, invoice_offer_count : present, customer_number : present,
        product : present, product_name : present, amount : present, company_code :
        present, payment_status : present, invoice_amount : present, paid_amount :
        present, payment_method : present, invoice_hotel_url : present, desc : list,
        period : present, period_unit : present, from_time : present, incltime : present,
        invoice_line_info : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Invoice {
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.invoice_line_info {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        InvoiceLine { product_code : present, invoice_amount : present,
        invoice_vat_amount : present, invoice_vat_percent : present }
    );
    impl crate::drift::Drift for InvoiceLine {}
    crate::wire::redact::redacting_debug!(
        ErrorBody { exception_type : present, error_message : present, error : present,
        error_description : present, description : present }
    );
    impl crate::drift::Drift for ErrorBody {}
    /// The names of all fields of all models, sorted.
    pub const WIRE_NAMES: &[&str] = &[
        "amount",
        "attachedUsers",
        "careOfAddress",
        "clientInvoiceInfoList",
        "companyCode",
        "companyName",
        "countryCode",
        "couponCode",
        "couponNumber",
        "credential",
        "credentialType",
        "credentials",
        "currency",
        "customerNumber",
        "customers",
        "departmentName",
        "desc",
        "description",
        "distAmount",
        "distAmountvat",
        "dueDate",
        "email",
        "emails",
        "entrance",
        "error",
        "errorMessage",
        "error_description",
        "exceptionType",
        "externalId",
        "firstName",
        "fromTime",
        "incltime",
        "invoiceAmount",
        "invoiceDate",
        "invoiceEmailAddress",
        "invoiceHotelUrl",
        "invoiceId",
        "invoiceLineInfo",
        "invoiceOfferCount",
        "invoiceVatAmount",
        "invoiceVatPercent",
        "isMobile",
        "lastName",
        "middleName",
        "name",
        "paidAmount",
        "paymentDate",
        "paymentMethod",
        "paymentStatus",
        "period",
        "periodUnit",
        "phoneNumber",
        "phoneNumberType",
        "phoneNumbers",
        "postalAddress",
        "postalAddressPostalCode",
        "postalAddressPostalPlace",
        "postalCode",
        "postalPlace",
        "price",
        "product",
        "productCode",
        "productName",
        "streetAddress",
        "streetNumber",
        "success",
        "uniqueId",
        "vatAmount",
        "vatInclude",
        "vatpercent",
        "verificationLevel",
    ];
    /// The members of the contract's error body that nothing but an error has (`x-error-mark`).
    pub const ERROR_MARKS: &[&str] = &["exceptionType", "errorMessage", "error"];
    /// The JSON Schema of each model as this client reads and writes it, by name.
    #[cfg(feature = "schemars")]
    #[must_use]
    pub fn json_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
        ::std::vec![
            ("CustomerInfo", ::schemars::schema_for!(CustomerInfo)), ("Name",
            ::schemars::schema_for!(Name)), ("CustomerPhoneNumber",
            ::schemars::schema_for!(CustomerPhoneNumber)), ("AttachedUser",
            ::schemars::schema_for!(AttachedUser)), ("Credential",
            ::schemars::schema_for!(Credential)), ("CustomerSearchRequest",
            ::schemars::schema_for!(CustomerSearchRequest)), ("CustomerSearchResponse",
            ::schemars::schema_for!(CustomerSearchResponse)), ("FoundCustomer",
            ::schemars::schema_for!(FoundCustomer)), ("FoundPhoneNumber",
            ::schemars::schema_for!(FoundPhoneNumber)), ("CustomerChangeRequest",
            ::schemars::schema_for!(CustomerChangeRequest)), ("CustomerChangeResponse",
            ::schemars::schema_for!(CustomerChangeResponse)),
            ("ExternalReferenceChangeRequest",
            ::schemars::schema_for!(ExternalReferenceChangeRequest)),
            ("ExternalReferenceResponse",
            ::schemars::schema_for!(ExternalReferenceResponse)), ("CouponPriceRequest",
            ::schemars::schema_for!(CouponPriceRequest)), ("CouponPrice",
            ::schemars::schema_for!(CouponPrice)), ("InvoiceList",
            ::schemars::schema_for!(InvoiceList)), ("Invoice",
            ::schemars::schema_for!(Invoice)), ("InvoiceLine",
            ::schemars::schema_for!(InvoiceLine)), ("ErrorBody",
            ::schemars::schema_for!(ErrorBody))
        ]
    }
}
#[derive(Clone, Debug)]
/**Client for Connect customer API

Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: ::reqwest::Url,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::Context,
}
impl Client {
    /// A client of a base URL, with the HTTP client to use and what each request needs.
    pub fn new_with_client(
        baseurl: ::reqwest::Url,
        client: ::reqwest::Client,
        inner: crate::Context,
    ) -> Self {
        Self { baseurl, client, inner }
    }
}
impl ClientInfo<crate::Context> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::Context {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::Context>,
    {}
};
#[allow(clippy::all)]
impl Client {
    /// Look one customer up by its number.
    ///
    /// Client mode: only the calling system is authenticated. A number that nobody has is answered with 404.
    ///
    /// `GET /v1/client/customer/info/{customerNumber}`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn get_customer_info<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self
            .url(
                &format!(
                    "/v1/client/customer/info/{}", encode_path(& customer_number
                    .to_string())
                ),
            );
        #[allow(unused_mut)]
        let mut request = self.client.get(url).build()?;
        let info = OperationInfo {
            operation_id: "get_customer_info",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// Find customers by name and address, by phone number or by e-mail address.
    ///
    /// Client mode. Returns at most five customers, and does not say whether more matched; no match is an empty list. A product code narrows the result.
    ///
    /// `POST /v1/client/customer/search`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn search_customers<'a>(
        &'a self,
        body: &'a crate::types::CustomerSearchRequest,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self.url(&format!("/v1/client/customer/search"));
        #[allow(unused_mut)]
        let mut request = self.client.post(url).json(&body).build()?;
        let info = OperationInfo {
            operation_id: "search_customers",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// Look up the customer who is logged in.
    ///
    /// User mode: the customer follows from the user's token, so there is no parameter.
    ///
    /// `GET /v1/customer/info`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn get_own_customer_info<'a>(
        &'a self,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self.url(&format!("/v1/customer/info"));
        #[allow(unused_mut)]
        let mut request = self.client.get(url).build()?;
        let info = OperationInfo {
            operation_id: "get_own_customer_info",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// Replace the data of the customer who is logged in.
    ///
    /// User mode. The whole record is replaced: a field that is left out is cleared. Without a last name and a company name, upstream stores a single dash as the last name. The fields are documented on the older reference pages; the path is not, it is inferred from the read operation of the same name.
    ///
    /// `POST /v1/customer/info`
    ///
    /// Inferred; upstream does not document it.
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn change_own_customer_info<'a>(
        &'a self,
        body: &'a crate::types::CustomerChangeRequest,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self.url(&format!("/v1/customer/info"));
        #[allow(unused_mut)]
        let mut request = self.client.post(url).json(&body).build()?;
        let info = OperationInfo {
            operation_id: "change_own_customer_info",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// Remove an external reference from a customer.
    ///
    /// Client mode. Upstream does not say what it answers when there is no such reference.
    ///
    /// `DELETE /v1/client/customer/{customerNumber}/external-reference/{referenceCode}`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn remove_external_reference<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        reference_code: &'a crate::types::ReferenceCode,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self
            .url(
                &format!(
                    "/v1/client/customer/{}/external-reference/{}", encode_path(&
                    customer_number.to_string()), encode_path(& reference_code.as_str())
                ),
            );
        #[allow(unused_mut)]
        let mut request = self.client.delete(url).build()?;
        let info = OperationInfo {
            operation_id: "remove_external_reference",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// Change the id that a customer has in another system.
    ///
    /// Client mode. The reference code says which of the customer's references, and the external id is its new value.
    ///
    /// `PATCH /v1/client/customer/{customerNumber}/external-reference/{referenceCode}`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn change_external_reference<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        reference_code: &'a crate::types::ReferenceCode,
        body: &'a crate::types::ExternalReferenceChangeRequest,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self
            .url(
                &format!(
                    "/v1/client/customer/{}/external-reference/{}", encode_path(&
                    customer_number.to_string()), encode_path(& reference_code.as_str())
                ),
            );
        #[allow(unused_mut)]
        let mut request = self.client.patch(url).json(&body).build()?;
        let info = OperationInfo {
            operation_id: "change_external_reference",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// Look up the price that is registered on a coupon.
    ///
    /// Client mode. With country and postal code the cost of distribution is included.
    ///
    /// `POST /v1/client/coupon/price`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn get_coupon_price<'a>(
        &'a self,
        body: &'a crate::types::CouponPriceRequest,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self.url(&format!("/v1/client/coupon/price"));
        #[allow(unused_mut)]
        let mut request = self.client.post(url).json(&body).build()?;
        let info = OperationInfo {
            operation_id: "get_coupon_price",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
    /// List the invoices of a customer for a product.
    ///
    /// Client mode. What is listed without the two days is not documented.
    ///
    /// `GET /v1/client/customer/invoice/payment/{customerNumber}/{productCode}`
    ///
    /// # Errors
    /// When no answer came. Any answer is `Ok`, whatever its status.
    pub async fn list_invoices_of_product<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        product_code: &'a crate::wire::ProductCode,
        from: ::std::option::Option<&'a crate::wire::Date>,
        to: ::std::option::Option<&'a crate::wire::Date>,
    ) -> Result<::reqwest::Response, Error<()>> {
        let url = self
            .url(
                &format!(
                    "/v1/client/customer/invoice/payment/{}/{}", encode_path(&
                    customer_number.to_string()), encode_path(& product_code.as_str())
                ),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .query(&progenitor_client::QueryParam::new("from", &from))
            .query(&progenitor_client::QueryParam::new("to", &to))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_invoices_of_product",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        Ok(response)
    }
}
/// The models of the contract, generated from it.
///
/// Their `Debug` tells which fields are there, never their values. They are `#[non_exhaustive]`, since
/// upstream adds fields: build one with `Default`, then set its fields.
pub mod models {
    pub use super::types::{
        AttachedUser, CouponPrice, CouponPriceRequest, Credential, CredentialType,
        CustomerChangeRequest, CustomerChangeResponse, CustomerInfo, CustomerPhoneNumber,
        CustomerSearchRequest, CustomerSearchResponse, ExternalId,
        ExternalReferenceChangeRequest, ExternalReferenceResponse, FoundCustomer,
        FoundPhoneNumber, Invoice, InvoiceLine, InvoiceList, Name, PhoneNumberType,
        ReferenceCode, VerificationLevel,
    };
}
/// Calls a macro with the names of all models.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_model {
    ($call:ident) => {
        $call ! { CustomerInfo Name CustomerPhoneNumber AttachedUser Credential
        CustomerSearchRequest CustomerSearchResponse FoundCustomer FoundPhoneNumber
        CustomerChangeRequest CustomerChangeResponse ExternalReferenceChangeRequest
        ExternalReferenceResponse CouponPriceRequest CouponPrice InvoiceList Invoice
        InvoiceLine ErrorBody }
    };
}
/// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "unverified")]
macro_rules! for_each_operation {
    ($call:ident) => {
        $call ! { GetCustomerInfo(client) SearchCustomers(client)
        GetOwnCustomerInfo(user) ChangeOwnCustomerInfo(user)
        ChangeExternalReference(client) RemoveExternalReference(client)
        GetCouponPrice(client) ListInvoicesOfProduct(client) }
    };
}
/// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "unverified"))]
macro_rules! for_each_operation {
    ($call:ident) => {
        $call ! { GetCustomerInfo(client) SearchCustomers(client)
        GetOwnCustomerInfo(user) ChangeExternalReference(client)
        RemoveExternalReference(client) GetCouponPrice(client)
        ListInvoicesOfProduct(client) }
    };
}
/// The contract's limits on the named texts.
pub mod limits {
    use crate::validate;
    /// Of `ProductCode`.
    pub const PRODUCT_CODE: validate::Limits = validate::length(1, 12)
        .in_form(validate::Format::PathSegment);
    /// Of `ExternalId`.
    pub const EXTERNAL_ID: validate::Limits = validate::length(1, 16);
    /// Of `ReferenceCode`.
    pub const REFERENCE_CODE: validate::Limits = validate::length(1, 255)
        .in_form(validate::Format::PathSegment);
    /// Of `PhoneNumber`.
    pub const PHONE_NUMBER: validate::Limits = validate::length(0, 20)
        .in_form(validate::Format::E164);
    /// Of `EmailAddress`.
    pub const EMAIL_ADDRESS: validate::Limits = validate::length(0, 255)
        .in_form(validate::Format::Email);
    /// Of `InvoiceEmailAddress`.
    pub const INVOICE_EMAIL_ADDRESS: validate::Limits = validate::length(0, 60)
        .in_form(validate::Format::Email);
    /// Of `PostalCode`.
    pub const POSTAL_CODE: validate::Limits = validate::length(1, 10);
    /// Of `CountryCode`.
    pub const COUNTRY_CODE: validate::Limits = validate::length(0, 3)
        .in_form(validate::Format::CountryCode);
}
/// The operations of the contract, as values: what is sent are their fields.
///
/// The client calls those of client mode, a client on behalf of a user those of user mode; the other does not
/// compile.
#[allow(deprecated)]
pub mod operations {
    pub use crate::operation::{
        ClientOperation, Evidence, Location, Mode, Operation, OperationInfo,
        ParameterInfo, Sensitivity, UserOperation, ValueKind,
    };
    #[allow(unused_imports)]
    use crate::{limits, validate};
    /// Look one customer up by its number.
    ///
    /// Client mode: only the calling system is authenticated. A number that nobody has is answered with 404.
    ///
    /// `GET /v1/client/customer/info/{customerNumber}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct GetCustomerInfo {
        /// The customer's number.
        #[serde(rename = "customerNumber")]
        pub customer_number: crate::wire::CustomerNumber,
    }
    impl GetCustomerInfo {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(customer_number: crate::wire::CustomerNumber) -> Self {
            Self { customer_number }
        }
    }
    crate::wire::redact::redacting_debug!(GetCustomerInfo { customer_number : hidden });
    impl validate::Validate for GetCustomerInfo {
        fn check(&self, _: &mut validate::Checks) {}
    }
    impl crate::operation::ClientOperation for GetCustomerInfo {}
    impl crate::operation::Operation for GetCustomerInfo {
        type Output = crate::types::CustomerInfo;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getCustomerInfo",
            group: "Customer",
            accessor: "customers",
            name: "info",
            summary: "Look one customer up by its number.",
            method: "GET",
            path: "/v1/client/customer/info/{customerNumber}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
            ],
            body: None,
            statuses: &["200", "400", "401", "404", "429", "500"],
            lists: &[],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457}",
            response_example: "{\"customerNumber\":563457,\"name\":{\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"phoneNumberType\":\"personal\"},{\"phoneNumber\":\"+4723339100\",\"phoneNumberType\":\"company\"}],\"emails\":[\"ola.nordmann@hotmail.no\",\"ola.nordmann@company.com\"],\"invoiceEmailAddress\":\"ola.nordmann@hotmail.no\",\"attachedUsers\":[{\"uniqueId\":\"abc123ee63461dd\",\"credentials\":[{\"credential\":\"ola.nordmann@hotmail.no\",\"credentialType\":\"A_EMAIL_ADDRESS\",\"verificationLevel\":\"Externally_verified\"},{\"credential\":\"+4790123456\",\"credentialType\":\"B_SMS_PHONE\",\"verificationLevel\":\"Not verified\"}]}]}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.customer_number.is_some()
                || output
                    .name
                    .as_ref()
                    .is_some_and(|found| *found != ::std::default::Default::default())
                || !output.phone_numbers.is_empty() || !output.emails.is_empty()
                || output.invoice_email_address.is_some()
                || !output.attached_users.is_empty())
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            if let Some(found) = &output.customer_number {
                if Some(&self.customer_number).is_some_and(|asked| found != asked) {
                    return Err(crate::operation::Doubt::Mismatch("customerNumber"));
                }
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetCustomerInfo {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection)
                .get_customer_info(&self.customer_number)
                .await
        }
        crate::operation::span!(
            "getCustomerInfo", "GET", "/v1/client/customer/info/{customerNumber}"
        );
    }
    /// Find customers by name and address, by phone number or by e-mail address.
    ///
    /// Client mode. Returns at most five customers, and does not say whether more matched; no match is an empty list. A product code narrows the result.
    ///
    /// `POST /v1/client/customer/search`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct SearchCustomers {
        /// The body of the request.
        #[serde(rename = "body")]
        pub body: crate::types::CustomerSearchRequest,
    }
    impl SearchCustomers {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(body: crate::types::CustomerSearchRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(SearchCustomers { body : nested });
    impl validate::Validate for SearchCustomers {
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for SearchCustomers {}
    impl crate::operation::Operation for SearchCustomers {
        type Output = crate::types::CustomerSearchResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "searchCustomers",
            group: "Customer",
            accessor: "customers",
            name: "search",
            summary: "Find customers by name and address, by phone number or by e-mail address.",
            method: "POST",
            path: "/v1/client/customer/search",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "productCode")
                        .description("The code of a product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "companyName")
                        .description("Company name.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "departmentName")
                        .description("Department within the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "firstName")
                        .description("First name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "middleName")
                        .description("Middle name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "lastName")
                        .description("Last name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "careOfAddress")
                        .description("Care-of line of the address.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "streetAddress")
                        .description("Street name, without the number.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "streetNumber",
                        )
                        .description("Street number."),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "entrance")
                        .description("Entrance, often a letter.")
                        .length(None, Some(12u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "postalCode")
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "postalPlace")
                        .description("Postal place.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "countryCode")
                        .description("A country code, such as NO or SE.")
                        .format("country-code")
                        .length(None, Some(3u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "phoneNumber")
                        .description("A phone number in E.164 form, with the plus sign.")
                        .format("e164")
                        .length(None, Some(20u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "email")
                        .description("An e-mail address.")
                        .format("email")
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400", "401", "403", "429", "500"],
            lists: &["customers"],
            may_be_empty: false,
            request_example: "{\"body\":{\"productCode\":\"CO27409\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\",\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"careOfAddress\":\"\",\"streetAddress\":\"Grubbegata\",\"streetNumber\":6,\"entrance\":\"A\",\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"countryCode\":\"NO\",\"phoneNumber\":\"+4712345678\",\"email\":\"ola.nordmann@company.com\"}}",
            response_example: "{\"customers\":[{\"customerNumber\":563457,\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\",\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"streetAddress\":\"Grubbegata\",\"streetNumber\":6,\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"postalAddress\":\"Postboks 265 Økern\",\"postalAddressPostalCode\":\"0510\",\"postalAddressPostalPlace\":\"Oslo\",\"countryCode\":\"NO\",\"emails\":{\"email\":[\"ola.nordmann@company.com\",\"ola.nordmann@hotmail.no\"]},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"isMobile\":true},{\"phoneNumber\":\"+4723339100\",\"isMobile\":false}]}]}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(!output.customers.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for SearchCustomers {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection).search_customers(&self.body).await
        }
        crate::operation::span!("searchCustomers", "POST", "/v1/client/customer/search");
    }
    /// Look up the customer who is logged in.
    ///
    /// User mode: the customer follows from the user's token, so there is no parameter.
    ///
    /// `GET /v1/customer/info`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct GetOwnCustomerInfo {}
    impl GetOwnCustomerInfo {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetOwnCustomerInfo {});
    impl validate::Validate for GetOwnCustomerInfo {
        fn check(&self, _: &mut validate::Checks) {}
    }
    impl crate::operation::UserOperation for GetOwnCustomerInfo {}
    impl crate::operation::Operation for GetOwnCustomerInfo {
        type Output = crate::types::CustomerInfo;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOwnCustomerInfo",
            group: "Customer",
            accessor: "customers",
            name: "own_info",
            summary: "Look up the customer who is logged in.",
            method: "GET",
            path: "/v1/customer/info",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"customerNumber\":563457,\"name\":{\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"phoneNumberType\":\"personal\"},{\"phoneNumber\":\"+4723339100\",\"phoneNumberType\":\"company\"}],\"emails\":[\"ola.nordmann@hotmail.no\",\"ola.nordmann@company.com\"],\"invoiceEmailAddress\":\"ola.nordmann@hotmail.no\",\"attachedUsers\":[{\"uniqueId\":\"abc123ee63461dd\",\"credentials\":[{\"credential\":\"ola.nordmann@hotmail.no\",\"credentialType\":\"A_EMAIL_ADDRESS\",\"verificationLevel\":\"Externally_verified\"},{\"credential\":\"+4790123456\",\"credentialType\":\"B_SMS_PHONE\",\"verificationLevel\":\"Not verified\"}]}]}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.customer_number.is_some()
                || output
                    .name
                    .as_ref()
                    .is_some_and(|found| *found != ::std::default::Default::default())
                || !output.phone_numbers.is_empty() || !output.emails.is_empty()
                || output.invoice_email_address.is_some()
                || !output.attached_users.is_empty())
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOwnCustomerInfo {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection).get_own_customer_info().await
        }
        crate::operation::span!("getOwnCustomerInfo", "GET", "/v1/customer/info");
    }
    /// Replace the data of the customer who is logged in.
    ///
    /// User mode. The whole record is replaced: a field that is left out is cleared. Without a last name and a company name, upstream stores a single dash as the last name. The fields are documented on the older reference pages; the path is not, it is inferred from the read operation of the same name.
    ///
    /// `POST /v1/customer/info`
    #[cfg(feature = "unverified")]
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct ChangeOwnCustomerInfo {
        /// The body of the request.
        #[serde(rename = "body")]
        pub body: crate::types::CustomerChangeRequest,
    }
    #[cfg(feature = "unverified")]
    impl ChangeOwnCustomerInfo {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(body: crate::types::CustomerChangeRequest) -> Self {
            Self { body }
        }
    }
    #[cfg(feature = "unverified")]
    crate::wire::redact::redacting_debug!(ChangeOwnCustomerInfo { body : nested });
    #[cfg(feature = "unverified")]
    impl validate::Validate for ChangeOwnCustomerInfo {
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    #[cfg(feature = "unverified")]
    impl crate::operation::UserOperation for ChangeOwnCustomerInfo {}
    #[cfg(feature = "unverified")]
    impl crate::operation::Operation for ChangeOwnCustomerInfo {
        type Output = crate::types::CustomerChangeResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changeOwnCustomerInfo",
            group: "Customer",
            accessor: "customers",
            name: "change_own_info",
            summary: "Replace the data of the customer who is logged in.",
            method: "POST",
            path: "/v1/customer/info",
            evidence: crate::operation::Evidence::Inferred,
            safe_to_repeat: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "name.firstName")
                        .description("First name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "name.middleName",
                        )
                        .description("Middle name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "name.lastName")
                        .description("Last name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "name.companyName",
                        )
                        .description("Company name.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "name.departmentName",
                        )
                        .description("Department within the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "phoneNumbers")
                        .description("All of the customer's phone numbers.")
                        .repeated(),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "emails")
                        .description("All of the customer's e-mail addresses.")
                        .repeated()
                        .format("email")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "invoiceEmailAddress",
                        )
                        .description("The e-mail address that invoices go to.")
                        .format("email")
                        .length(None, Some(60u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            lists: &[],
            may_be_empty: true,
            request_example: "{\"body\":{\"name\":{\"firstName\":\"Ola\",\"lastName\":\"Nordmann\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"phoneNumberType\":\"mobile\"}],\"emails\":[\"ola.nordmann@example.com\"],\"invoiceEmailAddress\":\"ola.nordmann@example.com\"}}",
            response_example: "{\"success\":true}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    #[cfg(feature = "unverified")]
    impl crate::operation::SendOperation for ChangeOwnCustomerInfo {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection).change_own_customer_info(&self.body).await
        }
        crate::operation::span!("changeOwnCustomerInfo", "POST", "/v1/customer/info");
    }
    /// Change the id that a customer has in another system.
    ///
    /// Client mode. The reference code says which of the customer's references, and the external id is its new value.
    ///
    /// `PATCH /v1/client/customer/{customerNumber}/external-reference/{referenceCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct ChangeExternalReference {
        /// The customer's number.
        #[serde(rename = "customerNumber")]
        pub customer_number: crate::wire::CustomerNumber,
        /// The code of the external reference.
        ///
        /// Documented limit: 255 characters.
        #[serde(rename = "referenceCode")]
        pub reference_code: crate::types::ReferenceCode,
        /// The body of the request.
        #[serde(rename = "body")]
        pub body: crate::types::ExternalReferenceChangeRequest,
    }
    impl ChangeExternalReference {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            reference_code: crate::types::ReferenceCode,
            body: crate::types::ExternalReferenceChangeRequest,
        ) -> Self {
            Self {
                customer_number,
                reference_code,
                body,
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ChangeExternalReference { customer_number : hidden, reference_code : hidden, body
        : nested }
    );
    impl validate::Validate for ChangeExternalReference {
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "referenceCode",
                    Some(&self.reference_code),
                    &limits::REFERENCE_CODE,
                );
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for ChangeExternalReference {}
    impl crate::operation::Operation for ChangeExternalReference {
        type Output = crate::types::ExternalReferenceResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changeExternalReference",
            group: "External Reference",
            accessor: "external_references",
            name: "change",
            summary: "Change the id that a customer has in another system.",
            method: "PATCH",
            path: "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: false,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "referenceCode")
                    .description("The code of the external reference.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64)),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "externalId")
                        .description("The id of a customer in another system.")
                        .required()
                        .length(Some(1u64), Some(16u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            lists: &[],
            may_be_empty: true,
            request_example: "{\"customerNumber\":563457,\"referenceCode\":\"CRM\",\"body\":{\"externalId\":\"A-1024\"}}",
            response_example: "{\"success\":true}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ChangeExternalReference {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection)
                .change_external_reference(
                    &self.customer_number,
                    &self.reference_code,
                    &self.body,
                )
                .await
        }
        crate::operation::span!(
            "changeExternalReference", "PATCH",
            "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}"
        );
    }
    /// Remove an external reference from a customer.
    ///
    /// Client mode. Upstream does not say what it answers when there is no such reference.
    ///
    /// `DELETE /v1/client/customer/{customerNumber}/external-reference/{referenceCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct RemoveExternalReference {
        /// The customer's number.
        #[serde(rename = "customerNumber")]
        pub customer_number: crate::wire::CustomerNumber,
        /// The code of the external reference.
        ///
        /// Documented limit: 255 characters.
        #[serde(rename = "referenceCode")]
        pub reference_code: crate::types::ReferenceCode,
    }
    impl RemoveExternalReference {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            reference_code: crate::types::ReferenceCode,
        ) -> Self {
            Self {
                customer_number,
                reference_code,
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        RemoveExternalReference { customer_number : hidden, reference_code : hidden }
    );
    impl validate::Validate for RemoveExternalReference {
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "referenceCode",
                    Some(&self.reference_code),
                    &limits::REFERENCE_CODE,
                );
        }
    }
    impl crate::operation::ClientOperation for RemoveExternalReference {}
    impl crate::operation::Operation for RemoveExternalReference {
        type Output = crate::types::ExternalReferenceResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "removeExternalReference",
            group: "External Reference",
            accessor: "external_references",
            name: "remove",
            summary: "Remove an external reference from a customer.",
            method: "DELETE",
            path: "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: false,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "referenceCode")
                    .description("The code of the external reference.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64)),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            lists: &[],
            may_be_empty: true,
            request_example: "{\"customerNumber\":563457,\"referenceCode\":\"CRM\"}",
            response_example: "{\"success\":true}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RemoveExternalReference {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection)
                .remove_external_reference(&self.customer_number, &self.reference_code)
                .await
        }
        crate::operation::span!(
            "removeExternalReference", "DELETE",
            "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}"
        );
    }
    /// Look up the price that is registered on a coupon.
    ///
    /// Client mode. With country and postal code the cost of distribution is included.
    ///
    /// `POST /v1/client/coupon/price`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct GetCouponPrice {
        /// The body of the request.
        #[serde(rename = "body")]
        pub body: crate::types::CouponPriceRequest,
    }
    impl GetCouponPrice {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(body: crate::types::CouponPriceRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(GetCouponPrice { body : nested });
    impl validate::Validate for GetCouponPrice {
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for GetCouponPrice {}
    impl crate::operation::Operation for GetCouponPrice {
        type Output = crate::types::CouponPrice;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getCouponPrice",
            group: "Coupon",
            accessor: "coupons",
            name: "price",
            summary: "Look up the price that is registered on a coupon.",
            method: "POST",
            path: "/v1/client/coupon/price",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "couponCode")
                        .description("The code of the coupon.")
                        .required()
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "couponNumber",
                        )
                        .description("The number of the coupon.")
                        .required()
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .format("int64")
                        .range(Some(1i64), None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "countryCode")
                        .description("A country code, such as NO or SE.")
                        .format("country-code")
                        .length(None, Some(3u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "postalCode")
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"couponCode\":\"TOTT10\",\"couponNumber\":27,\"customerNumber\":10,\"countryCode\":\"NO\",\"postalCode\":\"1273\"}}",
            response_example: "{\"companyCode\":\"FTOTT\",\"product\":\"TOTT\",\"price\":100,\"vatAmount\":25,\"vatpercent\":25,\"vatInclude\":false,\"currency\":\"NOK\",\"distAmount\":0,\"distAmountvat\":0,\"customerNumber\":10}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.price.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            if let Some(found) = &output.customer_number {
                if Some(&self.body)
                    .and_then(|value| value.customer_number.as_ref())
                    .is_some_and(|asked| found != asked)
                {
                    return Err(crate::operation::Doubt::Mismatch("customerNumber"));
                }
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetCouponPrice {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection).get_coupon_price(&self.body).await
        }
        crate::operation::span!("getCouponPrice", "POST", "/v1/client/coupon/price");
    }
    /// List the invoices of a customer for a product.
    ///
    /// Client mode. What is listed without the two days is not documented.
    ///
    /// `GET /v1/client/customer/invoice/payment/{customerNumber}/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[non_exhaustive]
    pub struct ListInvoicesOfProduct {
        /// The customer's number.
        #[serde(rename = "customerNumber")]
        pub customer_number: crate::wire::CustomerNumber,
        /// The code of the product.
        ///
        /// Documented limit: 12 characters.
        #[serde(rename = "productCode")]
        pub product_code: crate::wire::ProductCode,
        /// The first day.
        #[serde(rename = "from", default)]
        pub from: ::std::option::Option<crate::wire::Date>,
        /// The last day.
        #[serde(rename = "to", default)]
        pub to: ::std::option::Option<crate::wire::Date>,
    }
    impl ListInvoicesOfProduct {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            Self {
                customer_number,
                product_code,
                from: ::std::default::Default::default(),
                to: ::std::default::Default::default(),
            }
        }
        /// Sets `from`.
        ///
        /// The first day.
        #[must_use]
        pub fn with_from(
            mut self,
            from: impl ::std::convert::Into<crate::wire::Date>,
        ) -> Self {
            self.from = Some(from.into());
            self
        }
        /// Sets `to`.
        ///
        /// The last day.
        #[must_use]
        pub fn with_to(
            mut self,
            to: impl ::std::convert::Into<crate::wire::Date>,
        ) -> Self {
            self.to = Some(to.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListInvoicesOfProduct { customer_number : hidden, product_code : hidden, from :
        present, to : present }
    );
    impl validate::Validate for ListInvoicesOfProduct {
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
            checks
                .text(
                    "from",
                    self.from.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .text(
                    "to",
                    self.to.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
        }
    }
    impl crate::operation::ClientOperation for ListInvoicesOfProduct {}
    impl crate::operation::Operation for ListInvoicesOfProduct {
        type Output = crate::types::InvoiceList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listInvoicesOfProduct",
            group: "Invoice",
            accessor: "invoices",
            name: "of_product",
            summary: "List the invoices of a customer for a product.",
            method: "GET",
            path: "/v1/client/customer/invoice/payment/{customerNumber}/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_repeat: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "from")
                    .description("The first day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "to")
                    .description("The last day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            lists: &["clientInvoiceInfoList"],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457,\"productCode\":\"CO27409\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}",
            response_example: "{\"clientInvoiceInfoList\":[{\"invoiceId\":\"1001\",\"invoiceDate\":1767222000000,\"paymentDate\":1768086000000,\"dueDate\":1768431600000,\"invoiceOfferCount\":\"1\",\"customerNumber\":563457,\"product\":\"CO27409\",\"productName\":\"The Example\",\"amount\":295,\"companyCode\":\"FCO\",\"paymentStatus\":\"0\",\"invoiceAmount\":295,\"paidAmount\":295,\"paymentMethod\":\"A\",\"invoiceHotelUrl\":\"https://invoices.example.com/1001\",\"desc\":[\"One month of The Example\"],\"period\":1,\"periodUnit\":\"E\",\"fromTime\":\"2026-01-01\",\"incltime\":\"2026-01-31\",\"invoiceLineInfo\":[{\"productCode\":\"CO27409\",\"invoiceAmount\":236,\"invoiceVatAmount\":59,\"invoiceVatPercent\":25}]}]}",
        };
        const RESPONSE: crate::operation::ResponseKind = crate::operation::ResponseKind::Object;
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(!output.client_invoice_info_list.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            for found in &output.client_invoice_info_list {
                if let Some(found) = &found.customer_number {
                    if Some(&self.customer_number).is_some_and(|asked| found != asked) {
                        return Err(
                            crate::operation::Doubt::Mismatch(
                                "clientInvoiceInfoList[].customerNumber",
                            ),
                        );
                    }
                }
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListInvoicesOfProduct {
        async fn send(&self, connection: crate::Connection) -> crate::operation::Sent {
            crate::Client::from(connection)
                .list_invoices_of_product(
                    &self.customer_number,
                    &self.product_code,
                    self.from.as_ref(),
                    self.to.as_ref(),
                )
                .await
        }
        crate::operation::span!(
            "listInvoicesOfProduct", "GET",
            "/v1/client/customer/invoice/payment/{customerNumber}/{productCode}"
        );
    }
    /// What the contract says of each operation, in its order.
    pub const OPERATIONS: &[&crate::operation::OperationInfo] = &[
        <GetCustomerInfo as crate::operation::Operation>::INFO,
        <SearchCustomers as crate::operation::Operation>::INFO,
        <GetOwnCustomerInfo as crate::operation::Operation>::INFO,
        #[cfg(feature = "unverified")]
        <ChangeOwnCustomerInfo as crate::operation::Operation>::INFO,
        <ChangeExternalReference as crate::operation::Operation>::INFO,
        <RemoveExternalReference as crate::operation::Operation>::INFO,
        <GetCouponPrice as crate::operation::Operation>::INFO,
        <ListInvoicesOfProduct as crate::operation::Operation>::INFO,
    ];
}
/// Where upstream can be reached.
pub mod servers {
    /// The production server.
    pub const PRODUCTION: crate::operation::Server = crate::operation::Server {
        base_url: "https://api.mediaconnect.no/capi",
        token_url: "https://connectid.no/user/oauth/token",
    };
    /// The test server.
    pub const TEST: crate::operation::Server = crate::operation::Server {
        base_url: "https://api-test.mediaconnect.no/capi",
        token_url: "https://api-test.mediaconnect.no/login/oauth/token",
    };
}
/// Writes a struct for each group of operations, and a method for each operation.
#[doc(hidden)]
#[macro_export]
macro_rules! facade {
() => {
/// The operations of the group Customer.
///
/// Looking customers up, and changing them.
///
/// Get it from [`Client::customers`].
#[derive(Clone, Copy, Debug)]
pub struct Customers<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Customer.
    ///
    /// Looking customers up, and changing them.
    #[must_use]
    pub fn customers(&self) -> Customers<'_> {
        Customers { client: self }
    }
}
impl Customers<'_> {
    /// Look one customer up by its number.
    ///
    /// Client mode: only the calling system is authenticated. A number that nobody has is answered with 404.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber) -> mediaconnect::Result<()> {
    /// client.customers().info(customer_number).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// [`is_not_found`](Error::is_not_found): There is no such customer.
    /// And what every call can meet.
    pub fn info(
        self,
        customer_number: $crate::wire::CustomerNumber,
    ) -> Call<$crate::types::CustomerInfo> {
        self.client.call($crate::operations::GetCustomerInfo::new(customer_number))
    }
    /// Find customers by name and address, by phone number or by e-mail address.
    ///
    /// Client mode. Returns at most five customers, and does not say whether more matched; no match is an empty list. A product code narrows the result.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::CustomerSearchRequest) -> mediaconnect::Result<()> {
    /// client.customers().search(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// And what every call can meet.
    pub fn search(
        self,
        body: impl TryInto<$crate::types::CustomerSearchRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::CustomerSearchResponse> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::SearchCustomers::new(body)),
            Err(error) => Call::failed(error.into().in_operation("searchCustomers", 0)),
        }
    }
    /// Look up the customer who is logged in.
    ///
    /// User mode: the customer follows from the user's token, so there is no parameter.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.customers().own_info(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_auth`](Error::is_auth) when the user's token has expired.
    /// And what every call can meet.
    pub fn own_info(self, user: &UserToken) -> Call<$crate::types::CustomerInfo> {
        self.client.as_user(user).call($crate::operations::GetOwnCustomerInfo::new())
    }
    /// Replace the data of the customer who is logged in.
    ///
    /// User mode. The whole record is replaced: a field that is left out is cleared. Without a last name and a company name, upstream stores a single dash as the last name. The fields are documented on the older reference pages; the path is not, it is inferred from the read operation of the same name.
    ///
    /// Upstream does not document it: it is inferred, which is why the feature `unverified` must be on.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::CustomerChangeRequest) -> mediaconnect::Result<()> {
    /// client.customers().change_own_info(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// [`is_auth`](Error::is_auth) when the user's token has expired.
    /// [`is_reported_failure`](Error::is_reported_failure) when upstream says that it was not done.
    /// [`is_outcome_unknown`](Error::is_outcome_unknown) when nobody knows whether it was done.
    /// And what every call can meet.
    #[cfg(feature = "unverified")]
    pub fn change_own_info(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::CustomerChangeRequest, Error: Into<Error>>,
    ) -> Call<()> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::ChangeOwnCustomerInfo::new(body))
                    .map(|outcome| outcome.map(drop))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeOwnCustomerInfo", 0))
            }
        }
    }
}
/// The operations of the group External Reference.
///
/// The ids that customers have in other systems.
///
/// Get it from [`Client::external_references`].
#[derive(Clone, Copy, Debug)]
pub struct ExternalReferences<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group External Reference.
    ///
    /// The ids that customers have in other systems.
    #[must_use]
    pub fn external_references(&self) -> ExternalReferences<'_> {
        ExternalReferences { client: self }
    }
}
impl ExternalReferences<'_> {
    /// Change the id that a customer has in another system.
    ///
    /// Client mode. The reference code says which of the customer's references, and the external id is its new value.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, reference_code: mediaconnect_api::types::ReferenceCode, body: mediaconnect_api::types::ExternalReferenceChangeRequest) -> mediaconnect::Result<()> {
    /// client.external_references().change(customer_number, reference_code, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// [`is_reported_failure`](Error::is_reported_failure) when upstream says that it was not done.
    /// [`is_outcome_unknown`](Error::is_outcome_unknown) when nobody knows whether it was done.
    /// And what every call can meet.
    pub fn change(
        self,
        customer_number: $crate::wire::CustomerNumber,
        reference_code: $crate::types::ReferenceCode,
        body: impl TryInto<
            $crate::types::ExternalReferenceChangeRequest,
            Error: Into<Error>,
        >,
    ) -> Call<()> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .call(
                        $crate::operations::ChangeExternalReference::new(
                            customer_number,
                            reference_code,
                            body,
                        ),
                    )
                    .map(|outcome| outcome.map(drop))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeExternalReference", 0))
            }
        }
    }
    /// Remove an external reference from a customer.
    ///
    /// Client mode. Upstream does not say what it answers when there is no such reference.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, reference_code: mediaconnect_api::types::ReferenceCode) -> mediaconnect::Result<()> {
    /// client.external_references().remove(customer_number, reference_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// [`is_reported_failure`](Error::is_reported_failure) when upstream says that it was not done.
    /// [`is_outcome_unknown`](Error::is_outcome_unknown) when nobody knows whether it was done.
    /// And what every call can meet.
    pub fn remove(
        self,
        customer_number: $crate::wire::CustomerNumber,
        reference_code: $crate::types::ReferenceCode,
    ) -> Call<()> {
        self.client
            .call(
                $crate::operations::RemoveExternalReference::new(
                    customer_number,
                    reference_code,
                ),
            )
            .map(|outcome| outcome.map(drop))
    }
}
/// The operations of the group Coupon.
///
/// What coupons of subscriptions cost.
///
/// Get it from [`Client::coupons`].
#[derive(Clone, Copy, Debug)]
pub struct Coupons<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Coupon.
    ///
    /// What coupons of subscriptions cost.
    #[must_use]
    pub fn coupons(&self) -> Coupons<'_> {
        Coupons { client: self }
    }
}
impl Coupons<'_> {
    /// Look up the price that is registered on a coupon.
    ///
    /// Client mode. With country and postal code the cost of distribution is included.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::CouponPriceRequest) -> mediaconnect::Result<()> {
    /// client.coupons().price(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// And what every call can meet.
    pub fn price(
        self,
        body: impl TryInto<$crate::types::CouponPriceRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::CouponPrice> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::GetCouponPrice::new(body)),
            Err(error) => Call::failed(error.into().in_operation("getCouponPrice", 0)),
        }
    }
}
/// The operations of the group Invoice.
///
/// What customers owe and have paid.
///
/// Get it from [`Client::invoices`].
#[derive(Clone, Copy, Debug)]
pub struct Invoices<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Invoice.
    ///
    /// What customers owe and have paid.
    #[must_use]
    pub fn invoices(&self) -> Invoices<'_> {
        Invoices { client: self }
    }
}
impl Invoices<'_> {
    /// List the invoices of a customer for a product.
    ///
    /// Client mode. What is listed without the two days is not documented.
    ///
    /// Optional parameters are set with `client.call(ListInvoicesOfProduct::new(..).with_…(..))`: see [`ListInvoicesOfProduct`](crate::operations::ListInvoicesOfProduct).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.invoices().of_product(customer_number, product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`is_invalid_input`](Error::is_invalid_input) when a value breaks a rule of the contract: then nothing is sent.
    /// And what every call can meet.
    pub fn of_product(
        self,
        customer_number: $crate::wire::CustomerNumber,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::InvoiceList> {
        self.client
            .call(
                $crate::operations::ListInvoicesOfProduct::new(
                    customer_number,
                    product_code,
                ),
            )
    }
}
};
}
