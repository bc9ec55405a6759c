//! The environment: which of upstream's systems a client talks to.

use std::fmt;
use std::str::FromStr;

use mediaconnect_api::operation::Server;
use mediaconnect_api::servers;

/// Which of upstream's systems a client talks to.
///
/// Norway and Sweden share them. The production token endpoint is documented for Norway; Swedish clients are
/// seen to use `https://connectid.se/user/oauth/token`, which [`ClientBuilder::token_url`] can set.
///
/// [`ClientBuilder::token_url`]: crate::ClientBuilder::token_url
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The real customers.
    #[default]
    Production,
    /// Upstream's test system.
    Test,
}

impl Environment {
    /// The URL that the paths of the API are appended to.
    #[must_use]
    pub fn base_url(self) -> &'static str {
        self.server().base_url
    }

    /// Where access tokens are fetched. That of the test system is known from third-party clients only.
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

/// A name that is no environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownEnvironment;

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment must be `production` or `test`")
    }
}

impl std::error::Error for UnknownEnvironment {}
