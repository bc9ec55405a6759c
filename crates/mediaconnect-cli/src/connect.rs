//! Sets up the client from options, environment variables or a profile. With `--sandbox`, starts the sandbox that the
//! client calls.

pub(crate) mod fleet;

use std::time::Duration;

use mediaconnect::groups::Customers;
use mediaconnect::{Client, ClientBuilder, ClientCredentials, RateLimit, UserToken};
use mediaconnect_sandbox::Sandbox;

use crate::config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::ConnectionArgs;
use crate::network;
use crate::secret_file::{self, without_line_break};
use crate::variables::{self, Lookup, option_or_text};

/// The owner of the access token that a command sends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Caller {
    /// The client, which gets its token with its id and secret.
    Client,
    /// A user who logged in, and whose token is in `MEDIACONNECT_USER_TOKEN`.
    User,
}

/// A client, and the sandbox that it calls if there is one.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// Keeps the sandbox running until this value is dropped.
    sandbox: Option<Sandbox>,
}

impl Connection {
    pub(crate) async fn open(args: &ConnectionArgs, caller: Caller) -> Result<Self, Failure> {
        Self::open_with_rate(args, caller, RateLimit::default()).await
    }

    /// Builds the client like [`open`](Self::open), but with the rate limit `rate`.
    pub(crate) async fn open_with_rate(
        args: &ConnectionArgs,
        caller: Caller,
        rate: RateLimit,
    ) -> Result<Self, Failure> {
        if args.sandbox {
            return Self::in_sandbox(args, rate).await;
        }
        let args = &*config::with_profile(args)?;
        let variable = |name: &str| config::variable(args, name);
        let client = builder(args, caller, &variable)?.rate_limit(rate).build()?;
        Ok(Self { client, sandbox: None })
    }

    async fn in_sandbox(args: &ConnectionArgs, rate: RateLimit) -> Result<Self, Failure> {
        check_sandbox_is_alone(args)?;
        let sandbox = Sandbox::builder().start().await.map_err(|error| {
            Failure::new(
                Exit::Failure,
                format!("the sandbox cannot listen on 127.0.0.1: {error}"),
                "allow this process to listen there, then run the command again",
            )
        })?;
        let client = with_timeout(sandbox.client_builder(), args).rate_limit(rate).build()?;
        Ok(Self { client, sandbox: Some(sandbox) })
    }

    /// Returns the name of the system that receives the requests: its base URL. The sandbox of a command has one name,
    /// because each has the same data and another port.
    pub(crate) fn system(&self) -> String {
        match &self.sandbox {
            Some(_) => "--sandbox".to_owned(),
            None => self.client.base_url().trim_end_matches('/').to_owned(),
        }
    }

    pub(crate) fn customers(&self) -> Customers<'_> {
        self.client.customers()
    }
}

/// Rejects connection options that conflict with `--sandbox`. The sandbox has its own URLs and credentials.
///
/// clap cannot make this check: it does not detect a conflict between an option before the subcommand and an option
/// after it.
fn check_sandbox_is_alone(args: &ConnectionArgs) -> Result<(), Failure> {
    let others = [
        ("--environment", args.environment.is_some()),
        ("--base-url", args.base_url.is_some()),
        ("--token-url", args.token_url.is_some()),
        ("--client-id", args.client_id.is_some()),
        ("--client-secret-file", args.client_secret_file.is_some()),
        ("--profile", args.profile.is_some()),
        ("--http-basic", args.http_basic),
        ("--ca-file", args.ca_file.is_some()),
        ("--fleet", args.fleet.is_some()),
        ("--client-certificate", args.client_certificate.is_some()),
        ("--client-key", args.client_key.is_some()),
        ("--proxy", args.proxy.is_some()),
    ];
    match others.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(Failure::usage(
            format!("--sandbox and {option} cannot be used together"),
            "remove one of them: the sandbox has its own URLs and credentials",
        )),
        None => Ok(()),
    }
}

fn builder(args: &ConnectionArgs, caller: Caller, variable: Lookup) -> Result<ClientBuilder, Failure> {
    let builder = with_timeout(network::configured(servers(args, variable)?, args, variable)?, args);
    match caller {
        Caller::Client => {
            let builder = builder.credentials(credentials(args, variable)?);
            Ok(match fleet::from_settings(args, variable)? {
                Some(fleet) => builder.fleet(fleet),
                None => builder,
            })
        }
        Caller::User => Ok(builder.user_token(user_token(variable)?)),
    }
}

fn with_timeout(builder: ClientBuilder, args: &ConnectionArgs) -> ClientBuilder {
    match args.timeout {
        Some(seconds) => builder.deadline(Duration::from_secs(seconds)),
        None => builder,
    }
}

fn servers(args: &ConnectionArgs, variable: Lookup) -> Result<ClientBuilder, Failure> {
    let mut builder = Client::builder();
    let (mut base_url, mut token_url) = (args.base_url.clone(), args.token_url.clone());
    if let Some(environment) = args.environment {
        builder = builder.environment(environment);
    } else if let Some(name) = variables::text("MEDIACONNECT_ENVIRONMENT", variable)? {
        let environment = name.parse().map_err(|error| {
            Failure::usage(
                format!("MEDIACONNECT_ENVIRONMENT is malformed: {error}"),
                "correct the variable, or use --environment",
            )
        })?;
        builder = builder.environment(environment);
    }
    if !args.has_own_environment() {
        base_url = option_or_text(base_url.as_ref(), "MEDIACONNECT_BASE_URL", variable)?;
        token_url = option_or_text(token_url.as_ref(), "MEDIACONNECT_TOKEN_URL", variable)?;
    }
    if let Some(url) = base_url {
        builder = builder.base_url(url);
    }
    if let Some(url) = token_url {
        builder = builder.token_url(url);
    }
    Ok(builder)
}

