//! `man`: the manual pages, made of the same definition as the help.

use std::fs;
use std::io;
use std::path::Path;

use clap_mangen::Man;

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Writes the page of the whole command to standard output, or the pages of all commands into a folder.
pub(crate) fn write(directory: Option<&Path>) -> Result<Exit, Failure> {
    let command = args::command().disable_help_subcommand(true);
    let Some(directory) = directory else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page).expect("a vector takes everything");
        output::write(&page)?;
        return Ok(Exit::Success);
    };
    fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(command, directory))
        .map_err(|error| unwritable(directory, &error))?;
    Ok(Exit::Success)
}

fn unwritable(directory: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("the manual pages cannot be written to {}: {error}", directory.display()),
        "name a folder that you may write to, or leave it out for standard output",
    )
}
