//! The arguments of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use mediaconnect::{Environment, Method, RateLimit};

use crate::access::MayReadArgs;
use crate::bulk::{ExportArgs, MatchArgs};
use crate::config::Applied;
use crate::help;
use crate::operation::{self, Request};
use crate::output::{Format, Style};
use crate::sandbox::SandboxArgs;
use crate::search::SearchArgs;
use crate::select;

/// Look up and change customers of the Connect API.
#[derive(Parser)]
#[command(name = "mediaconnect", version, after_help = help::after())]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that can stand before and after the subcommand.
#[derive(Args)]
pub(crate) struct GlobalArgs {
    /// The format of the result: a table for people, JSON with upstream's field names, or CSV of a search
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) output: Format,
    /// Print only what a jq filter selects of the JSON, such as .customers[].customerNumber
    // Not clap's own error: it would quote the filter.
    #[arg(long, global = true, value_name = "FILTER", value_parser = select::check)]
    pub(crate) jq: Option<String>,
    /// Print errors only to standard error: no notes, no progress
    #[arg(short, long, global = true, conflicts_with = "verbosity")]
    pub(crate) quiet: bool,
    /// The format of standard error: text, or a JSON object a line; errors of usage stay text
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    /// Print more to standard error: -v what the client does, why it failed and what upstream says of it, which may quote
    /// the request; -vv every detail
    #[arg(short, long = "verbose", global = true, action = ArgAction::Count)]
    pub(crate) verbosity: u8,
    /// Print what is secret in a response, such as the address of an invoice, which opens it for anybody
    #[arg(long, global = true)]
    pub(crate) show_secrets: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

impl GlobalArgs {
    /// Returns the format and the filter of results.
    pub(crate) fn style(&self) -> Style<'_> {
        Style { format: self.output, filter: self.jq.as_deref() }
    }
}

/// The format of standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// Options that say what to talk to, and as whom.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Start a sandbox with invented customers in this process, and use it
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// Which of upstream's systems to use; the URLs in environment variables then do not count
    #[arg(long, global = true, value_name = "NAME", value_parser = environment_parser())]
    pub(crate) environment: Option<Environment>,
    /// Another server than the environment's
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Another token endpoint than the environment's
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    /// The client's id
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// A file with the client's secret; - is standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// A profile of the configuration file: mediaconnect config says where it is. Variables then do not count
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Send id and secret to the token endpoint by HTTP Basic, not in the body
    #[arg(long, global = true)]
    pub(crate) http_basic: bool,
    /// A PEM file with root certificates to trust besides the system's
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The Redis of the fleet that shares the client id's rate and token, without a password: with one, set
    /// MEDIACONNECT_FLEET_URL
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) fleet: Option<String>,
    /// A PEM file with the certificate by which this client proves who it is, its chain and its private key
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_certificate: Option<PathBuf>,
    /// The PEM file with the private key, if it is not in the file of --client-certificate
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) client_key: Option<PathBuf>,
    /// The proxy, such as http://proxy.example.com:3128, in place of that of HTTPS_PROXY and without NO_PROXY
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// The time limit of a call in seconds, retries included
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<u64>,
    /// The profile that filled these options, if any.
    #[arg(skip)]
    pub(crate) applied: Option<Applied>,
}

impl ConnectionArgs {
    /// Returns true if `--environment` is given: then the URLs of variables do not count.
    pub(crate) fn has_own_environment(&self) -> bool {
        let is_of_profile =
            self.applied.as_ref().is_some_and(|applied| applied.source("--environment").is_some());
        self.environment.is_some() && !is_of_profile
    }
}

