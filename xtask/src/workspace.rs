//! Where things are, and how other programs are run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use mediaconnect_codegen::Contract;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or_else(|| own.to_owned(), Path::to_owned)
}

/// The contract, read and named as people name it.
pub(crate) fn contract() -> Result<Contract> {
    read_yaml("openapi/connect.yaml")
}

/// A YAML file of the workspace, with the lines of its nodes.
pub(crate) fn read_yaml(name: &str) -> Result<Contract> {
    let text =
        std::fs::read_to_string(root().join(name)).with_context(|| format!("{name} cannot be read"))?;
    Ok(Contract::parse(name, &text)?)
}

/// `cargo` in the folder of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command whose output goes where ours goes; `remedy` is what to do when it fails.
pub(crate) fn run(mut command: Command, remedy: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} cannot be started"))?;
    if status.success() { Ok(()) } else { bail!("{remedy}") }
}
