use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// A phone number in E.164 format: `+` and 2 to 15 digits. It is personal data.
    ///
    /// A received number is kept unchanged, even if it has another format. [`is_valid`](Self::is_valid) checks it.
    PhoneNumber,
    field: "phoneNumber",
    limits: crate::limits::PHONE_NUMBER,
    received: Scalar::into_text,
    schema: "A phone number in E.164 format."
}
