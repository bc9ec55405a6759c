//! What a client authenticates with.

use std::fmt;

use secrecy::SecretString;

/// The id and secret of a client, for OAuth 2.0 client credentials.
#[derive(Clone)]
pub struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    pub(crate) authentication: ClientAuthentication,
}

impl ClientCredentials {
    /// Id and secret as the media house got them, sent in the form body.
    pub fn new(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self { id: id.into(), secret: secret.into(), authentication: ClientAuthentication::default() }
    }

    /// How id and secret are sent to the token endpoint.
    #[must_use]
    pub fn with_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.authentication = authentication;
        self
    }
}

/// Hides id and secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("authentication", &self.authentication)
            .finish_non_exhaustive()
    }
}

/// How a client sends its id and secret to the token endpoint (RFC 6749, section 2.3.1).
///
/// Upstream documents neither; third-party clients use both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// In the form body, as `client_id` and `client_secret`: what is seen with client credentials.
    #[default]
    FormBody,
    /// In the `Authorization` header, as HTTP Basic with form-encoded id and secret.
    Basic,
}
