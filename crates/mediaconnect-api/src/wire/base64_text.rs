use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::scalar::Scalar;
use super::text::text_type;
use crate::validate::{Format, Limits};

/// The limits of the type. A field may have stricter limits in the contract.
const LIMITS: Limits = Limits { min_length: 0, max_length: None, format: Some(Format::Base64) };

text_type! {
    /// Bytes that are sent as Base64 text (RFC 4648, with padding).
    ///
    /// A received string is kept unchanged, even if it is not Base64. In that case, [`bytes`](Self::bytes) returns
    /// `None`. The contract's length limits apply to the Base64 text, which has four characters for every three bytes.
    Base64,
    field: "base64",
    limits: LIMITS,
    received: Scalar::into_text,
    schema: "Bytes as Base64 text."
}

impl Base64 {
    /// Encodes bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(STANDARD.encode(bytes))
    }

    /// Returns the decoded bytes, or `None` if the received string is not Base64.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        let sent = Base64::of([0, 255, 7]);
        assert_eq!(sent.as_str(), "AP8H");
        assert_eq!(sent.bytes().unwrap(), [0, 255, 7]);
        assert_eq!(format!("{sent:?}"), "Base64(..)");
    }

    #[test]
    fn invalid_base64_is_kept_when_received_and_refused_when_sent() {
        let received: Base64 = serde_json::from_str(r#""no Base64!""#).unwrap();
        assert_eq!((received.as_str(), received.bytes(), received.is_valid()), ("no Base64!", None, false));
        assert!(Base64::try_from("AP8").is_err());
    }
}
