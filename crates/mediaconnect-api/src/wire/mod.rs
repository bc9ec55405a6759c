//! The types of single values on the wire: strict on what is sent, lenient on what is received,
//! silent about personal data.
//!
//! A value built here with `new`, `parse` or `try_from` keeps to the contract's limits. A value
//! that was received is kept as it came, because upstream's answers do not always keep to
//! upstream's documentation; `is_valid` tells. No type's Debug prints its value.

pub mod bounds;
mod country_code;
mod customer_number;
mod digits;
mod email_address;
pub mod lenient;
mod phone_number;
mod postal_code;
mod product_code;
pub mod redact;
pub(crate) mod scalar;
mod street_number;
pub(crate) mod text;
mod unknown_value;

pub use country_code::CountryCode;
pub use customer_number::CustomerNumber;
pub use email_address::EmailAddress;
pub use phone_number::PhoneNumber;
pub use postal_code::PostalCode;
pub(crate) use postal_code::ReceivedPostalCode;
pub use product_code::ProductCode;
pub use street_number::StreetNumber;
pub use unknown_value::UnknownValue;

#[cfg(test)]
mod testing;
