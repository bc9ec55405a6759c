//! The help texts besides the options.

use crate::exit::Exit;

/// The last line of a subcommand's help.
pub(crate) const MORE: &str = "Exit codes and environment variables: mediaconnect --help";

/// The text below the options of `completions`.
pub(crate) const COMPLETIONS: &str = "\
Where the script goes (the folder must be there):
  bash        mediaconnect completions bash > ~/.local/share/bash-completion/completions/mediaconnect
  fish        mediaconnect completions fish > ~/.config/fish/completions/mediaconnect.fish
  zsh         mediaconnect completions zsh > ~/.zfunc/_mediaconnect
              and in ~/.zshrc, before compinit: fpath+=~/.zfunc
  elvish      mediaconnect completions elvish >> ~/.config/elvish/rc.elv
  powershell  mediaconnect completions powershell >> $PROFILE

Exit codes and environment variables: mediaconnect --help";

/// The text below the options of `config`.
pub(crate) const CONFIG: &str = "\
The file is mediaconnect.toml in $XDG_CONFIG_HOME or ~/.config (%APPDATA% on Windows), or what MEDIACONNECT_CONFIG names:
  default_profile = \"norway-test\"

  [profiles.norway-test]
  environment = \"test\"
  client_id = \"no.example\"
  client_secret_command = [\"pass\", \"show\", \"mediaconnect/norway-test\"]

  [profiles.sweden]
  base_url = \"https://connect.example.com\"
  token_url = \"https://connect.example.com/token\"
  client_id = \"se.example\"
  client_secret_file = \"/run/secrets/mediaconnect-sweden\"
  http_basic = true
  ca_file = \"/etc/ssl/company.pem\"
  client_certificate = \"/run/secrets/client.pem\"
  client_key = \"/run/secrets/client-key.pem\"
  proxy = \"http://proxy.example.com:3128\"
  timeout = 30
A secret does not belong into the file, only where to get it. An option goes before a variable, a variable before the
profile; beside --profile, variables do not count (MEDIACONNECT_USER_TOKEN does).

Exit codes and environment variables: mediaconnect --help";

/// The text below the options of `sandbox`.
pub(crate) const SANDBOX: &str = "\
Faults are OPERATION:KEY=VALUE,… where the operation is an operationId, token, or any:
  times=N, always, after=N      how often, and after how many requests; once, if nothing is said
  delayMs=N                     how late the answer is
  status=N, html, empty         another answer; 500, if nothing is said
  retryAfter=S, retryAfterDate=S, reset=S, resetEpoch=S
                                status 429, and how many seconds to wait, in each form of a header
  resetConnection, cutOff, truncated, expiredToken

While it serves, customers, faults and requests are told and changed below /admin, on this machine only:
  curl http://127.0.0.1:PORT/admin/requests
  curl http://127.0.0.1:PORT/admin/faults --json '{\"operation\": \"getCustomerInfo\", \"status\": 503}'
  curl http://127.0.0.1:PORT/admin/customers --json '{\"customerNumber\": 100200}'
DELETE removes them.

Examples:
  mediaconnect sandbox --port 8080 --seed customers.yaml
  mediaconnect sandbox --quirks none --rate-limit 100/2000
  mediaconnect sandbox --fault getCustomerInfo:status=503,times=2 --fault token:delayMs=3000

Exit codes and environment variables: mediaconnect --help";

/// The text below the options of the bulk commands.
pub(crate) const BULK: &str = "\
Each row of the output begins with the line number of its input row. The order is that of the responses.
With --resume one command line does for all starts: it begins, goes on after any interruption, and ends at once when all is done.

Cells of CSV: a list is a row of CSV itself, with ; between its elements. An apostrophe goes before text that a spreadsheet would
run as a formula: text that begins with = + - @ or a tab, also behind a ; or a tab. A cell of nothing but numbers, such
as +4712345678, stays as it is. A CSV input is read the same way. --raw-csv leaves the apostrophes out.

Exit codes: 0 all rows are written, 8 some failed (see --failed), 9 a file cannot be written, 130 stopped by a signal.
The others and environment variables: mediaconnect --help";

/// Returns the text below the global options: environment variables, exit codes and examples.
pub(crate) fn after() -> String {
    let codes = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning())).join("\n");
    format!("{VARIABLES}\n\nExit codes:\n{codes}\n\n{EXAMPLES}")
}

const VARIABLES: &str = "\
Environment variables (an empty one counts as missing; options win):
  MEDIACONNECT_CLIENT_ID      the client's id
  MEDIACONNECT_CLIENT_SECRET  the client's secret; or --client-secret-file
  MEDIACONNECT_USER_TOKEN     a user's access token, for commands such as `customer me`
  MEDIACONNECT_ENVIRONMENT    production or test
  MEDIACONNECT_BASE_URL       another server than the environment's
  MEDIACONNECT_TOKEN_URL      another token endpoint than the environment's
  MEDIACONNECT_FLEET_URL      the Redis of the fleet: see --fleet
  MEDIACONNECT_CA_FILE        root certificates to trust besides the system's
  MEDIACONNECT_CLIENT_CERTIFICATE, MEDIACONNECT_CLIENT_KEY
                              the client's own certificate, and its key if that is in another file
  MEDIACONNECT_PROXY          the proxy, in place of HTTPS_PROXY, ALL_PROXY and NO_PROXY
  MEDIACONNECT_PROFILE        the profile of the configuration file, if --profile names none
  MEDIACONNECT_CONFIG         another configuration file: see mediaconnect config --help
  NO_COLOR                    no colours";

const EXAMPLES: &str = "\
Examples:
  mediaconnect --sandbox customer info 563457 --output json
  mediaconnect customer search --email kari@example.com
  mediaconnect --sandbox external-reference change 563457 CRM --external-id A-1024
  mediaconnect api GET /v1/client/customer/info/563457
  mediaconnect customer search --last-name Nordmann --street-address Storgata --postal-code 0179";
