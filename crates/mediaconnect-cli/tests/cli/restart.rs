//! Tests that one command line can both start and resume a run, and that rows can go to standard output.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mediaconnect_sandbox::{Fault, Sandbox};
use serde_json::json;
use wiremock::Mock;
use wiremock::matchers::path;

use crate::bulk::{Directory, EXPORT, builder, killed_while_it_reads, lines, sandbox};
use crate::support::{self, Run, customers, finish, of_connect, upstream};

/// Returns the current number of rows in the output.
fn rows(directory: &Directory) -> usize {
    fs::read(directory.file("out")).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() - 1)
}

/// Kills the process after every `step` new rows and restarts it, until it ends by itself.
fn killed_every(step: usize, directory: &Directory, start: impl Fn() -> Child) -> (usize, Option<i32>) {
    for kills in 0.. {
        let (before, mut child) = (rows(directory), start());
        while rows(directory) < before + step && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        if let Some(code) = child.wait().unwrap().code() {
            return (kills, Some(code));
        }
    }
    unreachable!("it ends some day")
}

#[tokio::test]
async fn killed_again_and_again_the_same_command_line_ends_with_0_and_the_right_rows() {
    // Each lookup takes 400 ms, because a fast machine could otherwise write all rows before the process is killed. The
    // test needs processes that write only some of the rows.
    let slow = Fault::on("getCustomerInfo").delay(Duration::from_millis(400)).always();
    let sandbox = builder().fault(slow).start().await.unwrap();
    for (name, input) in [("file", "@in"), ("stdin", "-")] {
        for format in ["csv", "jsonl"] {
            let directory = Directory::new(&format!("again-{name}-{format}"));
            directory.write("in", &lines(1..=500));
            let line = format!("customer export --input {input} --output @out --resume --format {format}");
            let start = || {
                let mut command = directory.command(&sandbox, &line);
                command.stdin(fs::File::open(directory.file("in")).unwrap());
                command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
            };
            let (kills, code) = killed_every(60, &directory, start);
            assert!(kills >= 2, "{name}, {format}: {kills}");
            assert_eq!(code, Some(0), "{name}, {format}");
            let found = directory.sorted("out");
            let plain = format!("customer export --input @in --output @expected --format {format}");
            assert_eq!(directory.run(&sandbox, &plain).code, Some(0));
            assert!(found == directory.sorted("expected"), "{name}, {format}: {} rows", found.len());
            assert!(!directory.file("out.input").exists());
        }
    }
}

#[tokio::test]
async fn resume_starts_a_new_run_and_sends_nothing_for_a_complete_one() {
    let (directory, sandbox) = (Directory::new("begins"), sandbox().await);
    directory.write("in", &lines(1..=5));
    directory.write("other", &lines(2..=6));
    let line = format!("{EXPORT} --resume --summary json");
    let first = directory.run(&sandbox, &line);
    assert_eq!((first.code, first.json()["written"].as_u64()), (Some(0), Some(5)), "{first:?}");
    let (rows, asked) = (directory.read("out"), sandbox.requests().len());
    let again = directory.run(&sandbox, &line);
    assert_eq!(
        (again.code, again.err.as_str()),
        (Some(0), "The run is already complete. Nothing was sent.\n")
    );
    let summary = again.json();
    assert_eq!((summary["rows"].as_u64(), summary["rowsInOutput"].as_u64()), (Some(5), Some(5)), "{again:?}");
    assert_eq!((directory.read("out"), sandbox.requests().len()), (rows.clone(), asked));

    // The command fails if the finished run had another input, or if its output is incomplete.
    let other = directory.run(&sandbox, "customer export --input @other --output @out --resume");
    assert!(other.code == Some(2) && other.err.contains("another input"), "{other:?}");
    fs::write(directory.file("out"), rows.lines().next().unwrap().to_owned() + "\n").unwrap();
    let cut = directory.run(&sandbox, &line);
    assert!(cut.code == Some(2) && cut.err.contains("lines are missing or were added"), "{cut:?}");
    // If the output of a finished run was deleted, `--resume` starts a new run.
    fs::remove_file(directory.file("out")).unwrap();
    let anew = directory.run(&sandbox, "customer export --input @other --output @out --resume");
    assert_eq!((anew.code, directory.sorted("out").len()), (Some(0), 5), "{anew:?}");
}

#[tokio::test]
async fn final_failures_lead_to_the_same_exit_code_at_each_start() {
    let (directory, sandbox) = (Directory::new("same-end"), sandbox().await);
    directory.write("in", "1\nkari\n9000000\n");
    let line = format!("{EXPORT} --resume --summary json");
    for _ in 0..2 {
        let run = directory.run(&sandbox, &line);
        assert_eq!(run.code, Some(8), "{run:?}");
        assert_eq!(run.json()["failures"], json!({ "invalid-input": 1, "not-found": 1 }), "{run:?}");
        assert_eq!(run.json()["rowsInOutput"], 1, "{run:?}");
    }
}

