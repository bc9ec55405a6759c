//! Reads the settings of a client from environment variables.

use std::ffi::OsString;

use super::ClientBuilder;
use crate::credentials::ClientCredentials;
use crate::error::{Error, Result};
use crate::token::UserToken;

impl ClientBuilder {
    /// Reads the settings from environment variables.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `MEDIACONNECT_CLIENT_ID`, `MEDIACONNECT_CLIENT_SECRET` | the client credentials |
    /// | `MEDIACONNECT_ENVIRONMENT` | `production` (the default) or `test` |
    /// | `MEDIACONNECT_BASE_URL`, `MEDIACONNECT_TOKEN_URL` | URLs that replace those of `MEDIACONNECT_ENVIRONMENT` |
    /// | `MEDIACONNECT_USER_TOKEN` | a user's access token, for user mode; then the credentials may be absent |
    ///
    /// The variables of the client id and secret may be absent if [`credentials`](Self::credentials) or a
    /// [`token_source`](Self::token_source) is set before [`build`](Self::build). An empty variable counts as missing.
    /// A line break at the end of the client id, the secret or the user's token is removed.
    ///
    /// # Errors
    /// Returns an error if a variable is malformed or not UTF-8. If a variable is missing, this function succeeds, and
    /// [`build`](Self::build) returns an error. Each of these errors names the variable.
    pub fn from_env() -> Result<Self> {
        Self::from_env_with_prefix("")
    }

    /// Reads the settings from environment variables with a prefix, for a process with several clients. With the prefix
    /// `NORWAY_`, the variables of [`from_env`](Self::from_env) are `NORWAY_MEDIACONNECT_CLIENT_ID` and so on.
    ///
    /// Variables without the prefix are ignored, so that no client gets another client's secret.
    ///
    /// ```no_run
    /// # fn main() -> mediaconnect::Result<()> {
    /// use mediaconnect::ClientBuilder;
    ///
    /// let norway = ClientBuilder::from_env_with_prefix("NORWAY_")?.name("norway").build()?;
    /// let sweden = ClientBuilder::from_env_with_prefix("SWEDEN_")?.name("sweden").build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the same errors as [`from_env`](Self::from_env).
    #[doc(alias = "tenant")]
    pub fn from_env_with_prefix(prefix: &str) -> Result<Self> {
        Self::from_variables(prefix, |name| std::env::var_os(name))
    }

    /// Reads the settings from any source of variables.
    pub(crate) fn from_variables(prefix: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let named = |name: &str| format!("{prefix}{name}");
        let variable = |name: &str| text(&named(name), variable(&named(name)));
        let secret = |name: &str| variable(name).map(without_line_break);
        let mut builder = Self::default();
        if let Some(name) = variable("MEDIACONNECT_ENVIRONMENT")? {
            builder.environment = name.parse().map_err(|error| {
                Error::configuration(format!("{} is malformed: {error}", named("MEDIACONNECT_ENVIRONMENT")))
            })?;
        }
        builder.base_url = variable("MEDIACONNECT_BASE_URL")?;
        builder.token_url = variable("MEDIACONNECT_TOKEN_URL")?;
        builder.user_token = secret("MEDIACONNECT_USER_TOKEN")?.map(UserToken::new);
        let id = secret("MEDIACONNECT_CLIENT_ID")?;
        let secret = secret("MEDIACONNECT_CLIENT_SECRET")?;
        match (id, secret) {
            (Some(id), Some(secret)) => builder = builder.credentials(ClientCredentials::new(id, secret)),
            (None, None) if builder.user_token.is_some() => {}
            (Some(_), None) => builder.missing_variable = Some(named("MEDIACONNECT_CLIENT_SECRET")),
            (None, _) => builder.missing_variable = Some(named("MEDIACONNECT_CLIENT_ID")),
        }
        Ok(builder)
    }
}

