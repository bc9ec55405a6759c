//! Finds the files of the workspace, and runs other programs.

use std::fs::Permissions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use mediaconnect_contract::lint::{lint_for_build, lint_structure};
use mediaconnect_contract::openapi31::{is_31, to_30};
use mediaconnect_contract::{Contract, File, Outline};
use semver::Version;
use serde_json::Value;
use tempfile::NamedTempFile;

/// The path of the contract in the workspace.
pub(crate) const CONTRACT: &str = "openapi/connect.yaml";

/// Returns the directory of the workspace: the current directory or, if it has no contract, the nearest parent
/// directory with a contract. If no parent has a contract either, returns the workspace in which this program was
/// built.
pub(crate) fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find(|folder| folder.join(CONTRACT).is_file());
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    found.or(own.parent()).unwrap_or(own).to_owned()
}

/// Returns the contract of the current workspace.
pub(crate) fn contract() -> Result<Contract> {
    contract_of(&root())
}

pub(crate) fn contract_of(root: &Path) -> Result<Contract> {
    let (first, groups) = File::on_disk(&root.join(CONTRACT), CONTRACT)?;
    Ok(Contract::of_files(first, groups)?)
}

/// Returns a YAML file of the workspace, with the lines of its nodes.
pub(crate) fn read_yaml(name: &str) -> Result<Contract> {
    Ok(Contract::parse(name, &read(&root(), name)?)?)
}

pub(crate) fn read(root: &Path, name: &str) -> Result<String> {
    std::fs::read_to_string(root.join(name)).with_context(|| {
        format!(
            "{name} cannot be read, although it is part of the workspace: restore it with `git checkout \
         {name}`"
        )
    })
}

/// Converts a contract to OpenAPI 3.0, and returns it with its outline. Fails if the contract cannot be compared.
pub(crate) fn comparable(contract: Contract) -> Result<(Contract, Outline)> {
    let contract = in_30(contract);
    if let Err(findings) = lint_structure(&contract) {
        bail!("{} cannot be compared; fix these errors:\n{findings}", contract.name());
    }
    let outline = Outline::of(&contract);
    Ok((contract, outline))
}

/// Converts a contract to OpenAPI 3.0, and returns it with its outline. Fails if no client can be generated from the
/// contract.
pub(crate) fn buildable(contract: Contract) -> Result<(Contract, Outline)> {
    let contract = in_30(contract);
    let outline = Outline::of(&contract);
    if let Err(findings) = lint_for_build(&contract, &outline) {
        bail!("{} cannot be built, so it is not compared; fix these errors:\n{findings}", contract.name());
    }
    Ok((contract, outline))
}

fn in_30(contract: Contract) -> Contract {
    if is_31(&contract) { to_30(&contract).contract } else { contract }
}

/// Returns the version of all crates.
pub(crate) fn version(root: &Path) -> Result<Version> {
    version_in(&read(root, "Cargo.toml")?)
}

/// Returns the version of all crates from the text of the workspace's Cargo.toml.
pub(crate) fn version_in(manifest: &str) -> Result<Version> {
    let manifest: toml::Table = manifest.parse().context("Cargo.toml is not valid TOML")?;
    let package = manifest.get("workspace").and_then(|workspace| workspace.get("package"));
    let version = package.and_then(|package| package.get("version")).and_then(toml::Value::as_str);
    let version = version.context("Cargo.toml has no version: add one under [workspace.package]")?;
    version.parse().with_context(|| {
        format!("Cargo.toml: {version:?} is not a semantic version: write three numbers, as in 0.1.0")
    })
}

pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Returns the packages of the workspace, as `cargo metadata` describes them.
pub(crate) fn metadata() -> Result<Value> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let output = cargo(&arguments).output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("the output of `cargo metadata` is not JSON")
}

/// Runs a command and shows its output. If the command fails, the error is `help`.
pub(crate) fn run(mut command: Command, help: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} cannot be started"))?;
    if status.success() { Ok(()) } else { bail!("{help}") }
}

/// Prints a report. If the reader closes the pipe early, as `| head` does, the rest of the report is dropped.
pub(crate) fn print(report: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    // Writing fails if the reader has closed the pipe early. This is not an error of the command, so it is ignored.
    let _ = writeln!(out, "{report}").and_then(|()| out.flush());
}

/// Prints complete lines, for example a patch, in the same way as [`print()`]. Prints nothing if there are no lines.
pub(crate) fn print_lines(lines: &str) {
    if let Some(lines) = lines.strip_suffix('\n') {
        print(lines);
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().context(
        "git cannot be started: install git. Without git, `cargo xtask diff` can only compare two files",
    )?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("the output of git is not UTF-8")
}

/// Writes the text to a temporary file in the directory of `path`, and syncs the file to disk.
pub(crate) fn staged(path: &Path, text: &str, permissions: &Permissions) -> Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions.clone())?;
    file.as_file().sync_all()?;
    Ok(file)
}
