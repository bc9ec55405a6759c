//! The types of single values on the wire.
//!
//! `new`, `parse` and `try_from` enforce the contract's limits. A received value is kept unchanged, because upstream's
//! responses do not always match its documentation. Call `is_valid` to check a received value against the limits. Debug
//! never prints a value.

/// Amounts, and their serialization as JSON numbers.
pub mod amount;
mod base64_text;
pub mod bounds;
mod country_code;
mod customer_number;
mod date;
mod digits;
mod email_address;
mod epoch;
#[doc(hidden)]
pub mod fields;
pub mod lenient;
mod list;
mod map;
#[doc(hidden)]
pub mod open_enum;
mod phone_number;
mod postal_code;
mod product_code;
pub mod redact;
#[doc(hidden)]
pub mod scalar;
mod scoped;
mod single;
mod street_number;
#[doc(hidden)]
pub mod text;
mod unknown_value;

pub use amount::Amount;
pub use base64_text::Base64;
pub use country_code::CountryCode;
pub use customer_number::CustomerNumber;
pub use date::{Date, DateTime};
pub use email_address::EmailAddress;
pub use epoch::{EpochMillis, EpochSeconds};
#[doc(hidden)]
pub use list::element;
pub use list::{Element, List};
pub use map::Map;
pub use phone_number::PhoneNumber;
pub use postal_code::PostalCode;
#[doc(hidden)]
pub use postal_code::ReceivedPostalCode;
pub use product_code::ProductCode;
pub use single::Single;
pub use street_number::StreetNumber;
pub use unknown_value::UnknownValue;

#[cfg(test)]
mod testing;
