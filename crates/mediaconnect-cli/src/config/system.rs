//! Keeps the secret of a profile within the profile's system.

use mediaconnect::Environment;

use super::file::Profile;
use crate::failure::Failure;
use crate::global_args::{AppliedProfile, ConnectionArgs};

/// Returns the option or environment variable that selects another system; `None` if requests go to the profile's
/// system. The function `variable` returns the value of an environment variable; `None` if the environment variable is
/// not set or is ignored.
pub(super) fn other(
    args: &ConnectionArgs,
    profile: &Profile,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<&'static str> {
    let environment = args.environment.map(|environment| ("--environment", environment)).or_else(|| {
        let name = "MEDIACONNECT_ENVIRONMENT";
        Some((name, variable(name)?.parse().ok()?))
    });
    let other = |option,
                 url: &Option<String>,
                 name,
                 own: &Option<String>,
                 default: fn(Environment) -> &'static str| {
        let own = own.as_deref().unwrap_or_else(|| default(profile.environment.unwrap_or_default()));
        // The option for the environment overrides the variables for the URLs.
        let of_variable = || Some((name, variable(name).filter(|_| args.environment.is_none())?));
        let of_environment =
            || environment.map(|(source, environment)| (source, default(environment).to_owned()));
        let url = url.clone().map(|url| (option, url)).or_else(of_variable).or_else(of_environment);
        let (source, url) = url?;
        (url.trim_end_matches('/') != own.trim_end_matches('/')).then_some(source)
    };
    let base = other(
        "--base-url",
        &args.base_url,
        "MEDIACONNECT_BASE_URL",
        &profile.base_url,
        Environment::base_url,
    );
    base.or_else(|| {
        other(
            "--token-url",
            &args.token_url,
            "MEDIACONNECT_TOKEN_URL",
            &profile.token_url,
            Environment::token_url,
        )
    })
}

/// Checks that the secret of a profile is not sent to a system that the profile does not name.
pub(crate) fn check_system(applied: &AppliedProfile) -> Result<(), Failure> {
    let secret = applied.source("--client-secret-file");
    let (Some(profile), Some(other)) = (secret, applied.other_system) else { return Ok(()) };
    Err(Failure::usage(
        format!("the client secret comes from {profile}, but {other} selects another system"),
        format!(
            "remove {other}, use a profile of that system, or set its credentials with --client-id and \
             --client-secret-file"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_and_its_urls_are_the_same_system() {
        let profile = |text| toml::from_str::<Profile>(text).unwrap();
        let (test, unnamed) = (profile("environment = \"test\""), profile("client_id = \"x\""));
        let chosen =
            |environment| ConnectionArgs { environment: Some(environment), ..ConnectionArgs::default() };
        let none = |_: &str| None;
        assert_eq!(other(&chosen(Environment::Test), &test, none), None);
        assert_eq!(other(&chosen(Environment::Production), &test, none), Some("--environment"));
        assert_eq!(other(&chosen(Environment::Production), &unnamed, none), None);
        assert_eq!(other(&chosen(Environment::Test), &unnamed, none), Some("--environment"));
        let url =
            |name: &str| (name == "MEDIACONNECT_TOKEN_URL").then(|| Environment::Test.token_url().to_owned());
        assert_eq!(other(&ConnectionArgs::default(), &test, url), None);
        assert_eq!(other(&ConnectionArgs::default(), &unnamed, url), Some("MEDIACONNECT_TOKEN_URL"));
        // The option for the environment overrides the variable.
        assert_eq!(other(&chosen(Environment::Production), &unnamed, url), None);
    }
}
