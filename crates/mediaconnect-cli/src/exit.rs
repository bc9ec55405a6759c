use std::process::ExitCode;

use mediaconnect::Error;

/// The exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success = 0,
    /// The result of a yes-or-no command, such as `customer exists`, is "no". No other outcome has this exit code.
    No = 1,
    /// The command line or the input is invalid, so nothing was sent.
    Usage = 2,
    /// Upstream refused the credentials or the permission.
    Denied = 3,
    NotFound = 4,
    /// Upstream refused the request because of its rate limit.
    RateLimited = 5,
    /// Upstream sent no response, or reported an error on its side. A bulk command also ends with this code if some
    /// lines failed but may succeed later.
    Unavailable = 6,
    /// The response could not be decoded, or does not come from the Connect API.
    Decode = 7,
    /// A bulk command is complete, but some lines have final failures.
    Partial = 8,
    /// Another failure.
    Failure = 9,
    /// A signal stopped the command.
    Interrupted = 130,
}

impl Exit {
    pub(crate) const ALL: [Self; 11] = [
        Self::Success,
        Self::No,
        Self::Usage,
        Self::Denied,
        Self::NotFound,
        Self::RateLimited,
        Self::Unavailable,
        Self::Decode,
        Self::Partial,
        Self::Failure,
        Self::Interrupted,
    ];

    pub(crate) fn of(error: &Error) -> Self {
        if error.is_invalid_input() || error.is_configuration() {
            Self::Usage
        } else if error.is_auth() || error.is_forbidden() {
            Self::Denied
        } else if error.is_not_found() {
            Self::NotFound
        } else if error.is_rate_limited() {
            Self::RateLimited
        } else if error.is_unavailable() || error.is_timeout() {
            Self::Unavailable
        } else if error.is_decode()
            || error.is_gateway()
            || error.is_mismatch()
            // A branch above returns `Denied` for refused credentials. If the token endpoint refuses the request for
            // another reason, the token URL is probably wrong, and the response may not come from Connect.
            || (error.is_refused() && error.is_token_fetch())
        {
            Self::Decode
        } else {
            Self::Failure
        }
    }

    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// Returns the code's meaning for the help text.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Success => "success, including the results true and yes",
            Self::No => "the result of `exists` is false, or the result of `may-read` is no",
            Self::Usage => "invalid command line or input; nothing was sent",
            Self::Denied => "authentication or permission refused",
            Self::NotFound => "not found",
            Self::RateLimited => "rate limited",
            Self::Unavailable => {
                "upstream is unavailable or too slow; for `export` and `match`, use --resume"
            }
            Self::Decode => "the response could not be decoded, or possibly did not come from Connect",
            Self::Partial => "`export` or `match` is complete, but some lines failed: see --failed",
            Self::Failure => "another failure: a refused request, or a file that cannot be written",
            Self::Interrupted => "`export` or `match` was stopped by Ctrl-C, SIGTERM or SIGHUP",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

// The file tests/cli/exit_codes.rs tests the exit codes for upstream's responses.
#[cfg(test)]
mod tests {
    use mediaconnect::{Client, CustomerNumber};

    use super::*;

    #[test]
    fn the_codes_are_those_of_the_help() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130]);
    }

    #[test]
    fn errors_before_sending_are_usage_errors() {
        let invalid = Error::from("0".parse::<CustomerNumber>().unwrap_err());
        let configuration = Client::builder().base_url("http://example.com").build().unwrap_err();
        assert_eq!(Exit::of(&invalid), Exit::Usage);
        assert_eq!(Exit::of(&configuration), Exit::Usage);
    }
}
