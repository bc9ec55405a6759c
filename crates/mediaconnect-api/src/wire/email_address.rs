use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// An e-mail address without a display name: personal data.
    ///
    /// A received address is kept as it came and may be none; [`is_valid`](Self::is_valid) tells.
    /// Two addresses are equal if they are spelled alike, case included.
    EmailAddress,
    field: "email",
    limits: crate::limits::EMAIL_ADDRESS,
    received: Scalar::into_text,
    schema: "E-mail address."
}
