//! Runs the command that the user chose, and implements the smallest commands.

use clap_complete::Shell;
use serde::Serialize;

use crate::access;
use crate::api;
use crate::args::{AccessCommand, Cli, Command, CustomerCommand, FleetCommand, command};
use crate::bulk;
use crate::config;
use crate::connect::{Caller, Connection};
use crate::doctor;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fleet;
use crate::global_args::GlobalArgs;
use crate::man;
use crate::operation;
use crate::output::{self, OutputFormat, Report, print};
use crate::overview::overview;
use crate::sandbox;
use crate::search::{MAX_RESULTS, SearchArgs};
use crate::search_result::SearchResult;
use crate::spaced_numbers::customer_number;
use crate::stderr::say;
use crate::terminal::Terminal;
use crate::token::TokenExpiry;

pub(crate) async fn run(cli: Cli) -> Result<Exit, Failure> {
    let Cli { global, command } = cli;
    let is_search = matches!(&command, Command::Customer { command: CustomerCommand::Search(_) });
    if global.output == OutputFormat::Csv && !is_search {
        return Err(Failure::usage(
            "only customer search supports CSV",
            "use --output json or table; `customer export` and `customer match` accept --format csv",
        ));
    }
    if global.output == OutputFormat::Csv && global.jq.is_some() {
        return Err(Failure::usage(
            "--output csv and --jq cannot be used together",
            "remove one of them: a jq filter writes one line of JSON or text for each value",
        ));
    }
    match command {
        Command::Customer { command } => match command {
            CustomerCommand::Search(args) => search(args, &global).await,
            CustomerCommand::Exists { number } => exists(&number, &global).await,
            CustomerCommand::Overview { number } => overview(&number, &global).await,
            CustomerCommand::Export(export) => bulk::export(&export, &global).await,
            CustomerCommand::Match(people) => bulk::match_people(&people, &global).await,
        },
        Command::Access { command: AccessCommand::MayRead(args) } => access::may_read(&args, &global).await,
        Command::Operation(request) => operation::run(&request, &global).await,
        Command::Operations => operation::list(global.style()),
        Command::Token => token(&global).await,
        Command::Sandbox(args) => sandbox::serve(args, global.style()).await,
        Command::Api(request) => api::call(&request, &global).await,
        Command::Completions { shell } => completions(shell),
        Command::Doctor { customer } => doctor::run(customer.as_deref(), &global).await,
        Command::Fleet { command: FleetCommand::Status } => fleet::status(&global).await,
        Command::Config => config::show(&global),
        Command::Man { directory } => man::write(directory.as_deref()),
    }
}

async fn search(mut search: SearchArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    if search.tidy() {
        say(
            "The postal code was padded to four digits, because it is taken as Norwegian. For another country, use \
             --country-code.",
        );
    }
    let search = search.into_search()?;
    let connection = Connection::open(&global.connection, Caller::Client).await?;
    let found = SearchResult::from(connection.customers().search(&search).await?);
    print(&found, global.style())?;
    match found.customers.len() {
        0 => {
            say("No customer was found.");
            return Ok(Exit::NotFound);
        }
        MAX_RESULTS => {
            say("There may be more: upstream returns five customers at most. Narrow the search.");
        }
        _ => {}
    }
    Ok(Exit::Success)
}

async fn exists(number: &str, global: &GlobalArgs) -> Result<Exit, Failure> {
    let number = customer_number(number)?;
    let connection = Connection::open(&global.connection, Caller::Client).await?;
    let exists = connection.customers().exists(number).await?;
    print(&Existence { exists }, global.style())?;
    Ok(if exists { Exit::Success } else { Exit::No })
}

async fn token(global: &GlobalArgs) -> Result<Exit, Failure> {
    let connection = Connection::open(&global.connection, Caller::Client).await?;
    let lifetime = connection.client.token_lifetime().await?;
    print(&TokenExpiry::after(lifetime), global.style())?;
    Ok(Exit::Success)
}

fn completions(shell: Shell) -> Result<Exit, Failure> {
    // clap_complete panics if writing fails. Writing to a vector cannot fail.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "mediaconnect", &mut script);
    if shell == Shell::Fish {
        script = complete_values_before_the_subcommand(&script);
    }
    output::write(&script)?;
    let place = match shell {
        Shell::Bash => "Save the script as ~/.local/share/bash-completion/completions/mediaconnect.",
        Shell::Fish => "Save the script as ~/.config/fish/completions/mediaconnect.fish.",
        Shell::Zsh => {
            "Save the script as ~/.zfunc/_mediaconnect. In ~/.zshrc, add fpath+=~/.zfunc before compinit."
        }
        Shell::Elvish => "Append the script to ~/.config/elvish/rc.elv.",
        _ => "Append the script to $PROFILE.",
    };
    say(place);
    Ok(Exit::Success)
}

/// A condition in clap's completion script for fish. The condition parses the options before the subcommand. If the
/// last option has no value yet, the condition fails, so fish suggests files. This happens even for an option with
/// fixed values such as `--environment`.
const FISH_PARSE: &str = "argparse -s (__fish_mediaconnect_global_optspecs) -- $cmd 2>/dev/null\n";

/// Adds a second condition, which fish tries if [`FISH_PARSE`] fails. The second condition leaves out the last complete
/// word of the command line, which is the option that has no value yet.
fn complete_values_before_the_subcommand(script: &[u8]) -> Vec<u8> {
    let again = FISH_PARSE.replace("$cmd", "$cmd[1..-2]");
    let both = format!("{FISH_PARSE}    or {again}");
    String::from_utf8_lossy(script).replacen(FISH_PARSE, &both, 1).into_bytes()
}

#[derive(Serialize)]
struct Existence {
    exists: bool,
}

impl Report for Existence {
    fn text(&self, _: Terminal) -> String {
        format!("{}\n", self.exists)
    }
}
