//! Checks each setting and names its source. Shows no value except the name of the environment.

use mediaconnect::{Client, Environment};

use super::report::Check;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::ConnectionArgs;
use crate::network::proxy_source;
use crate::proxy_source::ProxySource;
use crate::secret_file;
use crate::variables::{Lookup, text};

/// Checks the settings in the command line, the environment variables and the profile.
pub(super) fn checks(args: &ConnectionArgs, variable: Lookup) -> Vec<Check> {
    if args.sandbox {
        return vec![Check::ok("configuration", "--sandbox has its own URLs and credentials")];
    }
    let proxy = proxy(args, variable);
    let variable: Lookup = &|name| variable(name).filter(|value| !value.is_empty());
    let mut checks = vec![environment(args, variable)];
    checks.extend(urls(args, variable));
    checks.push(credential(
        "client id",
        args.client_id.as_ref().map(|_| source(args, "--client-id")),
        "MEDIACONNECT_CLIENT_ID",
        "set MEDIACONNECT_CLIENT_ID to the id that Mediaconnect gave your media house, or use --client-id",
        variable,
    ));
    checks.push(client_secret(args, variable));
    checks.push(user_token(variable));
    checks.push(client_certificate(args, variable));
    checks.push(proxy);
    checks
}

/// Returns the source of an option's value: the option itself or the profile.
fn source(args: &ConnectionArgs, option: &str) -> String {
    let profile = args.applied.as_ref().and_then(|applied| applied.source(option));
    profile.unwrap_or_else(|| option.to_owned())
}

fn environment(args: &ConnectionArgs, variable: Lookup) -> Check {
    const NAME: &str = "environment";
    if let Some(environment) = args.environment {
        return Check::ok(NAME, format!("{}, from {}", word(environment), source(args, "--environment")));
    }
    match text("MEDIACONNECT_ENVIRONMENT", variable).map(|text| text.map(|name| name.parse::<Environment>()))
    {
        Ok(None) => Check::ok(NAME, "production, by default: MEDIACONNECT_ENVIRONMENT is not set"),
        Ok(Some(Ok(environment))) => {
            Check::ok(NAME, format!("{}, from MEDIACONNECT_ENVIRONMENT", word(environment)))
        }
        Ok(Some(Err(_))) | Err(_) => Check::failed(
            NAME,
            Exit::Usage,
            "MEDIACONNECT_ENVIRONMENT is not the name of an environment",
            "set it to production or test; without it, production is used",
        ),
    }
}

fn word(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Test => "test",
        _ => "another environment",
    }
}

/// Checks the two URLs, which should come from the same source.
fn urls(args: &ConnectionArgs, variable: Lookup) -> Vec<Check> {
    let (base, token) = (
        UrlSource::of("--base-url", args.base_url.as_ref(), "MEDIACONNECT_BASE_URL", args, variable),
        UrlSource::of("--token-url", args.token_url.as_ref(), "MEDIACONNECT_TOKEN_URL", args, variable),
    );
    let is_odd = base.is_given() != token.is_given();
    let mut checks = vec![base.check("base URL", "the API"), token.check("token URL", "the token endpoint")];
    if is_odd {
        let (given, other) = if base.is_given() { ("base", "token") } else { ("token", "base") };
        checks.push(Check::warning(
            "URLs",
            format!("only the {given} URL is set, so the client uses the {other} URL of the environment"),
            "check that both URLs belong to the same environment: a token is valid in one environment only",
        ));
    }
    checks
}

