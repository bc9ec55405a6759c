//! `cargo xtask bundle`.

use crate::workspace::{GROUP, Workspace};

#[test]
fn the_bundle_is_printed_or_written_and_complete() {
    let workspace = Workspace::in_several_files();
    let printed = workspace.xtask(&["bundle"]);
    printed.succeeded(&[
        "# Made from openapi/connect.yaml by `cargo xtask bundle`",
        "/v1/client/customer/search:",
        "'429':",
    ]);
    assert!(
        !printed.out.contains("groups/") && !printed.out.contains("x-operation-defaults"),
        "{}",
        printed.out
    );
    workspace.xtask(&["bundle", "-o", "openapi/bundle.yaml"]).succeeded(&["openapi/bundle.yaml is written"]);
    assert_eq!(workspace.read("openapi/bundle.yaml"), printed.out);
    // The bundle does not refer to the group files in its directory, so the lint ignores them.
    workspace.xtask(&["lint", "openapi/bundle.yaml"]).succeeded(&["rules found nothing"]);
    workspace
        .xtask(&["diff", "openapi/connect.yaml", "openapi/bundle.yaml"])
        .succeeded(&["Nothing changed."]);
    workspace
        .xtask(&["bundle", "--output", "no/such/file.yaml"])
        .failed(&["no/such/file.yaml cannot be written"]);
}

#[test]
fn a_contract_that_cannot_be_joined_is_not_written() {
    let workspace = Workspace::in_several_files();
    workspace.write(GROUP, &workspace.read(GROUP).replace("  search:\n", "  find:\n"));
    workspace.xtask(&["bundle", "-o", "bundle.yaml"]).failed(&[
        "openapi/connect.yaml:",
        "[reference] groups/customer.yaml#/paths/search does not exist",
        "openapi/groups/customer.yaml:",
        "[group] the first file does not list the path find",
    ]);
    assert!(!workspace.exists("bundle.yaml"));
}
