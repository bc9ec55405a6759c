use super::scalar::Scalar;
use super::text::text_type;

text_type! {
    /// The code of a product, such as `CO27409`: ASCII characters that are safe in a URL's path.
    ///
    /// A received code is kept unchanged, even if it breaks the rule. [`is_valid`](Self::is_valid) checks it.
    ProductCode,
    field: "productCode",
    limits: crate::limits::PRODUCT_CODE,
    received: Scalar::into_text,
    schema: "The code of a product, such as CO27409."
}
