//! Everything that CI checks besides the tests.

use anyhow::{Result, bail};
use jiff::civil::Date;

use crate::{coverage, deprecations, lint, regenerate, sunset, workspace};

type Check = fn() -> Result<()>;

/// Runs every check, also behind one that fails.
pub(crate) fn run(today: Date) -> Result<()> {
    let checks: [(&str, Check); 8] = [
        ("contract", lint::check),
        ("committed client", regenerate::check_copy),
        ("deprecated methods", deprecations::check),
        ("coverage", coverage::check),
        ("dependencies of services", services),
        ("formatting", formatting),
        ("clippy", clippy),
        ("documentation", documentation),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        match check() {
            Ok(()) => println!("ok      {name}"),
            Err(error) => {
                println!("FAILED  {name}\n{error:#}\n");
                failed.push(name);
            }
        }
    }
    // The calendar must not fail a checkout that nobody touched.
    print!("{}", sunset::warnings(&workspace::contract()?, today));
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn formatting() -> Result<()> {
    workspace::run(workspace::cargo(&["fmt", "--all", "--check"]), "run `cargo fmt --all`")
}

fn clippy() -> Result<()> {
    // The contract's own generator is on through `tests`; without it, services compile the committed copy.
    for arguments in [
        &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"][..],
        &["clippy", "--quiet", "--package", "mediaconnect", "--", "-D", "warnings"],
        &["clippy", "--quiet", "--package", "mediaconnect", "--features", "metrics", "--", "-D", "warnings"],
        &[
            "clippy",
            "--quiet",
            "--package",
            "mediaconnect",
            "--features",
            "opentelemetry",
            "--",
            "-D",
            "warnings",
        ],
        &[
            "clippy",
            "--quiet",
            "--package",
            "mediaconnect",
            "--no-default-features",
            "--features",
            "native-tls,schemars",
            "--",
            "-D",
            "warnings",
        ],
    ] {
        workspace::run(workspace::cargo(arguments), "mend what clippy says above")?;
    }
    Ok(())
}

fn documentation() -> Result<()> {
    let mut command = workspace::cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    workspace::run(command, "mend what rustdoc says above")
}

/// A service must not compile the generator, nor what it did not ask for.
fn services() -> Result<()> {
    let output = workspace::cargo(&[
        "tree",
        "--package",
        "mediaconnect",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ])
    .output()?;
    let tree = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || !tree.starts_with("mediaconnect ") {
        bail!("`cargo tree` failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let refused = [
        "progenitor ",
        "progenitor-impl ",
        "typify",
        "openapiv3 ",
        "schemars v0.8",
        "mediaconnect-codegen ",
        "jsonschema ",
        "regress ",
        // Behind features that a service must ask for.
        "metrics ",
        "opentelemetry ",
        "serde_ignored ",
        "tracing-opentelemetry ",
    ];
    let found: Vec<_> =
        tree.lines().filter(|line| refused.iter().any(|name| line.starts_with(name))).collect();
    if found.is_empty() {
        return Ok(());
    }
    bail!("a service that depends on mediaconnect would compile {}: make it optional", found.join(", "))
}
