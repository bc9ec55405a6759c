use std::hash::{Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};

/// The owner of the access token that a read uses. A cached response is returned only to calls of the same owner.
#[derive(Clone)]
pub(crate) enum Owner {
    /// The client itself.
    Client,
    /// The client itself, with a token source that the service set. The owner of this source's tokens is unknown, so
    /// the responses are not shared with other processes.
    UnknownClient,
    /// The user with this token.
    Token(SecretString),
    /// The user whose tokens come from the source with this number.
    Source(u64),
}

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Client, Self::Client) | (Self::UnknownClient, Self::UnknownClient) => true,
            (Self::Token(one), Self::Token(other)) => one.expose_secret() == other.expose_secret(),
            (Self::Source(one), Self::Source(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Owner {}

impl Hash for Owner {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Client => 0_u8.hash(state),
            Self::UnknownClient => 1_u8.hash(state),
            Self::Token(secret) => secret.expose_secret().hash(state),
            Self::Source(number) => number.hash(state),
        }
    }
}
