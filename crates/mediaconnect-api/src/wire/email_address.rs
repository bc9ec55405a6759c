use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// An e-mail address without a display name. It is personal data.
    ///
    /// A received address is kept unchanged, even if it is not valid. [`is_valid`](Self::is_valid) checks it. Two
    /// addresses are equal only if they have the same spelling and case.
    EmailAddress,
    field: "email",
    limits: crate::limits::EMAIL_ADDRESS,
    received: Scalar::into_text,
    schema: "An e-mail address."
}
