//! `cargo xtask regenerate`.

use crate::workspace::{COPY, GROUP, Workspace, lowered};

#[test]
fn an_edit_is_stale_until_it_is_regenerated() {
    let workspace = Workspace::new();
    workspace.xtask(&["regenerate", "--check"]).succeeded(&[]);
    workspace.write("openapi/connect.yaml", &lowered());
    let before = workspace.read(COPY);
    workspace
        .xtask(&["regenerate", "--check"])
        .failed(&[COPY, "run `cargo xtask regenerate`, and commit the file"]);
    assert_eq!(workspace.read(COPY), before, "--check writes nothing");

    workspace.xtask(&["regenerate"]).succeeded(&["connect.rs is written", "git diff"]);
    assert!(workspace.read(COPY) != before);
    workspace.xtask(&["regenerate"]).succeeded(&["connect.rs is up to date"]);
    workspace.xtask(&["regenerate", "--check"]).succeeded(&[]);
}

#[test]
fn an_edit_of_a_group_is_stale_until_it_is_regenerated() {
    let workspace = Workspace::in_several_files();
    workspace.xtask(&["regenerate", "--check"]).succeeded(&[]);
    workspace.write(GROUP, &(workspace.read(GROUP) + "# A comment.\n"));
    workspace.xtask(&["regenerate", "--check"]).failed(&[COPY, "run `cargo xtask regenerate`"]);
    workspace.xtask(&["regenerate"]).succeeded(&["connect.rs is written"]);
    workspace.write(GROUP, &workspace.read(GROUP).replace("          maxLength: 12\n", ""));
    workspace.xtask(&["regenerate"]).failed(&["openapi/groups/customer.yaml:", "[limit]", "help"]);
}

#[test]
fn regenerate_writes_the_snapshots_and_check_compares_them() {
    let workspace = Workspace::new();
    workspace.xtask(&["regenerate"]).succeeded(&[]);
    assert!(workspace.calls().contains("--test snapshots INSTA_UPDATE=always"), "{}", workspace.calls());
    workspace.xtask(&["regenerate", "--check"]).succeeded(&[]);
    assert!(workspace.calls().contains("--test snapshots INSTA_UPDATE=no"), "{}", workspace.calls());
    let stale = workspace.with("FAKE_CARGO_FAILS", "test");
    stale.xtask(&["regenerate", "--check"]).failed(&["`cargo xtask snapshots --accept`"]);
}

#[test]
fn a_contract_that_the_lint_refuses_changes_nothing() {
    let workspace = Workspace::new();
    let broken = workspace.read("openapi/connect.yaml").replace("openapi: 3.0.3", "openapi: 3.1.0");
    workspace.write("openapi/connect.yaml", &broken);
    let before = workspace.read(COPY);
    workspace.xtask(&["regenerate"]).failed(&["openapi/connect.yaml:", "[openapi-version]", "help"]);
    assert_eq!((workspace.read(COPY), workspace.calls()), (before, String::new()));
}

#[test]
fn the_client_is_written_even_if_other_code_does_not_compile() {
    let workspace = Workspace::new();
    workspace.write("openapi/connect.yaml", &lowered());
    let before = workspace.read(COPY);
    let broken = workspace.with("FAKE_CARGO_FAILS", "test");
    broken
        .xtask(&["regenerate"])
        .failed(&["the clients are written, but the snapshots are not", "xtask snapshots --accept"]);
    assert!(broken.read(COPY) != before);
}

#[test]
fn a_client_that_cannot_be_written_changes_nothing() {
    let workspace = Workspace::new();
    workspace.write("openapi/connect.yaml", &lowered());
    let before = workspace.read(COPY);
    // The second client cannot be written, because a file has the name of its directory. The first client must not be
    // written either.
    workspace.write("tests/shapes/openapi.yaml", &lowered());
    workspace.write("tests/shapes/generated", "");
    workspace
        .xtask(&["regenerate"])
        .failed(&["tests/shapes/generated/shapes.rs cannot be written, so no file is changed"]);
    assert_eq!((workspace.read(COPY), workspace.calls()), (before, String::new()));
}

#[test]
fn a_new_client_is_removed_if_another_one_cannot_be_written() {
    let workspace = Workspace::new();
    std::fs::remove_file(workspace.root().join(COPY)).unwrap();
    workspace.write("tests/shapes/openapi.yaml", &lowered());
    workspace.write("tests/shapes/generated", "");
    workspace
        .xtask(&["regenerate"])
        .failed(&["tests/shapes/generated/shapes.rs cannot be written, so no file is changed"]);
    assert!(!workspace.exists(COPY));
}

#[test]
fn help_names_the_generated_files_and_when_to_run_the_command() {
    let help = Workspace::new().xtask(&["regenerate", "--help"]);
    help.succeeded(&[COPY, "tests/snapshots", "--check", "EXIT STATUS", "EXAMPLES"]);
}
