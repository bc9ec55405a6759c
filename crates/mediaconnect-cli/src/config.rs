//! Profiles: named settings in the file `mediaconnect.toml` of the user's configuration directory.
//!
//! Options override variables, and variables override the profile. With `--profile`, variables for the system and the
//! credentials are ignored, because a forgotten variable could belong to another environment.

mod file;
mod report;
mod system;

use std::borrow::Cow;
use std::env;
use std::ffi::OsString;

use mediaconnect::ClientAuthentication;

use self::file::Profile;
pub(crate) use self::file::secret_of;
pub(crate) use self::report::show;
pub(crate) use self::system::check_system;
use crate::failure::Failure;
use crate::global_args::{AppliedProfile, ConnectionArgs};

/// The variables that have an effect together with `--profile`, and override it. Their values are secret or may contain
/// a password, which a profile must not contain.
const ALLOWED_WITH_PROFILE: [&str; 3] =
    ["MEDIACONNECT_USER_TOKEN", "MEDIACONNECT_PROXY", "MEDIACONNECT_FLEET_URL"];

/// Returns the value of an environment variable; `None` if it is not set, or is ignored because of `--profile`.
pub(crate) fn variable(args: &ConnectionArgs, name: &str) -> Option<OsString> {
    visible(args.applied.as_ref().is_some_and(|profile| profile.hides_variables), name)
}

/// Returns the value of an environment variable; `None` if it is not set, or if `hides` is true and the variable has no
/// effect together with `--profile`.
fn visible(hides: bool, name: &str) -> Option<OsString> {
    let is_hidden = hides && name.starts_with("MEDIACONNECT_") && !ALLOWED_WITH_PROFILE.contains(&name);
    if is_hidden { None } else { env::var_os(name) }
}

/// Returns the arguments, completed with the values of the profile. The command line and the environment variables that
/// are not ignored override the profile.
pub(crate) fn with_profile(args: &ConnectionArgs) -> Result<Cow<'_, ConnectionArgs>, Failure> {
    if args.sandbox || args.applied.is_some() {
        return Ok(Cow::Borrowed(args));
    }
    let Some((name, profile)) = file::chosen(args.profile.as_ref())? else {
        return Ok(Cow::Borrowed(args));
    };
    Ok(Cow::Owned(filled(args, name, profile)))
}

fn filled(args: &ConnectionArgs, name: String, profile: Profile) -> ConnectionArgs {
    let hides_variables = args.profile.is_some();
    let mut all = args.clone();
    let mut filled = Vec::new();
    let other_system = system::other(args, &profile, |name| {
        visible(hides_variables, name)?.into_string().ok().filter(|value| !value.is_empty())
    });
    let is_free = |name: &str| visible(hides_variables, name).is_none_or(|value| value.is_empty());
    macro_rules! fill {
        ($field:ident, $option:literal $(, $variable:literal)?) => {
            if all.$field.is_none() && profile.$field.is_some() $(&& is_free($variable))? {
                all.$field = profile.$field.map(Into::into);
                filled.push($option);
            }
        };
    }
    // The profile's URLs belong to the profile's environment. If an option or a variable sets the environment, these
    // URLs are not used.
    let has_own_system = args.environment.is_some() || !is_free("MEDIACONNECT_ENVIRONMENT");
    if !has_own_system {
        fill!(environment, "--environment", "MEDIACONNECT_ENVIRONMENT");
        fill!(base_url, "--base-url", "MEDIACONNECT_BASE_URL");
        fill!(token_url, "--token-url", "MEDIACONNECT_TOKEN_URL");
    }
    // The profile's secret belongs to the profile's client id, and must not be sent with another id.
    let secret_is_free = args.client_secret_file.is_none() && is_free("MEDIACONNECT_CLIENT_SECRET");
    fill!(client_id, "--client-id", "MEDIACONNECT_CLIENT_ID");
    let mut secret_command = None;
    if filled.contains(&"--client-id") && secret_is_free {
        if profile.client_secret_file.is_some() || profile.client_secret_command.is_some() {
            filled.push("--client-secret-file");
        }
        all.client_secret_file = profile.client_secret_file;
        secret_command = profile.client_secret_command;
    }
    fill!(ca_file, "--ca-file", "MEDIACONNECT_CA_FILE");
    // The profile's key belongs to the profile's certificate. It must not be used with another certificate, because a
    // server would refuse that combination.
    if args.client_key.is_none() && is_free("MEDIACONNECT_CLIENT_KEY") {
        fill!(client_certificate, "--client-certificate", "MEDIACONNECT_CLIENT_CERTIFICATE");
        if filled.contains(&"--client-certificate") {
            fill!(client_key, "--client-key");
        }
    }
    fill!(proxy, "--proxy", "MEDIACONNECT_PROXY");
    fill!(timeout, "--timeout");
    if profile.http_basic && !all.http_basic {
        all.http_basic = true;
        filled.push("--http-basic");
    }
    all.applied = Some(AppliedProfile { name, hides_variables, filled, secret_command, other_system });
    all
}

pub(crate) fn authentication(args: &ConnectionArgs) -> ClientAuthentication {
    if args.http_basic { ClientAuthentication::Basic } else { ClientAuthentication::default() }
}
