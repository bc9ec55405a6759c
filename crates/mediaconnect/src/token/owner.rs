//! Whose token a call is made with.

use std::hash::{Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};

/// Whose token a read is made with. What one may see is not for another.
#[derive(Clone)]
pub(crate) enum Owner {
    /// The client itself.
    Client,
    /// The user whose token this is.
    Token(SecretString),
    /// The user whose tokens come from this source.
    Source(u64),
}

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Client, Self::Client) => true,
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
            Self::Token(secret) => secret.expose_secret().hash(state),
            Self::Source(number) => number.hash(state),
        }
    }
}
