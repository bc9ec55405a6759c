//! The setting from which the proxy of this process's client comes.

use std::fmt;
use std::sync::OnceLock;

/// The variable with the proxy's URL, which may contain a password.
pub(crate) const PROXY: &str = "MEDIACONNECT_PROXY";

/// The setting from which the proxy comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProxySource {
    /// The option `--proxy`.
    Option,
    /// The variable `MEDIACONNECT_PROXY`.
    Variable,
    /// The profile with this name.
    Profile(String),
    /// A variable that other programs use too, such as `HTTPS_PROXY`. `NO_PROXY` applies only if the proxy comes from
    /// such a variable.
    System(&'static str),
}

/// The source of the proxy of this process's client.
static SOURCE: OnceLock<ProxySource> = OnceLock::new();

impl ProxySource {
    /// Stores the source of the proxy of this process's client.
    pub(crate) fn store(self) {
        // Fails only in unit tests, where one process builds several clients.
        let _ = SOURCE.set(self);
    }

    /// Returns the source of the proxy that the client uses; `None` if it uses none, or is not built yet.
    pub(crate) fn stored() -> Option<&'static Self> {
        SOURCE.get()
    }
}

impl fmt::Display for ProxySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => f.write_str("--proxy"),
            Self::Variable => f.write_str(PROXY),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::System(variable) => f.write_str(variable),
        }
    }
}
