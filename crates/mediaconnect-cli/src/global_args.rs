//! The options that every command has.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use mediaconnect::Environment;

use crate::output::{OutputFormat, OutputStyle};
use crate::select;
use crate::values::{environment_parser, seconds};

/// The options that may stand before or after the subcommand.
#[derive(Args)]
pub(crate) struct GlobalArgs {
    /// The format of the result: a table, JSON with upstream's field names, or CSV (customer search only)
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
    /// Apply a jq filter to the JSON result, such as .customers[].customerNumber
    // The value parser rejects an invalid filter before anything is sent.
    #[arg(long, global = true, value_name = "FILTER", value_parser = select::check)]
    pub(crate) jq: Option<String>,
    /// Print only errors to standard error, without notes and progress
    #[arg(short, long, global = true, conflicts_with = "verbosity")]
    pub(crate) quiet: bool,
    /// The format of standard error: text, or one JSON object per line; usage errors are always text
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    /// Print more detail to standard error: with -v the client's log, the causes of an error and upstream's message,
    /// which may quote the request; with -vv every detail
    #[arg(short, long = "verbose", global = true, action = ArgAction::Count)]
    pub(crate) verbosity: u8,
    /// Show secrets in responses, such as the link to an invoice, which anybody can open
    #[arg(long, global = true)]
    pub(crate) show_secrets: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

impl GlobalArgs {
    pub(crate) fn style(&self) -> OutputStyle<'_> {
        OutputStyle { format: self.output, filter: self.jq.as_deref() }
    }
}

/// The format of standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// The options for the server and the credentials.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Start a sandbox with invented customers in this process, and use it
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// The environment of upstream; if given, MEDIACONNECT_BASE_URL and MEDIACONNECT_TOKEN_URL are ignored
    #[arg(long, global = true, value_name = "NAME", value_parser = environment_parser())]
    pub(crate) environment: Option<Environment>,
    /// The base URL of the API, instead of the environment's base URL
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The URL of the token endpoint, instead of the environment's token URL
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    /// The client id
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// A file with the client secret, or - for standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// A profile of the configuration file (see mediaconnect config); if given, environment variables for the system
    /// and the credentials are ignored
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Send id and secret to the token endpoint by HTTP Basic instead of in the body
    #[arg(long, global = true)]
    pub(crate) http_basic: bool,
    /// A PEM file with root certificates to trust in addition to the system's
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The URL of a Redis server that shares this client id's rate limit and token between processes. If the URL
    /// contains a password, use MEDIACONNECT_FLEET_URL instead
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) fleet: Option<String>,
    /// A PEM file with the client certificate, its chain and its private key
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_certificate: Option<PathBuf>,
    /// The PEM file of the private key, if it is not in the file of --client-certificate
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_key: Option<PathBuf>,
    /// The proxy to use instead of HTTPS_PROXY and NO_PROXY, such as http://proxy.example.com:3128
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// The time limit of a call in seconds, including retries
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<u64>,
    /// The profile in use, which may have set some of these options.
    #[arg(skip)]
    pub(crate) applied: Option<AppliedProfile>,
}

impl ConnectionArgs {
    /// Returns true if the command line sets `--environment`. If so, the URLs in environment variables are ignored.
    pub(crate) fn has_own_environment(&self) -> bool {
        let is_of_profile =
            self.applied.as_ref().is_some_and(|applied| applied.source("--environment").is_some());
        self.environment.is_some() && !is_of_profile
    }
}

#[derive(Clone, Debug)]
pub(crate) struct AppliedProfile {
    pub(crate) name: String,
    /// True if `--profile` names this profile. If so, environment variables for the system and the credentials are
    /// ignored.
    pub(crate) hides_variables: bool,
    /// The options whose values come from the profile.
    pub(crate) filled: Vec<&'static str>,
    /// The command that prints the secret: a program and its arguments.
    pub(crate) secret_command: Option<Vec<String>>,
    /// The option or variable that names a system other than the profile's; `None` if requests go to the profile's
    /// system.
    pub(crate) other_system: Option<&'static str>,
}

impl AppliedProfile {
    /// Returns the text that names the profile as the source of an option; `None` if the profile did not set the
    /// option.
    pub(crate) fn source(&self, option: &str) -> Option<String> {
        self.filled.contains(&option).then(|| format!("profile {}", self.name))
    }
}
