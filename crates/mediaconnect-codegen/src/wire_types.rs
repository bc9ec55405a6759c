//! The types of single values that are written by hand.

/// Named schemas that have a hand-written Rust type in `mediaconnect_api::wire`.
pub(crate) const WIRE_TYPES: [(&str, &str); 8] = [
    ("CountryCode", "CountryCode"),
    ("CustomerNumber", "CustomerNumber"),
    ("EmailAddress", "EmailAddress"),
    ("InvoiceEmailAddress", "EmailAddress"),
    ("PhoneNumber", "PhoneNumber"),
    ("PostalCode", "PostalCode"),
    ("ProductCode", "ProductCode"),
    ("StreetNumber", "StreetNumber"),
];
