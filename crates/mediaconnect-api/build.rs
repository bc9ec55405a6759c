//! Provides `OUT_DIR/connect.rs`: generated from the contract with the feature `codegen`, else the committed copy.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[cfg(not(feature = "codegen"))]
mod fingerprint;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("connect.rs");
    let contract = root.join("../../openapi/connect.yaml");
    let copy = root.join("generated/connect.rs");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=fingerprint.rs");
    // Outside the workspace there is no contract, and cargo would rebuild for a missing file each time.
    if contract.exists() {
        println!("cargo::rerun-if-changed={}", contract.display());
    }
    provide(&contract, &copy, &out);
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
            // Cargo fails the build because of the error lines; the compiler has nothing to add.
            std::process::exit(0);
        }
    }
}

#[cfg(not(feature = "codegen"))]
fn provide(contract: &Path, copy: &Path, out: &Path) {
    println!("cargo::rerun-if-changed={}", copy.display());
    let source = fs::read_to_string(copy).expect("the committed copy is part of the package");
    if let Ok(contract) = fs::read_to_string(contract) {
        let expected = format!("{}{}", fingerprint::MARKER, fingerprint::fingerprint(&contract));
        if !source.lines().any(|line| line == expected) {
            println!(
                "cargo::warning=openapi/connect.yaml has changed since the client was generated: \
                 run `cargo xtask regenerate`"
            );
        }
    }
    fs::write(out, source).expect("OUT_DIR is writable");
}
