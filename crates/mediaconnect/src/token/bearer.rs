use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::wiped::wiped;
use crate::error::{Error, Result};

/// An access token as a header value. It is cheap to clone.
///
/// The value is marked as sensitive, so `Debug` hides it. Its bytes are overwritten when the last clone is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    authorization: HeaderValue,
    pub(super) number: u64,
}

impl Token {
    pub(super) fn new(secret: &SecretString, number: u64) -> Result<Self> {
        if !is_sendable(secret) {
            return Err(Error::configuration(
                "the access token is malformed: expected visible ASCII characters without spaces",
            ));
        }
        let mut authorization =
            HeaderValue::from_maybe_shared(wiped(["Bearer ", secret.expose_secret()].concat()))
                .map_err(|_| Error::configuration("the access token cannot be sent in a header"))?;
        authorization.set_sensitive(true);
        Ok(Self { authorization, number })
    }

    pub(crate) fn into_authorization(self) -> HeaderValue {
        self.authorization
    }

    /// Returns the number that identifies the token in its cache.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

/// Returns true if a header can contain the token as one word. This check is more lenient than RFC 6750, section 2.1.
pub(super) fn is_sendable(secret: &SecretString) -> bool {
    let secret = secret.expose_secret();
    !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_marked_as_sensitive() {
        let token = Token::new(&"canary".into(), 1).unwrap();
        let authorization = token.into_authorization();
        assert_eq!(authorization, "Bearer canary");
        assert_eq!(format!("{authorization:?}"), "Sensitive");
    }

    #[test]
    fn what_no_header_can_carry_is_an_error_that_does_not_quote_it() {
        for secret in ["", "canary\r\nX: 1", "canary canary", "canary\0", "canaryø"] {
            let error = Token::new(&secret.into(), 1).err().unwrap();
            assert!(error.is_configuration() && !format!("{error}{error:?}").contains("canary"), "{error}");
        }
    }
}
