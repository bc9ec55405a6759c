//! Writes `OUT_DIR/contract.rs`: the files of the contract, as a list of paths and contents. With the feature `ui`,
//! also writes the files of Swagger UI.

#[path = "../mediaconnect-api/groups.rs"]
mod groups;
#[cfg(feature = "ui")]
mod viewer;

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let contract = root.join("../../openapi/connect.yaml");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=viewer.rs");
    println!("cargo::rerun-if-changed=../mediaconnect-api/groups.rs");
    // A new group adds a file to the directory, so cargo runs this script again.
    let directory = contract.with_file_name(groups::DIRECTORY);
    if directory.exists() {
        println!("cargo::rerun-if-changed={}", directory.display());
    }
    let groups = groups::names(&contract).expect("the groups of the contract can be listed");
    let mut list = String::from("[\n");
    for path in std::iter::once("connect.yaml").chain(groups.iter().map(String::as_str)) {
        let file = contract.with_file_name(path).display().to_string();
        writeln!(list, "    ({path:?}, include_str!({file:?})),").expect("writing to a String cannot fail");
    }
    fs::write(out.join("contract.rs"), list + "]\n").expect("OUT_DIR is writable");
    #[cfg(feature = "ui")]
    println!("cargo::rustc-env=SWAGGER_UI_VERSION={}", viewer::extract(&out));
}
