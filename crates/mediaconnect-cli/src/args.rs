//! The arguments of the command line.

mod redact;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use mediaconnect::Method;

use self::redact::without_values;
use crate::access::MayReadArgs;
use crate::bulk::{ExportArgs, MatchArgs};
use crate::global_args::GlobalArgs;
use crate::help;
use crate::operation::{self, OperationCall};
use crate::sandbox::SandboxArgs;
use crate::search::SearchArgs;
use crate::terminal::Terminal;
use crate::values::method_parser;

/// Look up and change customers, and call any other operation of the Connect API
#[derive(Parser)]
#[command(name = "mediaconnect", version, after_help = help::after())]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The hand-written commands, and those that are generated from the contract.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Look up and change customers
    Customer {
        #[command(subcommand)]
        command: CustomerCommand,
    },
    /// Check reading access
    Access {
        #[command(subcommand)]
        command: AccessCommand,
    },
    /// A generated command.
    #[command(skip)]
    Operation(OperationCall),
    /// List the operations of the contract
    #[command(after_help = help::MORE)]
    Operations,
    /// Fetch an access token and show when it expires, but not the token itself
    #[command(after_help = help::MORE)]
    Token,
    /// Check the setup and the connection, and explain how to fix any problem
    ///
    /// Checks options and variables, then fetches a token and looks up one customer. This covers host names,
    /// connections, certificates, credentials, the rate limit and the clock. Neither secrets nor customer data are
    /// shown. The exit code is that of the first failed check; a warning does not change it.
    #[command(after_help = help::MORE)]
    Doctor {
        /// The customer to look up [default: a number that probably does not exist; "not found" also passes the check]
        #[arg(long, value_name = "NUMBER")]
        customer: Option<String>,
    },
    /// Show the processes that share the client id
    Fleet {
        #[command(subcommand)]
        command: FleetCommand,
    },
    /// Show the profile in use and the source of each setting, but no values
    #[command(after_help = help::CONFIG)]
    Config,
    /// Serve a sandbox with invented customers until stopped, and print how to use it
    #[command(after_help = help::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Send JSON to any endpoint of the Connect API and print the JSON response
    #[command(after_help = help::MORE)]
    Api(ApiArgs),
    /// Print a completion script for a shell, and the path to save it to
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell to complete commands in
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands to a directory
    #[command(after_help = help::MORE)]
    Man {
        /// The directory, such as ~/.local/share/man/man1; it is created if necessary
        directory: Option<PathBuf>,
    },
}

/// The arguments of `api`.
#[derive(Args)]
pub(crate) struct ApiArgs {
    /// The HTTP method
    #[arg(value_parser = method_parser())]
    pub(crate) method: Method,
    /// The path after the base URL, such as /v1/client/access
    pub(crate) path: String,
    /// A file with the JSON body to send, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Allow retries. Use it only if sending the request twice has the same effect as once. GET is always retried
    #[arg(long)]
    pub(crate) safe_to_retry: bool,
    /// Call as the user whose access token is in MEDIACONNECT_USER_TOKEN
    #[arg(long)]
    pub(crate) as_user: bool,
}

#[derive(Subcommand)]
pub(crate) enum AccessCommand {
    /// Check whether a reader may read a product, and show the reason; exit code 1 means no access
    #[command(after_help = help::MORE)]
    MayRead(MayReadArgs),
}

#[derive(Subcommand)]
pub(crate) enum FleetCommand {
    /// Show the number of processes, the used part of the rate limit, and when the token expires
    #[command(after_help = help::MORE)]
    Status,
}

#[derive(Subcommand)]
pub(crate) enum CustomerCommand {
    /// Find customers by e-mail address, by phone number, or by name and address
    #[command(after_help = help::MORE)]
    Search(SearchArgs),
    /// Check whether a customer number exists; exit code 1 means that it does not
    #[command(after_help = help::MORE)]
    Exists {
        /// The customer's number
        #[arg(value_name = "CUSTOMER_NUMBER")]
        number: String,
    },
    /// Look up a customer, and the customer's subscriptions and open invoices
    #[command(after_help = help::MORE)]
    Overview {
        /// The customer's number
        #[arg(value_name = "CUSTOMER_NUMBER")]
        number: String,
    },
    /// Look up every customer listed in a file. Can be interrupted and resumed
    #[command(after_help = help::BULK)]
    Export(Box<ExportArgs>),
    /// Search for every person listed in a CSV file. Can be interrupted and resumed
    #[command(after_help = help::BULK)]
    Match(Box<MatchArgs>),
}

/// Parses the command line. Prints the help or a usage error and exits if there is no command to run.
pub(crate) fn parse() -> Cli {
    try_parse(std::env::args_os()).unwrap_or_else(|error| error.exit())
}

/// Returns the whole command, for help, completions and manual pages.
pub(crate) fn command() -> clap::Command {
    operation::add_to(Cli::command())
}

fn try_parse(line: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Cli, clap::Error> {
    let command = match Terminal::of_stdout().width {
        Some(_) => command(),
        // Without a terminal, lines are wrapped at 80 columns. The default of clap is 100.
        None => command().term_width(80),
    };
    let matches = command.try_get_matches_from(line).map_err(without_values)?;
    match OperationCall::of(&matches, &Cli::command()) {
        Some(request) => {
            let global = GlobalArgs::from_arg_matches(&matches)?;
            Ok(Cli { global, command: Command::Operation(request) })
        }
        None => Cli::from_arg_matches(&matches),
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;
    use crate::output::OutputFormat;

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
            assert_eq!((global.output, global.verbosity), (OutputFormat::Json, 1), "{line}");
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
    fn a_mistyped_option_is_named_and_corrected() {
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
