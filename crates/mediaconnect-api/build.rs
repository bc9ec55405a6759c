//! Writes `OUT_DIR/connect.rs`. With the feature `codegen`, the file is generated from the contract. Without this
//! feature, it is copied from `generated/`.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[cfg(not(feature = "codegen"))]
mod fingerprint;
mod groups;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("connect.rs");
    let contract = root.join("../../openapi/connect.yaml");
    let copy = root.join("generated/connect.rs");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=fingerprint.rs");
    println!("cargo::rerun-if-changed=groups.rs");
    // The contract exists only in the workspace. If Cargo watched a missing file, it would rebuild every time.
    if contract.exists() {
        for file in files(&contract) {
            println!("cargo::rerun-if-changed={}", file.display());
        }
    }
    provide(&contract, &copy, &out);
}

/// Returns the files of the contract, and the directory `groups`. Cargo watches the directory, so that a new group
/// triggers a rebuild.
fn files(contract: &Path) -> Vec<PathBuf> {
    let groups = groups::names(contract).expect("the groups of the contract can be listed");
    let groups = groups.iter().map(|name| contract.with_file_name(name));
    let directory = contract.with_file_name(groups::DIRECTORY);
    let files = std::iter::once(contract.to_owned()).chain(groups);
    files.chain(directory.exists().then_some(directory)).collect()
}

#[cfg(feature = "codegen")]
fn provide(contract: &Path, _copy: &Path, out: &Path) {
    let source = mediaconnect_codegen::Contract::load(contract)
        .and_then(|contract| mediaconnect_codegen::generate(&contract));
    match source {
        Ok(source) => fs::write(out, source).expect("OUT_DIR is writable"),
        Err(findings) => {
            for line in findings.to_string().lines() {
                println!("cargo::error={line}");
            }
            // The printed errors already make Cargo fail the build. A panic would only add a useless message.
            std::process::exit(0);
        }
    }
}

#[cfg(not(feature = "codegen"))]
fn provide(contract: &Path, copy: &Path, out: &Path) {
    println!("cargo::rerun-if-changed={}", copy.display());
    let source = fs::read_to_string(copy).expect("the committed copy is part of the package");
    let texts = files(contract).into_iter().filter(|file| !file.is_dir()).map(fs::read_to_string);
    if let Ok(texts) = texts.collect::<Result<Vec<_>, _>>() {
        let fingerprint = fingerprint::fingerprint(texts.iter().map(String::as_str));
        let expected = format!("{}{fingerprint}", fingerprint::MARKER);
        if !source.lines().any(|line| line == expected) {
            println!(
                "cargo::error=the contract in openapi/ has changed since the client was generated: \
                 run `cargo xtask regenerate`"
            );
            // The printed error already makes Cargo fail the build. A panic would only add a useless message.
            std::process::exit(0);
        }
    }
    fs::write(out, source).expect("OUT_DIR is writable");
}