#[tokio::test]
async fn a_loop_that_stops_at_0_2_or_8_ends_with_a_complete_output() {
    let directory = Directory::new("loop");
    directory.write("in", "1\n2\nkari\n");
    let upstream = upstream(customers()).await;
    let fails = Mock::given(path("/v1/client/customer/info/2")).respond_with(support::json(500, "{}"));
    // A run sends a lookup at most three times if each response is a temporary failure. Six failures therefore make the
    // lookup fail in two runs.
    fails.up_to_n_times(6).with_priority(1).mount(&upstream).await;
    let mut codes = Vec::new();
    while !codes.iter().any(|code| [Some(0), Some(2), Some(8)].contains(code)) {
        codes.push(directory.run_at(&upstream, &format!("{EXPORT} --resume")).code);
    }
    assert_eq!(codes, [Some(6), Some(6), Some(8)]);
    assert_eq!(directory.sorted("out").len(), 2);
}

fn with_input(mut command: Command, text: &str, directory: &Directory) -> Run {
    directory.write("stdin", text);
    finish(command.stdin(fs::File::open(directory.file("stdin")).unwrap()))
}

#[tokio::test]
async fn standard_input_is_given_again_to_each_start() {
    let (directory, sandbox) = (Directory::new("given-again"), sandbox().await);
    let line = "customer export --input - --output @out --resume";
    let start = |text: &str| with_input(directory.command(&sandbox, line), text, &directory);
    for _ in 0..2 {
        let run = start("1\n2\n");
        assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 2), "{run:?}");
        assert_eq!(directory.files(), ["out", "out.resume", "stdin"]);
    }
    // The finished run has no copy of its input any more, so this file is not its copy.
    directory.write("out.input", "precious");
    assert_eq!(start("1\n2\n").code, Some(0));
    assert_eq!(directory.read("out.input"), "precious");
    let other = start("1\n3\n");
    assert!(other.code == Some(2) && other.err.contains("another input"), "{other:?}");
}

#[tokio::test]
async fn a_run_killed_while_it_reads_standard_input_can_be_started_again() {
    let (directory, sandbox) = (Directory::new("half-read"), sandbox().await);
    let line = "customer export --input - --output @out --resume";
    killed_while_it_reads(&directory, &sandbox, line);
    // Standard input is empty now. The second run must report an error, instead of accepting an input without rows.
    let nothing = directory.run(&sandbox, line);
    assert!(nothing.code == Some(2) && nothing.err.contains("standard input is empty now"), "{nothing:?}");
    assert!(!directory.file("out").exists());
    let run = with_input(directory.command(&sandbox, line), "1\n2\n", &directory);
    assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 2), "{run:?}");
}

#[tokio::test]
async fn rows_go_to_standard_output_and_everything_else_to_standard_error() {
    let (directory, sandbox) = (Directory::new("stdout"), sandbox().await);
    directory.write("in", "7\nkari\n8\n9000000\n");
    for input in ["@in", "-"] {
        for (format, header) in [("csv", 1), ("jsonl", 0)] {
            let line = format!("customer export --input {input} --output - --summary json --format {format}");
            let mut command = in_directory(&directory, &sandbox, &line);
            command.stdin(fs::File::open(directory.file("in")).unwrap());
            let run = finish(&mut command);
            assert_eq!((run.code, run.out.lines().count()), (Some(8), 2 + header), "{run:?}");
            for line in ["line 2 failed: invalid-input: ", "line 4 failed: not-found: "] {
                assert!(run.err.contains(line), "{run:?}");
            }
            assert!(run.err.contains("\"rowsInOutput\": 2") && !run.err.contains("kari"), "{run:?}");
            assert!(!run.err.contains("--resume"), "{run:?}");
            assert_eq!(directory.files(), ["in"]);
        }
    }
    let run = finish(&mut in_directory(
        &directory,
        &sandbox,
        "customer export --input @in --output - --failed bad",
    ));
    assert_eq!((run.code, directory.sorted("bad").len()), (Some(8), 3), "{run:?}");
    assert!(!run.err.contains("line 2 failed") && run.err.contains("are in bad"), "{run:?}");
}

#[tokio::test]
async fn a_failed_run_to_standard_output_is_not_resumable() {
    let directory = Directory::new("standard-output-fails");
    directory.write("in", &lines(1..=120));
    for (status, options, code, said) in [
        (401, "", 3, "client id and secret"),
        (404, "", 4, "add --keep-going"),
        (404, "--failed @missing/bad", 9, "bad cannot be written"),
    ] {
        let upstream = upstream(of_connect(status, "{}")).await;
        let run = directory.run_at(&upstream, &format!("customer export --input @in --output - {options}"));
        assert_eq!(run.code, Some(code), "{status} {options}: {run:?}");
        assert!(run.err.contains("then run the same command again"), "{status} {options}: {run:?}");
        assert!(run.err.contains(said) && !run.err.contains("--resume"), "{status} {options}: {run:?}");
    }
}

