//! The `man` command: writes manual pages, generated from the same definition as the help.

use std::fs;
use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Writes the main manual page to standard output, or the pages of all commands into a directory.
pub(crate) fn write(directory: Option<&Path>) -> Result<Exit, Failure> {
    let command = args::command().disable_help_subcommand(true);
    let Some(directory) = directory else {
        output::write(page_of(command).as_bytes())?;
        return Ok(Exit::Success);
    };
    let mut command = command;
    command.build();
    fs::create_dir_all(directory)
        .and_then(|()| write_all(command, directory))
        .map_err(|error| unwritable(directory, &error))?;
    Ok(Exit::Success)
}

fn write_all(command: Command, directory: &Path) -> io::Result<()> {
    for below in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        write_all(below.clone(), directory)?;
    }
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    fs::write(directory.join(format!("{name}.1")), page_of(command))
}

/// Returns the manual page of a command. The header shows the program's name at both ends and the command in the
/// middle. The command's full name would be too long for the ends: at 80 columns, it would overlap with the middle.
fn page_of(command: Command) -> String {
    let name = command.get_bin_name().unwrap_or_default();
    let below = name.strip_prefix("mediaconnect ").unwrap_or("Mediaconnect Connect API").to_owned();
    let man = Man::new(command)
        .title("mediaconnect")
        .date(" ") // an empty date would shift the header fields after it
        .source(concat!("mediaconnect ", env!("CARGO_PKG_VERSION")))
        .manual(below);
    let mut page = Vec::new();
    man.render(&mut page).expect("writing to memory cannot fail");
    let page = String::from_utf8(page).expect("the manual page is UTF-8");
    // These roff requests turn off hyphenation and justification. Hyphenation would break the names of options, and
    // justification would put wide gaps between words.
    page.replacen(".SH NAME", ".nh\n.ad l\n.SH NAME", 1)
}

fn unwritable(directory: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("the manual pages cannot be written to {}: {error}", directory.display()),
        "name a directory that you may write to, or omit it to use standard output",
    )
}
