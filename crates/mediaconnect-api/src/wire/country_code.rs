use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// A country code, such as `NO` or `SE`: two or three capital letters. It is personal data when it is part of an
    /// address.
    ///
    /// Upstream's documentation names ISO 3166-2 (regions), but its examples are codes of ISO 3166-1 alpha-2
    /// (countries). A received code is kept unchanged, even if it is not two or three capital letters.
    /// [`is_valid`](Self::is_valid) checks it.
    CountryCode,
    field: "countryCode",
    limits: crate::limits::COUNTRY_CODE,
    received: Scalar::into_text,
    schema: "A country code by ISO 3166-1, such as NO."
}
