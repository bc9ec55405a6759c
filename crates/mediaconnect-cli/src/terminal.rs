use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};

use comfy_table::Table;

/// The capabilities of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// The number of columns; `None` if standard output is not a terminal.
    pub(crate) width: Option<u16>,
    /// True if the terminal supports colours and the user has not disabled them.
    pub(crate) colors: bool,
}

impl Terminal {
    /// The capabilities of a file or a pipe.
    pub(crate) const PIPE: Self = Self { width: None, colors: false };

    pub(crate) fn of_stdout() -> Self {
        // comfy_table detects the width of the terminal.
        Self::new(io::stdout().is_terminal(), Table::new().width(), |name| env::var_os(name))
    }

    fn new(is_terminal: bool, width: Option<u16>, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        // According to https://no-color.org, any non-empty value disables colours.
        let no_color = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = variable("TERM").is_some_and(|value| value == "dumb");
        Self { width: width.filter(|_| is_terminal), colors: is_terminal && !no_color && !is_dumb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(is_terminal: bool, variable: (&str, &str)) -> Terminal {
        Terminal::new(is_terminal, Some(80), |name| (name == variable.0).then(|| variable.1.into()))
    }

    #[test]
    fn a_terminal_has_a_width_and_colours() {
        let expected = Terminal { width: Some(80), colors: true };
        assert_eq!(terminal(true, ("TERM", "xterm-256color")), expected);
        assert_eq!(terminal(true, ("NO_COLOR", "")), expected);
    }

    #[test]
    fn a_file_or_a_pipe_has_neither() {
        assert_eq!(terminal(false, ("TERM", "xterm")), Terminal { width: None, colors: false });
    }

    #[test]
    fn colours_can_be_declined() {
        for variable in [("NO_COLOR", "1"), ("NO_COLOR", "0"), ("TERM", "dumb")] {
            assert_eq!(terminal(true, variable), Terminal { width: Some(80), colors: false }, "{variable:?}");
        }
    }
}
