//! Checks that a service can use a newer patch of the crate that the generated client needs at run time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use semver::Version;
use serde_json::Value;

use crate::workspace;

const RUNTIME: &str = "progenitor-client";

/// Compiles the generated client for a service that requires the next patch of its runtime crate.
///
/// The patch is a copy of the locked version with another number. So this checks that cargo can resolve the patch,
/// and that the generated code compiles with it. The service has its own lock file and target directory.
pub(crate) fn check() -> Result<()> {
    let root = workspace::root();
    let folder = root.join("target/newer-patch");
    let (source, version) = locked(&root)?;
    let next = Version { patch: version.patch + 1, ..version.clone() };
    let (patched, service) = (folder.join(RUNTIME), folder.join("service"));
    copy(&source.join("src"), &patched.join("src"))?;
    let manifest = fs::read_to_string(source.join("Cargo.toml"))?;
    let renumbered =
        manifest.replacen(&format!("version = \"{version}\""), &format!("version = \"{next}\""), 1);
    write(&patched.join("Cargo.toml"), &renumbered)?;
    write(&service.join("src/lib.rs"), "pub use mediaconnect_api::Client;\n")?;
    write(&service.join("Cargo.toml"), &service_manifest(&root, &next))?;
    fs::copy(root.join("Cargo.lock"), service.join("Cargo.lock"))?;
    let mut command = workspace::cargo(&["check", "--quiet", "--offline", "--target-dir"]);
    command.arg(folder.join("target")).current_dir(&service);
    workspace::run(
        command,
        "a service that requires a newer patch of progenitor-client cannot compile the client: use a caret \
         requirement in Cargo.toml (`progenitor-client = \"0.15.1\"`), and fix the compiler errors above",
    )
}

/// Returns the source directory and the version of the runtime crate in Cargo.lock.
fn locked(root: &Path) -> Result<(PathBuf, Version)> {
    let output = workspace::cargo(&["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("cargo cannot be started")?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr)))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let found = packages.filter(|package| package["name"] == RUNTIME).find_map(|package| {
        let manifest = Path::new(package["manifest_path"].as_str()?);
        Some((manifest.parent()?.to_owned(), package["version"].as_str()?.parse().ok()?))
    });
    match found {
        Some(found) => Ok(found),
        None => {
            bail!("Cargo.lock has no {RUNTIME}: delete this command if the client no longer needs the crate")
        }
    }
}

fn service_manifest(root: &Path, version: &Version) -> String {
    let api = root.join("crates/mediaconnect-api");
    format!(
        "[package]\nname = \"service\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         mediaconnect-api = {{ path = '{}' }}\n{RUNTIME} = \"{version}\"\n\n\
         [patch.crates-io]\n{RUNTIME} = {{ path = \"../{RUNTIME}\" }}\n",
        api.display()
    )
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            write(&target, &fs::read_to_string(entry.path())?)?;
        }
    }
    Ok(())
}

/// Writes a file only if it changes, so that cargo does not compile it again.
fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
