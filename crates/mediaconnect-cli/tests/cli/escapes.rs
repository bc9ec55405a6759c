//! Tests that a text of upstream cannot control the terminal.

use std::process::{Command, Stdio};

use crate::bulk::{Directory, EXPORT};
use crate::support::{finish, json, upstream};

#[tokio::test]
async fn terminal_escapes_of_upstream_reach_no_row_of_json_lines() {
    let directory = Directory::new("escapes");
    directory.write("in", "1\n");
    let customer = "{\"customerNumber\": 1, \"name\": {\"lastName\": \"a\u{9b}2J\u{7f}\u{202e}b\"}}";
    let upstream = upstream(json(200, customer)).await;
    assert_eq!(directory.run_at(&upstream, EXPORT).code, Some(0));
    let row = directory.read("out");
    assert!(row.contains("a\\u009b2J\\u007f\\u202eb"), "{row}");
}

/// Runs a command whose standard output is a terminal. Returns what the terminal receives.
#[cfg(target_os = "linux")]
fn on_a_terminal(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut script = Command::new("script");
    script.args(["-qec", &words.join(" "), "/dev/null"]).stdin(Stdio::null());
    script.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    finish(&mut script).out
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn terminal_escapes_of_upstream_do_not_reach_the_terminal() {
    let directory = Directory::new("terminal-escapes");
    directory.write("in", "1\n");
    let body = "{\"customerNumber\": 1, \"name\": {\"lastName\": \"a\\u001b[2Jb\"},
        \"customers\": [{\"customerNumber\": 1, \"lastName\": \"a\\u001b[2Jb\"}],
        \"access\": true, \"accesses\": [{\"access\": true, \"accessLevel\": \"a\\u001b[2Jb\", \"accessType\": \"A\"}]}";
    let upstream = upstream(json(200, body)).await;
    for line in [
        "customer export --input @in --output - --format csv",
        "customer export --input @in --output -",
        "customer search --last-name B --company-name X --street-address A --postal-code 0179 --output csv",
        "access may-read DIGITAL --user x",
    ] {
        let shown = on_a_terminal(&directory.command_at(&upstream, line));
        assert!(shown.contains("[2Jb") && !shown.contains("\u{1b}[2J"), "{line}: {shown:?}");
    }
}
