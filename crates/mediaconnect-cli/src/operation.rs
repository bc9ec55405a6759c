//! The generated commands: one command `mediaconnect <group> <operation>` for each operation of the contract.
//!
//! A hand-written command replaces the generated one of the same name.

mod arguments;
mod command;
mod list;
mod run;
#[cfg(test)]
mod tests;

use clap::{ArgMatches, Command};
use mediaconnect::operations::{OPERATIONS, OperationInfo};

pub(crate) use command::add_to;
pub(crate) use list::list;
pub(crate) use run::run;

/// The operation that the command line names, with its arguments.
pub(crate) struct OperationCall {
    info: &'static OperationInfo,
    matches: ArgMatches,
}

impl OperationCall {
    /// Returns the operation that the command line names; `None` for a hand-written command.
    pub(crate) fn of(matches: &ArgMatches, by_hand: &Command) -> Option<Self> {
        let (group, matches) = matches.subcommand()?;
        let (name, matches) = matches.subcommand()?;
        if by_hand.find_subcommand(group).is_some_and(|group| group.find_subcommand(name).is_some()) {
            return None;
        }
        let mut operations = OPERATIONS.iter();
        let info =
            operations.find(|info| command::group_name(info) == group && command::name(info) == name)?;
        Some(Self { info, matches: matches.clone() })
    }
}