/// The commands that are written by hand, and those of the contract.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Look up and change customers
    Customer {
        #[command(subcommand)]
        command: CustomerCommand,
    },
    /// Check who may read what
    Access {
        #[command(subcommand)]
        command: AccessCommand,
    },
    /// A command of the contract
    #[command(skip)]
    Operation(Request),
    /// List the operations of the contract: command, method, path, mode and evidence
    #[command(after_help = help::MORE)]
    Operations,
    /// Fetch an access token and tell when it expires, never the token
    #[command(after_help = help::MORE)]
    Token,
    /// Check the set-up and the way to upstream, and say what is wrong and what to do
    ///
    /// Looks at options and variables, then fetches a token and looks up one customer: names, connections,
    /// certificates, credentials, rate limit, clock. Shows neither secrets nor anything of a customer. The exit
    /// code is that of the first check that failed; warnings leave it at 0.
    #[command(after_help = help::MORE)]
    Doctor {
        /// The customer to look up; without it a number that likely nobody has, which does as well
        #[arg(long, value_name = "NUMBER")]
        customer: Option<String>,
    },
    /// Look at the processes that share the client id
    Fleet {
        #[command(subcommand)]
        command: FleetCommand,
    },
    /// Say which profile is used and where each setting comes from, never a value
    #[command(after_help = help::CONFIG)]
    Config,
    /// Serve a sandbox with invented customers until stopped, and tell how to use it
    #[command(after_help = help::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Call any endpoint of Connect with JSON in and out, with the client's token, rate and deadline
    #[command(after_help = help::MORE)]
    Api(ApiArgs),
    /// Write a completion script to standard output, and say where it goes
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell to complete in
        shell: Shell,
    },
    /// Write the manual page to standard output, or those of all commands into a folder
    #[command(after_help = help::MORE)]
    Man {
        /// The folder, which is made if it is not there, such as ~/.local/share/man/man1
        directory: Option<PathBuf>,
    },
}

/// A request to any endpoint.
#[derive(Args)]
pub(crate) struct ApiArgs {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_parser = method_parser())]
    pub(crate) method: Method,
    /// What comes behind the base URL, such as /v1/client/access
    pub(crate) path: String,
    /// A file with the JSON body to send; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// The request may be repeated: a second arrival of it changes nothing. GET always may
    #[arg(long)]
    pub(crate) safe_to_repeat: bool,
    /// Call it as the user whose access token is in MEDIACONNECT_USER_TOKEN
    #[arg(long)]
    pub(crate) as_user: bool,
}

#[derive(Subcommand)]
pub(crate) enum AccessCommand {
    /// Tell whether somebody may read a product, and why: yes, or no with exit code 1
    #[command(after_help = help::MORE)]
    MayRead(MayReadArgs),
}

#[derive(Subcommand)]
pub(crate) enum FleetCommand {
    /// Show how many processes there are, how much of the rate they use, and when their token expires
    #[command(after_help = help::MORE)]
    Status,
}

#[derive(Subcommand)]
pub(crate) enum CustomerCommand {
    /// Find customers by e-mail address, by phone number, or by name and address
    #[command(after_help = help::MORE)]
    Search(Box<SearchArgs>),
    /// Tell whether a customer has a number: true, or false with exit code 1
    #[command(after_help = help::MORE)]
    Exists {
        /// The customer's number
        #[arg(value_name = "CUSTOMER_NUMBER")]
        number: String,
    },
    /// Show a customer with subscriptions and open invoices
    #[command(after_help = help::MORE)]
    Overview {
        /// The customer's number
        #[arg(value_name = "CUSTOMER_NUMBER")]
        number: String,
    },
    /// Look the customers of a file up, and write them to another; can be interrupted and resumed
    #[command(after_help = help::BULK)]
    Export(Box<ExportArgs>),
    /// Search for the people of a CSV file, and write what was found; can be interrupted and resumed
    #[command(after_help = help::BULK)]
    Match(Box<MatchArgs>),
}

/// Returns what the command line says. Ends the process when it is help that is asked for, or nothing that can be done.
pub(crate) fn parse() -> Cli {
    try_parse(std::env::args_os()).unwrap_or_else(|error| error.exit())
}

/// Returns the whole command, as help, completions and manual pages show it.
pub(crate) fn command() -> clap::Command {
    operation::add_to(Cli::command())
}

fn try_parse(line: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(line).map_err(without_values)?;
    match Request::of(&matches, &Cli::command()) {
        Some(request) => {
            let global = GlobalArgs::from_arg_matches(&matches)?;
            Ok(Cli { global, command: Command::Operation(request) })
        }
        None => Cli::from_arg_matches(&matches),
    }
}

fn environment_parser() -> impl TypedValueParser<Value = Environment> {
    PossibleValuesParser::new(["production", "test"]).try_map(|name| name.parse::<Environment>())
}

fn method_parser() -> impl TypedValueParser<Value = Method> {
    let methods = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    PossibleValuesParser::new(methods.map(Method::as_str)).map(move |name| {
        let found = methods.into_iter().find(|method| method.as_str() == name);
        found.expect("the parser takes no other name")
    })
}

