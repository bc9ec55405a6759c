//! The part of the help that is no option.

use crate::exit::Exit;

/// Where the help of a subcommand points to.
pub(crate) const MORE: &str = "Exit codes and environment variables: mediaconnect --help";

/// Below the options of the bulk commands.
pub(crate) const BULK: &str = "\
Each row of the output begins with the line number of its input row. The order is that of the answers.
Interrupted at any point, the same command with --resume goes on, and the rows are those of an uninterrupted run.
Exit codes: 0 all rows are written, 8 some failed (see --failed), 130 stopped by a signal.
The others and environment variables: mediaconnect --help";

/// What is below the options: the environment variables, the exit codes, examples.
pub(crate) fn after() -> String {
    let codes = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning())).join("\n");
    format!("{VARIABLES}\n\nExit codes:\n{codes}\n\n{EXAMPLES}")
}

const VARIABLES: &str = "\
Environment variables (an empty one counts as missing; options win):
  MEDIACONNECT_CLIENT_ID      the client's id
  MEDIACONNECT_CLIENT_SECRET  the client's secret; or --client-secret-file
  MEDIACONNECT_USER_TOKEN     a user's access token, for `customer me`
  MEDIACONNECT_ENVIRONMENT    production or test
  MEDIACONNECT_BASE_URL       another server than the environment's
  MEDIACONNECT_TOKEN_URL      another token endpoint than the environment's
  NO_COLOR                    no colours";

const EXAMPLES: &str = "\
Examples:
  mediaconnect --sandbox customer info 563457 --output json
  mediaconnect customer search --email kari@example.com
  mediaconnect api GET /v1/client/customer/info/563457
  mediaconnect customer search --last-name Nordmann --street-address Storgata --postal-code 0179";
