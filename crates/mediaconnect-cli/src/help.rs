//! The help texts below the options. The lines fit into 80 columns.

use crate::exit::Exit;

/// The last line of a subcommand's help.
pub(crate) const MORE: &str = "Exit codes and environment variables: mediaconnect --help";

/// The text below the options of `completions`.
pub(crate) const COMPLETIONS: &str = "\
Save the script as this file, in an existing directory:
  bash        ~/.local/share/bash-completion/completions/mediaconnect
  fish        ~/.config/fish/completions/mediaconnect.fish
  zsh         ~/.zfunc/_mediaconnect
              with this line in ~/.zshrc before compinit: fpath+=~/.zfunc
For these shells, append the script to the file instead:
  elvish      ~/.config/elvish/rc.elv
  powershell  $PROFILE

Example:
  mediaconnect completions zsh > ~/.zfunc/_mediaconnect

Exit codes and environment variables: mediaconnect --help";

/// The text below the options of `config`.
pub(crate) const CONFIG: &str = "\
The configuration file is mediaconnect.toml in $XDG_CONFIG_HOME or ~/.config
(on Windows in %APPDATA%). MEDIACONNECT_CONFIG names another file. Example:
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

The file must not contain a secret, only the name of the file or program to read
it from.
Options override variables, and variables override the profile. With --profile,
variables are ignored, except MEDIACONNECT_USER_TOKEN, MEDIACONNECT_PROXY and
MEDIACONNECT_FLEET_URL. The secret of a profile is sent to the profile's system
only: to its URLs, or those of its environment (production by default).

Exit codes and environment variables: mediaconnect --help";

/// The text below the options of `sandbox`.
pub(crate) const SANDBOX: &str = "\
A fault is OPERATION:KEY=VALUE,… where OPERATION is an operationId, token or
any:
  times=N, always, after=N      how often, and after how many requests;
                                once by default
  delayMs=N                     delay the response
  status=N, html, empty         send another response; status 500 by default
  retryAfter=S, retryAfterDate=S, reset=S, resetEpoch=S
                                status 429 with the seconds to wait, each in
                                another form of header
  resetConnection, cutOff, truncated, expiredToken

While the sandbox runs, this machine can read and change customers, faults and
requests below /admin:
  curl http://127.0.0.1:PORT/admin/requests
  curl http://127.0.0.1:PORT/admin/faults \\
    --json '{\"operation\": \"getCustomerInfo\", \"status\": 503}'
  curl http://127.0.0.1:PORT/admin/customers --json '{\"customerNumber\": 100200}'
DELETE removes them.

Examples:
  mediaconnect sandbox --port 8080 --seed customers.yaml
  mediaconnect sandbox --quirks none --rate-limit 100/2000
  mediaconnect sandbox --fault getCustomerInfo:status=503,times=2

Exit codes and environment variables: mediaconnect --help";

/// The text below the options of the bulk commands.
pub(crate) const BULK: &str = "\
Each row of the output begins with the line number of its input row. Rows are
written in the order of the responses. With --resume, the same command line
starts a run, continues it after any interruption, and does nothing once it is
complete.

CSV cells: a list is itself a row of CSV, with ; between its elements. An
apostrophe is written before text that a spreadsheet would run as a formula.
Such text begins with = + - @ or a tab, or has one of them after a ; or a tab.
Numbers such as +4712345678 have no apostrophe. CSV input is read by the same
rules. --raw-csv reads and writes without apostrophes.

Exit codes: 0 all rows are written, 8 some rows failed (see --failed), 9 a file
cannot be written, 130 stopped by a signal.
Other exit codes and environment variables: mediaconnect --help";

/// Returns the text below the global options: environment variables, exit codes and examples.
pub(crate) fn after() -> String {
    let codes = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning())).join("\n");
    format!("{VARIABLES}\n\nExit codes:\n{codes}\n\n{EXAMPLES}")
}

const VARIABLES: &str = "\
Environment variables (options override them; empty means not set):
  MEDIACONNECT_CLIENT_ID      the client id
  MEDIACONNECT_CLIENT_SECRET  the client secret; or --client-secret-file
  MEDIACONNECT_USER_TOKEN     a user's access token, such as for `customer me`
  MEDIACONNECT_ENVIRONMENT    production or test
  MEDIACONNECT_BASE_URL       another server than the environment's
  MEDIACONNECT_TOKEN_URL      another token endpoint than the environment's
  MEDIACONNECT_FLEET_URL      the Redis of the fleet: see --fleet
  MEDIACONNECT_CA_FILE        additional root certificates: see --ca-file
  MEDIACONNECT_CLIENT_CERTIFICATE, MEDIACONNECT_CLIENT_KEY
                              the client certificate, and the file of its key if
                              that is separate
  MEDIACONNECT_PROXY          the proxy; overrides HTTPS_PROXY, ALL_PROXY and
                              NO_PROXY
  MEDIACONNECT_PROFILE        the profile to use without --profile
  MEDIACONNECT_CONFIG         the path of the configuration file
  NO_COLOR                    disables colours";

const EXAMPLES: &str = "\
Examples:
  mediaconnect --sandbox customer info 563457 --output json
  mediaconnect customer search --email kari@example.com
  mediaconnect customer search --last-name Nordmann --street-address Storgata \\
    --postal-code 0179
  mediaconnect --sandbox external-reference change 563457 CRM \\
    --external-id A-1024
  mediaconnect api GET /v1/client/customer/info/563457";
