use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// A phone number in E.164 form, `+` and 2 to 15 digits: personal data.
    ///
    /// A received number is kept as it came and may have another form; [`is_valid`](Self::is_valid)
    /// tells.
    PhoneNumber,
    field: "phoneNumber",
    limits: crate::limits::PHONE_NUMBER,
    received: Scalar::into_text,
    schema: "Phone number in E.164 form."
}
