//! Runs only the snapshot tests.

use anyhow::Result;

use crate::workspace;

/// Runs the snapshot tests and shows what changed. With `accept`, the new snapshots replace the old ones.
pub(crate) fn run(accept: bool) -> Result<()> {
    let mut command =
        workspace::cargo(&["test", "--quiet", "--package", "mediaconnect-tests", "--test", "snapshots"]);
    command.env("INSTA_UPDATE", if accept { "always" } else { "no" });
    if accept {
        command.env("INSTA_FORCE_PASS", "1");
    }
    workspace::run(
        command,
        "the snapshots do not match the contract: read the difference above, run `cargo xtask snapshots \
         --accept`, and commit the files",
    )
}
