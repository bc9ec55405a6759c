//! The environments of upstream: production and test.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use mediaconnect_api::operation::Server;
use mediaconnect_api::servers;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An environment of upstream.
///
/// Norway and Sweden share both environments. Upstream documents the production token endpoint for Norway only.
/// According to third-party clients, Sweden has the token endpoint `https://connectid.se/user/oauth/token`. Set it with
/// [`ClientBuilder::token_url`].
///
/// An environment is written as `production` or `test`, also in a configuration file that serde reads.
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

    /// Returns the name of the environment: `production` or `test`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }

    fn server(self) -> Server {
        match self {
            Self::Production => servers::PRODUCTION,
            Self::Test => servers::TEST,
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn its_text_is_the_same_everywhere() {
        for environment in [Environment::Production, Environment::Test] {
            let text = environment.to_string();
            assert_eq!(text, environment.as_str());
            assert_eq!(text.parse(), Ok(environment));
            let json = serde_json::to_value(environment).unwrap();
            assert_eq!(json, text);
            assert_eq!(serde_json::from_value::<Environment>(json).unwrap(), environment);
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_does_not_quote_it() {
        let parse = |text: &str| -> Result<Environment, Error> { Ok(text.parse()?) };
        let error = parse("canary").unwrap_err();
        assert!(error.is_configuration(), "{error}");
        let read = serde_json::from_str::<Environment>(r#""canary""#).unwrap_err();
        for text in [error.to_string(), read.to_string()] {
            assert!(text.contains("must be `production` or `test`") && !text.contains("canary"), "{text}");
        }
    }
}
