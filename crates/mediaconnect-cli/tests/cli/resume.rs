//! Tests interrupted and resumed exports.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mediaconnect_sandbox::Sandbox;
use serde_json::{Value, json};
use wiremock::Mock;
use wiremock::matchers::path;

use crate::bulk::{Directory, EXPORT, lines, sandbox};
use crate::support::{self, Run, customers, finish, in_shell, of_connect, send, upstream};

/// Runs an export, and sends it a signal after its first rows.
async fn interrupted(directory: &Directory, signal: &str, options: &str) -> (Sandbox, Run) {
    let sandbox = sandbox().await;
    let line = format!("{EXPORT} {options}");
    let child =
        directory.command(&sandbox, &line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while fs::metadata(directory.file("out")).map_or(0, |file| file.len()) == 0 {
        sleep(Duration::from_millis(5));
    }
    send(signal, &child);
    (sandbox, child.wait_with_output().unwrap().into())
}

fn uninterrupted(directory: &Directory, sandbox: &Sandbox) -> Vec<String> {
    assert!(directory.run(sandbox, "customer export --input @in --output @expected").code.is_some());
    directory.sorted("expected")
}

#[tokio::test]
async fn a_signal_ends_a_run_cleanly_and_resume_continues_it() {
    for (signal, options, advice) in [
        ("-INT", "", "to continue, run the same command with --resume\n"),
        ("-TERM", "--force", "to continue, run the same command with --resume instead of --force\n"),
    ] {
        let directory = Directory::new(&format!("signal{signal}"));
        directory.write("in", &lines(1..=2_000));
        let (sandbox, run) = interrupted(&directory, signal, options).await;
        assert_eq!(run.code, Some(130), "{run:?}");
        assert!(run.err.contains(advice), "{run:?}");
        let stops = include_str!("../../../../docs/bulk.md").contains("in 0 | 2 | 8 | 130) break");
        assert!(stops, "the loop in docs/bulk.md must stop at 130");
        let some = directory.sorted("out").len();
        assert!(0 < some && some < 2_000, "{some}");
        let again = directory.run(&sandbox, EXPORT);
        assert!(again.code == Some(2) && again.err.contains("continue with --resume"), "{again:?}");
        let run = directory.run(&sandbox, &format!("{EXPORT} --resume --summary json"));
        assert_eq!((run.code, run.json()["doneBefore"].as_u64()), (Some(0), Some(some as u64)), "{run:?}");
        assert_eq!(directory.sorted("out"), uninterrupted(&directory, &sandbox));
    }
}

#[tokio::test]
async fn a_run_with_other_options_or_input_is_not_resumed() {
    let directory = Directory::new("different");
    directory.write("in", &lines(1..=2_000));
    directory.write("other", &lines(2..=2_001));
    directory.write("csv", "email\na@example.com\n");
    let (sandbox, _) = interrupted(&directory, "-KILL", "").await;
    let before = directory.read("out");
    for (line, what) in [
        ("customer export --input @other --output @out", "another input"),
        ("customer export --input @in --output @out --format csv", "another --format"),
        ("customer export --input @in --output @out --failed @f", "another --failed"),
        ("customer match --input @csv --output @out", "another command"),
    ] {
        let run = directory.run(&sandbox, &format!("{line} --resume"));
        assert!(run.code == Some(2) && run.err.contains(what), "{line}: {run:?}");
        assert_eq!(directory.read("out"), before, "{line}");
    }
    assert_eq!(directory.run(&sandbox, &format!("{EXPORT} --resume")).code, Some(0));
}

#[tokio::test]
async fn a_torn_end_is_cut_off_wherever_it_is_torn() {
    let (directory, sandbox) = (Directory::new("torn"), sandbox().await);
    directory.write("in", &lines(1..=3));
    for format in ["jsonl", "csv"] {
        let line = format!("{EXPORT} --format {format}");
        assert_eq!(directory.run(&sandbox, &format!("{line} --force")).code, Some(0));
        let whole = directory.sorted("out");
        let bytes = fs::read(directory.file("out")).unwrap();
        // An incomplete row comes from a killed run, which also leaves an unfinished journal. This test cuts the row
        // itself, so it also writes such a journal.
        let journal = unfinished(&directory.read("out.resume"));
        for end in (0..=bytes.len()).step_by(29).chain([bytes.len() - 1, bytes.len()]) {
            let mut torn = bytes[..end].to_vec();
            if end % 2 == 0 {
                // A system crash may leave zero bytes at the end of the file.
                torn.extend([0; 50]);
                torn.push(b'\n');
            }
            fs::write(directory.file("out"), torn).unwrap();
            directory.write("out.resume", &journal);
            let run = directory.run(&sandbox, &format!("{line} --resume"));
            assert_eq!(run.code, Some(0), "{format}, {end}: {run:?}");
            assert_eq!(directory.sorted("out"), whole, "{format}, {end}");
        }
    }
}

/// Returns the journal that a run writes before it is finished.
fn unfinished(journal: &str) -> String {
    let mut journal: Value = serde_json::from_str(journal).unwrap();
    journal.as_object_mut().unwrap().remove("finished").unwrap();
    journal.to_string()
}

#[tokio::test]
async fn a_full_disk_is_reported_and_the_run_can_be_resumed() {
    let (directory, sandbox) = (Directory::new("full"), sandbox().await);
    directory.write("in", &lines(1..=2_000));
    let run = on_a_full_disk(&directory.command(&sandbox, &format!("{EXPORT} --summary json")));
    assert_eq!(run.code, Some(9), "{run:?}");
    assert!(run.err.contains("out cannot be written") && run.err.contains("with --resume"), "{run:?}");
    let some = directory.sorted("out").len();
    assert!((1..2_000).contains(&some), "{some}");
    // The summary does not count the rows that the failed write lost.
    let summary = run.json();
    assert_eq!((&summary["written"], &summary["rowsInOutput"]), (&json!(some), &json!(some)), "{summary}");
    assert_eq!(directory.run(&sandbox, &format!("{EXPORT} --resume")).code, Some(0));
    assert_eq!(directory.sorted("out"), uninterrupted(&directory, &sandbox));
}

#[tokio::test]
async fn a_list_of_failures_that_cannot_be_written_is_named() {
    let (directory, sandbox) = (Directory::new("full-list"), sandbox().await);
    directory.write("in", &"kari\n".repeat(2_000));
    let run = on_a_full_disk(&directory.command(&sandbox, &format!("{EXPORT} --summary json")));
    assert_eq!(run.code, Some(9), "{run:?}");
    assert!(run.err.contains("out.failed.csv cannot be written"), "{run:?}");
    let (summary, listed) = (run.json(), directory.sorted("out.failed.csv").len() - 1);
    assert_eq!((&summary["failed"], &summary["failures"]["invalid-input"]), (&json!(listed), &json!(listed)));
    assert_eq!(directory.run(&sandbox, &format!("{EXPORT} --resume")).code, Some(8));
    assert_eq!(directory.sorted("out.failed.csv").len(), 2_001);
}

/// Runs a command that can write only the first bytes of each file.
fn on_a_full_disk(command: &Command) -> Run {
    // `ulimit` limits each file to 64 blocks of 512 or 1,024 bytes. `trap` makes the command ignore the signal SIGXFSZ,
    // which would kill it at the limit.
    finish(&mut in_shell("trap '' XFSZ; ulimit -f 64; exec", command))
}

#[tokio::test]
async fn the_copy_of_standard_input_is_kept_until_the_run_is_complete() {
    let (directory, sandbox) = (Directory::new("stdin"), sandbox().await);
    directory.write("in", &lines(1..=2_000));
    let line = "customer export --input - --output @out";
    let input = fs::File::open(directory.file("in")).unwrap();
    let mut child = directory
        .command(&sandbox, line)
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while fs::metadata(directory.file("out")).map_or(0, |file| file.len()) == 0 {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.input", "out.resume"]);
    for file in ["out.input", "out.resume"] {
        assert_eq!(fs::metadata(directory.file(file)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let run = directory.run(&sandbox, &format!("{line} --resume"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(directory.files(), ["in", "out", "out.resume"]);
    assert_eq!(directory.sorted("out"), uninterrupted(&directory, &sandbox));
}

#[tokio::test]
async fn resume_retries_only_rows_that_may_succeed() {
    let directory = Directory::new("again");
    directory.write("in", &lines([1, 2, 3, 4]));
    let lookup = |number: u32| path(format!("/v1/client/customer/info/{number}"));
    let upstream = upstream(customers()).await;
    Mock::given(lookup(2))
        .respond_with(of_connect(404, "{}"))
        .with_priority(1)
        .expect(1)
        .mount(&upstream)
        .await;
    Mock::given(lookup(3))
        .respond_with(support::json(500, "{}"))
        // If a lookup fails temporarily, a run sends it at most three times.
        .up_to_n_times(3)
        .with_priority(1)
        .mount(&upstream)
        .await;
    let run = directory.run_at(&upstream, EXPORT);
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(run.err.contains("Rows that failed, but may succeed later: 1."), "{run:?}");
    assert!(
        directory.read("out.failed.csv").contains("\n3,unavailable,"),
        "{}",
        directory.read("out.failed.csv")
    );
    let run = directory.run_at(&upstream, &format!("{EXPORT} --resume --summary json"));
    // One row has a final failure, which is not retried.
    assert_eq!((run.code, run.json()["written"].as_u64()), (Some(8), Some(1)), "{run:?}");
    assert_eq!(directory.sorted("out").len(), 3);
    assert_eq!(directory.sorted("out.failed.csv").len(), 2);
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.resume"]);
    upstream.verify().await;
}