/// A time above zero.
fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|seconds| *seconds > 0).ok_or("a whole number of seconds is expected, from 1 on")
}

/// A rate as two numbers, a second and a minute.
pub(crate) fn rate_limit(text: &str) -> Result<RateLimit, String> {
    let parse = |text: &str| text.trim().parse().map_err(|_| "two whole numbers are expected".to_owned());
    let (second, minute) = text.split_once('/').ok_or("two numbers are expected, such as 100/2000")?;
    RateLimit::new(parse(second)?, parse(minute)?).map_err(|error| error.to_string())
}

/// Takes what may be personal data out of a message: a number without its subcommand, an address without its option.
fn without_values(mut error: clap::Error) -> clap::Error {
    let kind = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::ValueValidation
        | ErrorKind::InvalidValue
        | ErrorKind::TooManyValues
        | ErrorKind::WrongNumberOfValues => ContextKind::InvalidValue,
        _ => return error,
    };
    let is_option = matches!(error.get(kind), Some(ContextValue::String(text)) if text.starts_with('-'));
    if !is_option {
        error.insert(kind, ContextValue::String("…".to_owned()));
        // A tip would quote it too.
        error.remove(ContextKind::Suggested);
        error.remove(ContextKind::TrailingArg);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Cli, clap::Error> {
        try_parse(line.split(' '))
    }

    #[test]
    fn the_definition_holds() {
        command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_and_after_the_subcommand() {
        for line in [
            "mediaconnect --output json --sandbox -v customer info 1",
            "mediaconnect customer --output json -v info --sandbox 1",
            "mediaconnect customer info 1 --sandbox --output json -v",
            "mediaconnect --output json customer info 1 --sandbox -v",
        ] {
            let global = parsed(line).unwrap_or_else(|error| panic!("{error}")).global;
            assert_eq!((global.output, global.verbosity), (Format::Json, 1), "{line}");
            assert!(global.connection.sandbox, "{line}");
        }
    }

    #[test]
    fn the_help_lists_every_exit_code_and_variable() {
        let help = command().render_help().to_string();
        for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130] {
            assert!(help.contains(&format!("\n  {code}  ")), "{code}");
        }
        for variable in
            ["FLEET_URL", "CLIENT_ID", "CLIENT_SECRET", "USER_TOKEN", "ENVIRONMENT", "BASE_URL", "TOKEN_URL"]
        {
            assert!(help.contains(&format!("  MEDIACONNECT_{variable} ")), "{variable}");
        }
    }

    #[test]
    fn a_rate_is_two_numbers() {
        let rate = rate_limit("100/2000").unwrap();
        assert_eq!((rate.per_second(), rate.per_minute()), (100, 2_000));
        for text in ["", "100", "0/1", "a/b", "1/2/3"] {
            assert!(rate_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_usage_error_does_not_quote_values() {
        for line in [
            "mediaconnect customer kari.canary@example.com",
            "mediaconnect customer search kari.canary@example.com",
            "mediaconnect customer search --street-number canary",
            "mediaconnect customer info 1 canary",
            "mediaconnect customer search --emial=canary",
            "mediaconnect customer search --street-number 4799887766canary",
            "mediaconnect customer search --street-number 4799887766",
            "mediaconnect --sandbox=canary customer info 1",
            "mediaconnect --environment canary customer info 1",
            "mediaconnect external-reference change 1 CRM --external-id 1 canary",
            "mediaconnect customer change-own-info --unverified=canary",
        ] {
            let error = parsed(line).err().expect(line);
            assert_eq!(error.exit_code(), 2);
            let message = error.to_string();
            assert!(!message.contains("canary") && !message.contains("4799887766"), "{message}");
        }
    }

    #[test]
    fn a_mistyped_option_is_named_and_mended() {
        let error = parsed("mediaconnect customer search --emial x").err().unwrap().to_string();
        assert!(error.contains("--emial") && error.contains("--email"), "{error}");
    }

    #[test]
    fn there_is_no_option_for_a_secret() {
        for line in ["mediaconnect token --client-secret x", "mediaconnect customer me --user-token x"] {
            assert_eq!(parsed(line).err().expect(line).kind(), ErrorKind::UnknownArgument);
        }
    }
}
