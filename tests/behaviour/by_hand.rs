//! The lint knows the names of all hand-written methods and commands, so that no generated method or command has the
//! same name.

use std::fs;

use mediaconnect_contract::lint::{CLIENT_METHODS, COMMANDS, GROUP_METHODS};
use mediaconnect_tests::workspace;

/// Returns the public methods in the `impl` blocks of a type, sorted.
fn methods(of: &str, files: &[&str]) -> Vec<String> {
    let mut methods = Vec::new();
    for file in files {
        let text = fs::read_to_string(workspace().join("crates/mediaconnect/src").join(file)).unwrap();
        for block in text.split(&format!("\nimpl {of} {{\n")).skip(1) {
            let block = block.split("\n}\n").next().unwrap();
            for line in block.lines() {
                let function = line.strip_prefix("    pub ").map(|line| line.trim_start_matches("async "));
                if let Some(name) = function.and_then(|line| line.strip_prefix("fn ")) {
                    methods.push(name.split(['(', '<']).next().unwrap().to_owned());
                }
            }
        }
    }
    methods.sort();
    methods
}

#[test]
fn the_lint_knows_each_method_of_the_client() {
    assert_eq!(methods("Client", &["cached.rs", "client.rs"]), CLIENT_METHODS);
}

#[test]
fn the_lint_knows_each_method_of_a_group_that_is_written_by_hand() {
    let files = ["access.rs", "customers.rs", "overview.rs"];
    for (accessor, of) in [("access", "Access<'_>"), ("customers", "Customers<'_>")] {
        let known = GROUP_METHODS.iter().find(|(group, _)| *group == accessor).unwrap().1;
        assert_eq!(methods(of, &files), known);
    }
}

/// `COMMANDS` omits `customer` and `access`, because they are groups of the contract, with generated and hand-written
/// commands.
#[test]
fn the_lint_knows_each_command_that_is_no_group() {
    let source = fs::read_to_string(workspace().join("crates/mediaconnect-cli/src/args.rs")).unwrap();
    let block = source.split("pub(crate) enum Command {\n").nth(1).unwrap().split("\n}\n").next().unwrap();
    // The command `help` is not in the enum, because clap adds it.
    let mut commands = vec!["help".to_owned()];
    let mut is_skipped = false;
    for line in block.lines() {
        let variant =
            line.strip_prefix("    ").filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
        if let Some(variant) = variant {
            if !is_skipped {
                commands.push(variant.split(['(', ' ', ',']).next().unwrap().to_lowercase());
            }
            is_skipped = false;
        } else if line.contains("#[command(skip)]") {
            is_skipped = true;
        }
    }
    commands.retain(|command| !["customer", "access"].contains(&command.as_str()));
    commands.sort();
    assert_eq!(commands, COMMANDS);
}
