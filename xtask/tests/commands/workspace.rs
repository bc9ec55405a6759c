//! A small workspace, in which a script replaces cargo and logs its calls.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use mediaconnect_contract::{Contract, Outline};
use tempfile::TempDir;

pub(crate) const CONTRACT: &str = include_str!("../../../crates/mediaconnect-contract/tests/contract.yaml");
const CONNECT: &str = include_str!("../../../crates/mediaconnect-contract/tests/tree/connect.yaml");
const CUSTOMER: &str = include_str!("../../../crates/mediaconnect-contract/tests/tree/groups/customer.yaml");
pub(crate) const GROUP: &str = "openapi/groups/customer.yaml";
pub(crate) const COPY: &str = "crates/mediaconnect-api/generated/connect.rs";
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/commands");

pub(crate) const CHANGELOG: &str =
    "# Changelog\n\n## [Unreleased]\n\n### Added\n- contract: customer info.\n";
pub(crate) const RELEASED_CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n- client: more.\n\n## [0.1.0] - 2026-01-31\n\n### Added\n- contract: all.\n";

/// The client that is generated from the contract. All tests share it, because generating a client takes a second.
static GENERATED: LazyLock<String> =
    LazyLock::new(|| mediaconnect_codegen::generate(&Contract::parse("c.yaml", CONTRACT).unwrap()).unwrap());

/// A contract as `cargo xtask release` writes it.
pub(crate) fn bundled(contract: &str) -> String {
    Contract::parse("c.yaml", contract).unwrap().bundle()
}

/// Returns the contract with a lower limit. This is a breaking change, although programs still compile.
pub(crate) fn lowered() -> String {
    CONTRACT.replace("maxLength: 255", "maxLength: 100")
}

/// Returns the contract with a new enum value, which is a compatible change.
pub(crate) fn grown() -> String {
    CONTRACT.replace("personal, fax]", "personal, fax, satellite]")
}

/// The workspace. It is removed on drop.
pub(crate) struct Workspace {
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Workspace {
    /// Returns a workspace of version 0.1.0, with everything committed and nothing released.
    pub(crate) fn new() -> Self {
        let own = Self { folder: TempDir::new().unwrap(), environment: Vec::new() };
        own.set_version("0.1.0");
        for name in ["mediaconnect", "mediaconnect-api"] {
            let manifest =
                format!("[package]\nname = \"{name}\"\nversion.workspace = true\nedition.workspace = true\n");
            own.write(&format!("crates/{name}/Cargo.toml"), &manifest);
            own.write(&format!("crates/{name}/src/lib.rs"), "");
        }
        own.write("CHANGELOG.md", CHANGELOG);
        own.write("ARCHITECTURE.md", "# `crates/mediaconnect/src`\n\n| modules |\n|---|\n");
        own.write("openapi/connect.yaml", CONTRACT);
        own.write("openapi/coverage.yaml", &coverage());
        own.write("openapi/deviations.yaml", include_str!("../upstream/deviations.yaml"));
        own.write(COPY, &GENERATED);
        own.git(&["init", "--quiet"]);
        own.commit();
        own
    }

    /// Returns a workspace whose contract consists of several files. Its client is generated.
    pub(crate) fn in_several_files() -> Self {
        let own = Self::new();
        own.write("openapi/connect.yaml", CONNECT);
        own.write(GROUP, CUSTOMER);
        let deviations = own.read("openapi/deviations.yaml").replace("/Unauthorized", "/401");
        own.write("openapi/deviations.yaml", &deviations);
        own.xtask(&["regenerate"]).succeeded(&["connect.rs is written"]);
        own.commit();
        own
    }

    /// Returns a workspace with 0.1.0 released.
    pub(crate) fn released() -> Self {
        let own = Self::new();
        own.write("openapi/released/0.1.0.yaml", CONTRACT);
        own.write("CHANGELOG.md", RELEASED_CHANGELOG);
        own.commit();
        own.git(&["-c", "tag.gpgsign=false", "tag", "v0.1.0"]);
        own
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// Installs the script that replaces cargo-semver-checks.
    pub(crate) fn with_semver_checks(self, status: u8) -> Self {
        self.with("FAKE_SEMVER_CHECKS_STATUS", &status.to_string())
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    pub(crate) fn set_version(&self, version: &str) {
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[workspace.package]\nversion = \"{version}\"\n\
             edition = \"2024\"\n"
        );
        self.write("Cargo.toml", &manifest);
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.root().join(name).exists()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        let author =
            ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        self.git(&[&author[..], &["commit", "--quiet", "--message", "a commit"]].concat());
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output =
            alone(&mut Command::new("git")).args(arguments).current_dir(self.root()).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn uncommitted(&self) -> String {
        self.git(&["status", "--porcelain", "--untracked-files=all"])
    }

    pub(crate) fn xtask(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        alone(&mut command).args(arguments).current_dir(self.root());
        command.env("CARGO", format!("{SCRIPTS}/bin/cargo")).env("FAKE_CARGO_REAL", env!("CARGO"));
        command.env("FAKE_LOG", self.log()).env("PATH", self.path()).env_remove("INSTA_UPDATE");
        // If cargo-release runs these tests in its hook, `DRY_RUN` is set. The tested commands must not use this value.
        command.env_remove("DRY_RUN");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Returns the logged calls of cargo and cargo-semver-checks.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("calls")
    }

    /// Returns the PATH. It has cargo-semver-checks only if a test installed it.
    fn path(&self) -> std::ffi::OsString {
        let own = env::var_os("PATH").unwrap_or_default();
        let others = env::split_paths(&own).filter(|folder| !folder.join("cargo-semver-checks").exists());
        let installed = self.environment.iter().any(|(name, _)| *name == "FAKE_SEMVER_CHECKS_STATUS");
        let scripts = installed.then(|| Path::new(SCRIPTS).join("semver-checks"));
        env::join_paths(scripts.into_iter().chain(others)).unwrap()
    }
}

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub(crate) fn succeeded(&self, parts: &[&str]) {
        self.ended(0, parts);
    }

    #[track_caller]
    pub(crate) fn failed(&self, parts: &[&str]) {
        self.ended(1, parts);
    }

    /// Asserts that the command could not read or compare its input.
    #[track_caller]
    pub(crate) fn refused(&self, parts: &[&str]) {
        self.ended(2, parts);
    }

    #[track_caller]
    fn ended(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{}", self.all());
        for part in parts {
            assert!(self.all().contains(part), "{part}: {}", self.all());
        }
    }
}

/// Removes the variables that git hooks set for the surrounding repository.
fn alone(command: &mut Command) -> &mut Command {
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE")
}

/// Returns a coverage.yaml in which each operation covers an endpoint.
fn coverage() -> String {
    let outline = Outline::of(&Contract::parse("connect.yaml", CONTRACT).unwrap());
    let mut text = "groups:\n  - name: Customer\n    endpoints:\n".to_owned();
    for operation in &outline.operations {
        let mode = if operation.is_user_mode() { "user" } else { "client" };
        let id = &operation.id;
        writeln!(text, "      - {{title: {id}, mode: {mode}, state: covered, operation: {id}}}").unwrap();
    }
    text
}