enum UrlSource {
    Option(String),
    Variable(&'static str),
    /// The variable is not UTF-8.
    Malformed(Failure),
    /// The variable is set, but it is ignored because the command line sets `--environment`.
    Overridden(&'static str),
    Default,
}

impl UrlSource {
    fn of(
        option: &'static str,
        given: Option<&String>,
        name: &'static str,
        args: &ConnectionArgs,
        variable: Lookup,
    ) -> Self {
        match text(name, variable) {
            _ if given.is_some() => Self::Option(source(args, option)),
            Ok(None) => Self::Default,
            _ if args.has_own_environment() => Self::Overridden(name),
            Ok(Some(_)) => Self::Variable(name),
            Err(failure) => Self::Malformed(failure),
        }
    }

    fn is_given(&self) -> bool {
        matches!(self, Self::Option(_) | Self::Variable(_) | Self::Malformed(_))
    }

    fn check(&self, name: &'static str, of: &str) -> Check {
        match self {
            Self::Option(option) => Check::ok(name, format!("from {option}")),
            Self::Variable(variable) => Check::ok(name, format!("from {variable}")),
            Self::Malformed(failure) => Check::of(name, failure),
            Self::Overridden(variable) => {
                Check::ok(name, format!("the environment's URL, because --environment overrides {variable}"))
            }
            Self::Default => Check::ok(name, format!("the environment's URL for {of}")),
        }
    }
}

fn credential(
    name: &'static str,
    option: Option<String>,
    variable_name: &'static str,
    help: &str,
    variable: Lookup,
) -> Check {
    if let Some(option) = option {
        return Check::ok(name, format!("from {option}"));
    }
    match text(variable_name, variable) {
        Ok(None) => {
            Check::failed(name, Exit::Usage, format!("{variable_name} is not set, or is empty"), help)
        }
        Err(failure) => Check::of(name, &failure),
        Ok(Some(value)) => match oddity(secret_file::without_line_break(&value)) {
            None => Check::ok(name, format!("from {variable_name}")),
            Some(oddity) => odd(name, variable_name, oddity),
        },
    }
}

fn client_secret(args: &ConnectionArgs, variable: Lookup) -> Check {
    const NAME: &str = "client secret";
    match &args.client_secret_file {
        Some(path) => match secret_file::inspect(path) {
            Ok(secret) => match secret.as_deref().and_then(oddity) {
                None => Check::ok(NAME, format!("from {}", source(args, "--client-secret-file"))),
                Some(oddity) => {
                    odd(NAME, &format!("the file of {}", source(args, "--client-secret-file")), oddity)
                }
            },
            Err(failure) => Check::of(NAME, &failure),
        },
        None if args.applied.as_ref().is_some_and(|applied| applied.secret_command.is_some()) => {
            let place = source(args, "--client-secret-file");
            Check::ok(
                NAME,
                format!("from the program that {place} names; doctor does not check what the program prints"),
            )
        }
        None => credential(
            NAME,
            None,
            "MEDIACONNECT_CLIENT_SECRET",
            "set MEDIACONNECT_CLIENT_SECRET to the secret that belongs to the id, or use --client-secret-file",
            variable,
        ),
    }
}

fn odd(name: &'static str, source: &str, oddity: &str) -> Check {
    Check::warning(
        name,
        format!("{source} {oddity}"),
        "remove these characters unless they belong to the value; editors, shells and copying often add them",
    )
}

/// Checks the user token. `doctor` does not need it and never sends it.
fn user_token(variable: Lookup) -> Check {
    const NAME: &str = "user token";
    match text("MEDIACONNECT_USER_TOKEN", variable) {
        Ok(None) => Check::ok(NAME, "MEDIACONNECT_USER_TOKEN is not set; only commands in user mode need it"),
        Ok(Some(_)) => Check::ok(NAME, "from MEDIACONNECT_USER_TOKEN; only commands in user mode send it"),
        Err(_) => Check::warning(
            NAME,
            "MEDIACONNECT_USER_TOKEN is not UTF-8",
            "set it to a token with only ASCII characters before you run a command in user mode",
        ),
    }
}

/// Describes a common copying mistake in an id or a secret; `None` if there is none.
fn oddity(value: &str) -> Option<&'static str> {
    let is_blank = |line: &str| line.trim().is_empty();
    if value.starts_with('\u{feff}') {
        Some("begins with a byte order mark")
    } else if value.split('\n').any(is_blank) {
        Some("has a blank line")
    } else if value.contains(['\n', '\r']) {
        Some("has a line break")
    } else if value.trim() != value {
        Some("begins or ends with a space")
    } else if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        Some("begins or ends with a quotation mark")
    } else if value.chars().any(|character| character.is_control() || !character.is_ascii()) {
        Some("has characters that are not ASCII")
    } else {
        None
    }
}

fn client_certificate(args: &ConnectionArgs, variable: Lookup) -> Check {
    const NAME: &str = "client certificate";
    const OPTION: &str = "--client-certificate";
    const VARIABLE: &str = "MEDIACONNECT_CLIENT_CERTIFICATE";
    if args.client_certificate.is_some() {
        return Check::ok(NAME, format!("from {}", source(args, OPTION)));
    }
    match variable(VARIABLE) {
        None => Check::ok(NAME, "none; some servers require one"),
        Some(_) => Check::ok(NAME, format!("from {VARIABLE}")),
    }
}

fn proxy(args: &ConnectionArgs, variable: Lookup) -> Check {
    const NAME: &str = "proxy";
    let Some(source) = proxy_source(args, variable) else {
        return Check::ok(NAME, "none: no variable such as HTTPS_PROXY is set");
    };
    if !matches!(source, ProxySource::System(_)) {
        return Check::ok(
            NAME,
            format!("requests go through the proxy that {source} sets, except those to loopback addresses"),
        );
    }
    // This builder has no settings, so an invalid proxy variable is almost certainly the cause of an error.
    if let Err(error) = Client::builder().build() {
        return Check::failed(
            NAME,
            Exit::Usage,
            error.to_string(),
            "correct the proxy variable; other programs, such as curl, use the same variable",
        );
    }
    let is_set = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
    let except = match ["NO_PROXY", "no_proxy"].iter().find(|name| is_set(name)) {
        Some(exception) => format!("loopback addresses and the hosts in {exception}"),
        None => "loopback addresses".to_owned(),
    };
    Check::ok(NAME, format!("requests go through the proxy that {source} sets, except those to {except}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_copying_mistakes_are_noticed() {
        for (value, expected) in [
            ("s3cret/+=", None),
            ("s3\ncret", Some("has a line break")),
            ("s3cret\n\n", Some("has a blank line")),
            ("\n s3cret", Some("has a blank line")),
            ("\u{feff}s3cret", Some("begins with a byte order mark")),
            (" s3cret", Some("begins or ends with a space")),
            ("\"s3cret\"", Some("begins or ends with a quotation mark")),
            ("s3cret\u{200b}", Some("has characters that are not ASCII")),
        ] {
            assert_eq!(oddity(value), expected, "{value:?}");
        }
    }
}
