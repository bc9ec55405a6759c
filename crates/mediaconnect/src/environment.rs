//! The environments of upstream: production and test.

use std::fmt;
use std::str::FromStr;

use mediaconnect_api::operation::Server;
use mediaconnect_api::servers;

/// An environment of upstream.
///
/// Norway and Sweden share both environments. Upstream documents the production token endpoint for Norway only.
/// According to third-party clients, Sweden has the token endpoint `https://connectid.se/user/oauth/token`. Set it with
/// [`ClientBuilder::token_url`].
///
/// [`ClientBuilder::token_url`]: crate::ClientBuilder::token_url
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The production system, with real customers.
    #[default]
    Production,
    /// The test system.
    Test,
}

impl Environment {
    /// Returns the URL to which the paths of the API are appended.
    #[must_use]
    pub fn base_url(self) -> &'static str {
        self.server().base_url
    }

    /// Returns the URL of the token endpoint. The test system's URL is known only from third-party clients.
    #[must_use]
    pub fn token_url(self) -> &'static str {
        self.server().token_url
    }

    fn server(self) -> Server {
        match self {
            Self::Production => servers::PRODUCTION,
            Self::Test => servers::TEST,
        }
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "production" => Ok(Self::Production),
            "test" => Ok(Self::Test),
            _ => Err(UnknownEnvironment),
        }
    }
}

/// The error of parsing an unknown name of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownEnvironment;

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment must be `production` or `test`")
    }
}

impl std::error::Error for UnknownEnvironment {}