/// Returns the text of a variable, or `None` if the variable is empty or not set.
fn text(name: &str, value: Option<OsString>) -> Result<Option<String>> {
    let text = value.map(OsString::into_string).transpose();
    let text = text.map_err(|_| {
        Error::configuration(format!("the environment variable {name} is not UTF-8: set it to UTF-8 text"))
    })?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// Removes the line break that a file or a shell added to an id or a secret. Returns `None` if nothing is left.
fn without_line_break(value: Option<String>) -> Option<String> {
    let mut value = value?;
    let line = value.strip_suffix('\n').unwrap_or(&value);
    let line = line.strip_suffix('\r').unwrap_or(line);
    // A copy of the line would leave the secret in memory.
    value.truncate(line.len());
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<ClientBuilder> {
        ClientBuilder::from_variables("", |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    const ID: (&str, &str) = ("MEDIACONNECT_CLIENT_ID", "no.example.test");
    const SECRET: (&str, &str) = ("MEDIACONNECT_CLIENT_SECRET", "canary");

    #[test]
    fn a_missing_variable_is_named() {
        for (variables, name) in [
            (&[][..], "MEDIACONNECT_CLIENT_ID"),
            (&[ID], "MEDIACONNECT_CLIENT_SECRET"),
            (&[SECRET], "MEDIACONNECT_CLIENT_ID"),
            (&[ID, ("MEDIACONNECT_CLIENT_SECRET", "")], "MEDIACONNECT_CLIENT_SECRET"),
            (&[ID, SECRET, ("MEDIACONNECT_ENVIRONMENT", "prod")], "MEDIACONNECT_ENVIRONMENT"),
        ] {
            let error = from(variables).and_then(ClientBuilder::build).unwrap_err();
            assert!(error.is_configuration() && error.to_string().contains(name), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    /// A variable that is not UTF-8 must not count as missing. Otherwise, the client could send its secret to
    /// production.
    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_refused_and_not_quoted() {
        use std::os::unix::ffi::OsStringExt;

        for name in ["ENVIRONMENT", "BASE_URL", "TOKEN_URL", "USER_TOKEN", "CLIENT_ID", "CLIENT_SECRET"] {
            let name = format!("NORWAY_MEDIACONNECT_{name}");
            let error = ClientBuilder::from_variables("NORWAY_", |wanted| {
                Some(OsString::from_vec(if wanted == name { b"canary\xe6".to_vec() } else { Vec::new() }))
            })
            .unwrap_err();
            assert!(error.is_configuration() && error.to_string().contains(&name), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
    }

    #[tokio::test]
    async fn one_line_break_at_the_end_is_no_part_of_an_id_or_a_secret() {
        use crate::credentials::CredentialsProvider;

        for (value, expected) in [("x\n", "x"), ("x\r\n", "x"), (" x ", " x "), ("x\n\n", "x\n")] {
            let builder = from(&[(ID.0, value), (SECRET.0, value)]).unwrap();
            let credentials = builder.credentials.unwrap().credentials().await.unwrap();
            assert_eq!((credentials.id(), credentials.secret().expose_secret()), (expected, expected));
        }
        let error = from(&[ID, (SECRET.0, "\n")]).and_then(ClientBuilder::build).unwrap_err();
        assert!(error.to_string().contains("MEDIACONNECT_CLIENT_SECRET is missing or empty"), "{error}");
        let user = from(&[("MEDIACONNECT_USER_TOKEN", "token\n")]).unwrap().user_token.unwrap();
        assert!(user.token_by(tokio::time::Instant::now()).await.is_ok());
    }

    #[test]
    fn variables_with_a_prefix_count_alone_and_are_named_with_it() {
        let with_prefix = |prefix| {
            let variables = [("NORWAY_MEDIACONNECT_CLIENT_ID", "no"), ID, SECRET];
            ClientBuilder::from_variables(prefix, |name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
            })
            .and_then(ClientBuilder::build)
        };
        let error = with_prefix("NORWAY_").unwrap_err();
        assert!(error.to_string().contains("NORWAY_MEDIACONNECT_CLIENT_SECRET is missing"), "{error}");
        assert!(with_prefix("").is_ok());
    }

    #[test]
    fn credentials_that_are_set_take_the_place_of_those_that_are_missing() {
        for variables in [&[][..], &[ID], &[SECRET]] {
            let builder = from(variables).unwrap().credentials(ClientCredentials::new("id", "canary"));
            assert!(builder.shared().unwrap().tokens().is_ok());
        }
    }

    #[test]
    fn a_user_token_alone_is_enough() {
        let client = from(&[("MEDIACONNECT_USER_TOKEN", "canary")]).unwrap().shared().unwrap();
        assert!(client.user_token.is_some());
        assert!(client.tokens().is_err());
    }

    #[test]
    fn the_environment_sets_both_urls_and_each_can_be_replaced() {
        let test = from(&[ID, SECRET, ("MEDIACONNECT_ENVIRONMENT", "test")]).unwrap().shared().unwrap();
        assert_eq!(test.connection.base_url.as_str(), "https://api-test.mediaconnect.no/capi");
        let own = from(&[ID, SECRET, ("MEDIACONNECT_BASE_URL", "http://127.0.0.1:1/capi/")]).unwrap();
        assert_eq!(own.shared().unwrap().connection.base_url.as_str(), "http://127.0.0.1:1/capi/");
    }
}