/// Reads the id and the secret. Must be called only once: standard input can be read only once, and the profile's
/// program may prompt for a password.
fn credentials(args: &ConnectionArgs, variable: Lookup) -> Result<ClientCredentials, Failure> {
    let id = client_id(args, variable)?;
    args.applied.as_ref().map_or(Ok(()), config::check_system)?;
    let command = args.applied.as_ref().and_then(|applied| applied.secret_command.as_deref());
    let secret = match (&args.client_secret_file, command) {
        (Some(path), _) => secret_file::read(path)?,
        (None, Some(command)) => config::secret_of(command)?,
        (None, None) => variables::text("MEDIACONNECT_CLIENT_SECRET", variable)?.ok_or_else(|| {
            missing("the client secret", "set MEDIACONNECT_CLIENT_SECRET, or use --client-secret-file")
        })?,
    };
    let secret = without_line_break(&secret);
    Ok(ClientCredentials::new(id, secret).with_authentication(config::authentication(args)))
}

pub(crate) fn client_id(args: &ConnectionArgs, variable: Lookup) -> Result<String, Failure> {
    let id = option_or_text(args.client_id.as_ref(), "MEDIACONNECT_CLIENT_ID", variable)?;
    let id = id.ok_or_else(|| {
        missing("the client id", "set MEDIACONNECT_CLIENT_ID, or use --client-id; --sandbox needs neither")
    })?;
    Ok(without_line_break(&id).to_owned())
}

fn user_token(variable: Lookup) -> Result<UserToken, Failure> {
    let token = variables::text("MEDIACONNECT_USER_TOKEN", variable)?.ok_or_else(no_user_token)?;
    Ok(UserToken::new(without_line_break(&token)))
}

pub(crate) fn no_user_token() -> Failure {
    missing("the user's access token", "set MEDIACONNECT_USER_TOKEN to the token of a user who logged in")
}

fn missing(what: &str, next: &str) -> Failure {
    Failure::usage(format!("{what} is missing"), next)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use mediaconnect::Environment;

    use super::*;
    use crate::failure::Detail;

    const ID: (&str, &str) = ("MEDIACONNECT_CLIENT_ID", "no.example.test");
    const SECRET: (&str, &str) = ("MEDIACONNECT_CLIENT_SECRET", "canary");

    fn built(args: &ConnectionArgs, caller: Caller, variables: &[(&str, &str)]) -> Result<Client, String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        let build = || Ok(builder(args, caller, &variable)?.build()?);
        build().map_err(|failure: Failure| failure.report(Detail::All))
    }

    /// Returns the client's `Debug` output, which contains the base URL.
    fn base_url(args: &ConnectionArgs, variables: &[(&str, &str)]) -> String {
        format!("{:?}", built(args, Caller::Client, &[&[ID, SECRET], variables].concat()).unwrap())
    }

    #[test]
    fn an_option_wins_over_its_variable() {
        let variables =
            [("MEDIACONNECT_BASE_URL", "https://variable.example"), ("MEDIACONNECT_ENVIRONMENT", "test")];
        let none = ConnectionArgs::default();
        let url =
            ConnectionArgs { base_url: Some("https://option.example".to_owned()), ..Default::default() };
        assert!(base_url(&none, &variables).contains("https://variable.example"));
        assert!(base_url(&none, &variables[1..]).contains("https://api-test."));
        assert!(base_url(&url, &variables).contains("https://option.example"));
    }

    #[test]
    fn the_environment_option_is_not_overridden_by_a_variable() {
        let production = ConnectionArgs { environment: Some(Environment::Production), ..Default::default() };
        let variables =
            [("MEDIACONNECT_BASE_URL", "https://variable.example"), ("MEDIACONNECT_ENVIRONMENT", "x")];
        assert!(base_url(&production, &variables).contains("https://api.mediaconnect.no/capi"));
    }

    #[test]
    fn what_is_missing_is_named_with_both_ways_to_give_it() {
        let none = ConnectionArgs::default();
        let file =
            ConnectionArgs { client_secret_file: Some(PathBuf::from("/no/such/file")), ..Default::default() };
        for (args, caller, variables, expected) in [
            (&none, Caller::Client, &[SECRET][..], "MEDIACONNECT_CLIENT_ID, or use --client-id"),
            (&none, Caller::Client, &[ID], "MEDIACONNECT_CLIENT_SECRET, or use --client-secret-file"),
            (&none, Caller::Client, &[ID, ("MEDIACONNECT_CLIENT_SECRET", "")], "MEDIACONNECT_CLIENT_SECRET"),
            (&file, Caller::Client, &[ID, SECRET], "/no/such/file cannot be read"),
            (&none, Caller::User, &[ID, SECRET], "MEDIACONNECT_USER_TOKEN"),
            (
                &none,
                Caller::Client,
                &[ID, SECRET, ("MEDIACONNECT_ENVIRONMENT", "x")],
                "MEDIACONNECT_ENVIRONMENT",
            ),
            (&none, Caller::Client, &[ID, SECRET, ("MEDIACONNECT_TOKEN_URL", "http://x")], "the token URL"),
        ] {
            let message = built(args, caller, variables).unwrap_err();
            assert!(message.contains(expected) && !message.contains("canary"), "{message}");
        }
    }

    #[test]
    fn each_caller_needs_its_own_secret_only() {
        let none = ConnectionArgs::default();
        assert!(built(&none, Caller::Client, &[ID, SECRET]).is_ok());
        assert!(built(&none, Caller::User, &[("MEDIACONNECT_USER_TOKEN", "x")]).is_ok());
    }
}
