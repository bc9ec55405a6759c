//! Reads the configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use mediaconnect::Environment;
use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::secret_file;
use crate::variables::{option_or_path, option_or_text};

const KEYS: &str = "environment, base_url, token_url, client_id, client_secret_file, client_secret_command, \
                    http_basic, \
                    ca_file, client_certificate, client_key, proxy and timeout";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The profile to use if the user names none.
    pub(super) default_profile: Option<String>,
    #[serde(default)]
    pub(super) profiles: BTreeMap<String, Profile>,
}

/// The settings for one environment and one client id.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    #[serde(default, deserialize_with = "environment")]
    pub(super) environment: Option<Environment>,
    pub(super) base_url: Option<String>,
    pub(super) token_url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret_file: Option<PathBuf>,
    /// The command that prints the secret: a program and its arguments. It runs without a shell.
    pub(super) client_secret_command: Option<Vec<String>>,
    #[serde(default)]
    pub(super) http_basic: bool,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) client_certificate: Option<PathBuf>,
    pub(super) client_key: Option<PathBuf>,
    /// The URL of the proxy. It must not contain a user or a password.
    pub(super) proxy: Option<String>,
    /// The time limit of a call, in seconds.
    pub(super) timeout: Option<u64>,
    /// The parser rejects this field, because the file must not contain a secret.
    #[serde(default, rename = "client_secret", deserialize_with = "refused")]
    _client_secret: (),
}

fn environment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Environment>, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map(Some).map_err(|_| D::Error::custom("environment"))
}

/// The message of the parser's error if the file contains a secret. [`read`] recognises the error by this message.
const IS_SECRET: &str = "a secret in the file";

fn refused<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    IgnoredAny::deserialize(deserializer)?;
    Err(D::Error::custom(IS_SECRET))
}

/// Returns the profile that the argument names, otherwise the profile in `MEDIACONNECT_PROFILE`, otherwise the file's
/// default profile. Returns `None` if none of them names a profile.
pub(super) fn chosen(name: Option<&String>) -> Result<Option<(String, Profile)>, Failure> {
    let named = option_or_text(name, "MEDIACONNECT_PROFILE", &|name| env::var_os(name))?;
    let Some(path) = path() else {
        return if named.is_some() { Err(missing(Path::new("mediaconnect.toml"))) } else { Ok(None) };
    };
    let config = read(&path)?;
    let Some(config) = config else {
        return if named.is_some() { Err(missing(&path)) } else { Ok(None) };
    };
    let Some(name) = named.or(config.default_profile) else { return Ok(None) };
    if let Some(profile) = config.profiles.get(&name) {
        check(profile)?;
        return Ok(Some((name, profile.clone())));
    }
    let known: Vec<&str> = config.profiles.keys().map(String::as_str).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(Failure::usage(
        format!("{} does not contain the requested profile", path.display()),
        format!("use an existing profile: {known}"),
    ))
}

/// Rejects settings that are not allowed in a profile.
fn check(profile: &Profile) -> Result<(), Failure> {
    // Standard input may contain the command's input, such as a list of customers. The client would send this input as
    // the secret.
    if profile.client_secret_file.as_deref().is_some_and(secret_file::is_stdin) {
        return Err(Failure::usage(
            "the profile's client_secret_file must not be standard input",
            "name a file, or set client_secret_command to a program",
        ));
    }
    if profile.proxy.as_deref().is_some_and(|proxy| proxy.contains('@')) {
        return Err(Failure::usage(
            "the profile's proxy contains a user or a password",
            "remove it from the file, and set MEDIACONNECT_PROXY or HTTPS_PROXY instead",
        ));
    }
    if profile.timeout == Some(0) {
        return Err(Failure::usage(
            "the profile's timeout is 0",
            "set it to at least 1 second, or remove it",
        ));
    }
    Ok(())
}

/// The variable that names another configuration file.
const PATH: &str = "MEDIACONNECT_CONFIG";

/// Returns the path of the configuration file: `MEDIACONNECT_CONFIG`, otherwise `mediaconnect.toml` in the user's
/// configuration directory.
pub(super) fn path() -> Option<PathBuf> {
    if let Some(path) = variable(PATH) {
        return Some(path);
    }
    let folder = variable("XDG_CONFIG_HOME");
    let folder = if cfg!(windows) { folder.or_else(|| variable("APPDATA")) } else { folder };
    let folder = folder.or_else(|| Some(variable("HOME")?.join(".config")))?;
    Some(folder.join("mediaconnect.toml"))
}

fn variable(name: &str) -> Option<PathBuf> {
    option_or_path(None, name, &|name| env::var_os(name))
}

/// Reads the file; `None` if it does not exist and `MEDIACONNECT_CONFIG` does not name it.
pub(super) fn read(path: &Path) -> Result<Option<Config>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && variable(PATH).is_none() => return Ok(None),
        Err(error) => {
            return Err(Failure::usage(
                format!("{} cannot be read: {error}", path.display()),
                format!("make the file readable, or name another one with {PATH}"),
            ));
        }
    };
    toml::from_str(&text).map(Some).map_err(|error| {
        // The parser's message is not shown, because it quotes the file.
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..start].split(|byte| *byte == b'\n').count();
        if error.message().contains(IS_SECRET) {
            return Failure::usage(
                format!("{} contains a secret, which is not allowed: see lines 1 to {line}", path.display()),
                "move the secret to a file and set client_secret_file to its path, or set client_secret_command to a \
                 program that prints the secret",
            );
        }
        Failure::usage(
            format!("line {line} of {} is invalid", path.display()),
            format!("write each profile as a table [profiles.NAME] with any of the keys {KEYS}"),
        )
    })
}

fn missing(path: &Path) -> Failure {
    Failure::usage(
        format!("the configuration file {} does not exist", path.display()),
        "create it with a table [profiles.NAME], or remove --profile and MEDIACONNECT_PROFILE",
    )
}

/// Runs the program that prints the secret. The program's standard output is never shown. The program writes to the
/// standard error of this process, and can prompt the user there.
pub(crate) fn secret_of(command: &[String]) -> Result<String, Failure> {
    const NEXT: &str =
        "run the program of client_secret_command by itself: it must print the secret and nothing else";
    let failed =
        |why: String| Failure::new(Exit::Usage, format!("the program of client_secret_command {why}"), NEXT);
    let [program, arguments @ ..] = command else { return Err(failed("is missing".to_owned())) };
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| failed(format!("cannot be started: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("failed: {}", output.status)));
    }
    let text =
        String::from_utf8(output.stdout).map_err(|_| failed("printed text that is not UTF-8".to_owned()))?;
    match secret_file::secret_in(&text) {
        "" => Err(failed("printed nothing".to_owned())),
        secret => Ok(secret.to_owned()),
    }
}
