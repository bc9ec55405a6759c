//! The `config` command: shows the profile in use and the source of each setting.

use serde::Serialize;

use super::{file, variable, with_profile};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::{ConnectionArgs, GlobalArgs};
use crate::output::{Report, print};
use crate::table::labelled;
use crate::terminal::Terminal;

/// The source of each setting, without the setting's value. Profile names and the path of the file are shown.
#[derive(Serialize)]
struct Sources {
    /// The path of the configuration file; `None` if the user has no configuration directory.
    file: Option<String>,
    exists: bool,
    profiles: Vec<String>,
    /// The profile in use.
    profile: Option<String>,
    settings: Vec<Setting>,
}

#[derive(Serialize)]
struct Setting {
    setting: &'static str,
    source: String,
}

/// Prints the source of each setting, never its value.
pub(crate) fn show(global: &GlobalArgs) -> Result<Exit, Failure> {
    let args = with_profile(&global.connection)?;
    let path = file::path();
    let config = path.as_deref().map(file::read).transpose()?.flatten();
    let sources = Sources {
        exists: config.is_some(),
        file: path.map(|path| path.display().to_string()),
        profiles: config.map(|config| config.profiles.into_keys().collect()).unwrap_or_default(),
        profile: args.applied.as_ref().map(|applied| applied.name.clone()),
        settings: settings(&args),
    };
    print(&sources, global.style())?;
    Ok(Exit::Success)
}

fn settings(args: &ConnectionArgs) -> Vec<Setting> {
    let all = [
        (
            "environment",
            "--environment",
            args.environment.is_some(),
            Some("MEDIACONNECT_ENVIRONMENT"),
            "production, by default",
        ),
        (
            "base URL",
            "--base-url",
            args.base_url.is_some(),
            Some("MEDIACONNECT_BASE_URL"),
            "the environment's",
        ),
        (
            "token URL",
            "--token-url",
            args.token_url.is_some(),
            Some("MEDIACONNECT_TOKEN_URL"),
            "the environment's",
        ),
        ("client id", "--client-id", args.client_id.is_some(), Some("MEDIACONNECT_CLIENT_ID"), "not set"),
        (
            "client secret",
            "--client-secret-file",
            args.client_secret_file.is_some()
                || args.applied.as_ref().is_some_and(|applied| applied.secret_command.is_some()),
            Some("MEDIACONNECT_CLIENT_SECRET"),
            "not set",
        ),
        ("HTTP Basic", "--http-basic", args.http_basic, None, "no, by default"),
        (
            "CA file",
            "--ca-file",
            args.ca_file.is_some(),
            Some("MEDIACONNECT_CA_FILE"),
            "only the system's root certificates, by default",
        ),
        (
            "client certificate",
            "--client-certificate",
            args.client_certificate.is_some(),
            Some("MEDIACONNECT_CLIENT_CERTIFICATE"),
            "none",
        ),
        ("proxy", "--proxy", args.proxy.is_some(), Some("MEDIACONNECT_PROXY"), "HTTPS_PROXY, if set"),
        ("fleet", "--fleet", args.fleet.is_some(), Some("MEDIACONNECT_FLEET_URL"), "none"),
        ("timeout", "--timeout", args.timeout.is_some(), None, "the library's default"),
        ("user token", "", false, Some("MEDIACONNECT_USER_TOKEN"), "not set"),
    ];
    let is_set = |name: &str| variable(args, name).is_some_and(|value| !value.is_empty());
    let source = |(setting, option, is_given, name, default): (_, &str, bool, Option<&str>, &str)| {
        let of_profile = args.applied.as_ref().and_then(|applied| applied.source(option));
        // If the command line sets `--environment`, the client ignores the URLs in environment variables.
        let is_overridden = args.has_own_environment() && option.ends_with("-url");
        let source = match name {
            _ if of_profile.is_some() => of_profile.unwrap_or_default(),
            _ if is_given => option.to_owned(),
            Some(name) if is_set(name) && !is_overridden => name.to_owned(),
            _ => default.to_owned(),
        };
        Setting { setting, source }
    };
    all.into_iter().map(source).collect()
}

impl Report for Sources {
    fn text(&self, terminal: Terminal) -> String {
        let file = match &self.file {
            Some(file) if self.exists => file.clone(),
            Some(file) => format!("{file} (does not exist)"),
            None => "no configuration directory".to_owned(),
        };
        let profile = self.profile.clone().unwrap_or_else(|| "none".to_owned());
        let mut rows = vec![
            ("File", vec![file]),
            ("Profiles", self.profiles.clone()),
            ("Profile in use", vec![profile]),
        ];
        rows.extend(self.settings.iter().map(|setting| (setting.setting, vec![setting.source.clone()])));
        labelled(rows, terminal)
    }
}