#[tokio::test]
async fn with_standard_output_an_existing_list_of_failures_is_a_usage_error() {
    let (directory, sandbox) = (Directory::new("standard-output-list-exists"), sandbox().await);
    directory.write("in", "1\n");
    directory.write("there", "precious");
    let run = directory.run(&sandbox, "customer export --input @in --output - --failed @there");
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.err.contains("there exists") && !run.err.contains("--force"), "{run:?}");
    assert_eq!(directory.read("there"), "precious");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_run_whose_standard_output_is_full_is_not_resumable() {
    let (directory, sandbox) = (Directory::new("standard-output-full"), sandbox().await);
    directory.write("in", "1\n");
    let mut command = directory.command(&sandbox, "customer export --input @in --output -");
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let run = Run::from(command.stdout(full).output().unwrap());
    assert_eq!(run.code, Some(9), "{run:?}");
    for text in ["standard output cannot be written", "then run the same command again"] {
        assert!(run.err.contains(text), "{run:?}");
    }
    assert!(!run.err.contains("--resume"), "{run:?}");
}

#[tokio::test]
async fn a_reader_of_standard_output_that_stops_early_is_named_as_the_cause() {
    let (directory, sandbox) = (Directory::new("standard-output-closed"), sandbox().await);
    directory.write("in", &lines(1..=20));
    let mut command = directory.command(&sandbox, "customer export --input @in --output -");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(9), "{run:?}");
    assert!(run.err.contains("was closed before all rows were written"), "{run:?}");
    assert!(run.err.contains("then run the same command again"), "{run:?}");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_summary_that_cannot_be_written_hides_no_other_failure() {
    let directory = Directory::new("summary-full");
    directory.write("in", "1\n");
    let upstream = upstream(of_connect(401, "{}")).await;
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let run = Run::from(directory.command_at(&upstream, EXPORT).stdout(full).output().unwrap());
    assert!(run.code == Some(3) && run.err.contains("--resume"), "{run:?}");
}

/// Returns a command that runs in the test's directory, where the test finds each file that the command creates.
fn in_directory(directory: &Directory, sandbox: &Sandbox, line: &str) -> Command {
    let mut command = directory.command(sandbox, line);
    command.current_dir(directory.file("."));
    command
}

#[tokio::test]
async fn no_file_gets_the_name_of_a_format_or_of_standard_output() {
    let (directory, sandbox) = (Directory::new("names"), sandbox().await);
    directory.write("in", "7\n");
    for (options, said) in [
        ("--output json", "json is a format"),
        ("--output table", "--summary"),
        ("--output csv", "To write a file of this name, use ./csv"),
        ("--output out --failed -", "--failed"),
        ("--output - --resume", "--output - and --resume cannot be used together"),
        ("--output - --force", "--output - and --force cannot be used together"),
        ("--output out --bom", "--bom requires --format csv"),
    ] {
        for command in ["export", "match"] {
            let line = format!("customer {command} --input @in {options}");
            let run = finish(&mut in_directory(&directory, &sandbox, &line));
            assert!(run.code == Some(2) && run.err.contains(said), "{line}: {run:?}");
            assert_eq!(directory.files(), ["in"], "{line}");
        }
    }
    let run = finish(&mut in_directory(&directory, &sandbox, "customer export --input @in --output ./json"));
    assert_eq!((run.code, directory.sorted("json").len()), (Some(0), 1), "{run:?}");
}

#[tokio::test]
async fn the_summary_counts_all_rows_in_the_files_including_those_of_earlier_runs() {
    let directory = Directory::new("counted");
    directory.write("in", &lines([1, 2, 3, 4]));
    let upstream = upstream(customers()).await;
    let lookup = |number: u32| path(format!("/v1/client/customer/info/{number}"));
    Mock::given(lookup(2)).respond_with(of_connect(404, "{}")).with_priority(1).mount(&upstream).await;
    let fails = Mock::given(lookup(3)).respond_with(support::json(500, "{}"));
    fails.up_to_n_times(3).with_priority(1).mount(&upstream).await;
    let line = format!("{EXPORT} --resume --summary json");
    for (code, written, in_output, failures) in
        [(6, 2, 2, json!({ "not-found": 1, "unavailable": 1 })), (8, 1, 3, json!({ "not-found": 1 }))]
    {
        let run = directory.run_at(&upstream, &line);
        let summary = run.json();
        assert_eq!(run.code, Some(code), "{run:?}");
        assert_eq!((&summary["written"], &summary["rowsInOutput"]), (&json!(written), &json!(in_output)));
        assert_eq!(summary["failures"], failures, "{run:?}");
    }
    let table = directory.run_at(&upstream, &format!("{EXPORT} --resume"));
    assert!(
        table.out.contains("Rows in the output      3") && table.out.contains("1 not-found"),
        "{table:?}"
    );
}
