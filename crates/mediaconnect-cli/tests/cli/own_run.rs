//! Tests that `--resume` continues only its own run: the run at the same system, with the list of failures that this
//! run wrote.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer};

use crate::bulk::{Directory, EXPORT, lines};
use crate::support::{Run, command, customers, finish, json, of_connect, set_response, upstream};

/// Makes the lookup of a customer fail in one run. A run sends a lookup at most three times.
async fn fails_once(upstream: &MockServer, number: u32) {
    let lookup = Mock::given(path(format!("/v1/client/customer/info/{number}")));
    lookup.respond_with(json(500, "{}")).up_to_n_times(3).with_priority(1).mount(upstream).await;
}

#[tokio::test]
async fn a_run_is_not_resumed_at_another_system() {
    let directory = Directory::new("other-address");
    directory.write("in", &lines([1, 2, 3]));
    let (norway, sweden) = (upstream(customers()).await, upstream(customers()).await);
    fails_once(&norway, 3).await;
    let line = format!("{EXPORT} --resume");
    assert_eq!(directory.run_at(&norway, &line).code, Some(6));
    // The second round finds a complete run.
    for _ in 0..2 {
        let before = directory.read("out");
        let other = directory.run_at(&sweden, &line);
        assert_eq!(other.code, Some(2), "{other:?}");
        for text in [norway.uri(), sweden.uri(), "--force".to_owned()] {
            assert!(other.err.contains(&text), "{text}: {other:?}");
        }
        assert_eq!(directory.read("out"), before);
        assert!(sweden.received_requests().await.unwrap().is_empty());
        assert_eq!(directory.run_at(&norway, &line).code, Some(0));
    }
}

#[tokio::test]
async fn a_run_of_a_version_that_did_not_record_the_system_is_not_resumed() {
    let directory = Directory::new("no-address");
    directory.write("in", "1\n");
    let upstream = upstream(customers()).await;
    assert_eq!(directory.run_at(&upstream, EXPORT).code, Some(0));
    let mut journal: Value = serde_json::from_str(&directory.read("out.resume")).unwrap();
    journal.as_object_mut().unwrap().remove("system");
    // Earlier versions wrote the command first.
    let command = journal.as_object_mut().unwrap().remove("command").unwrap();
    let rest = serde_json::to_string(&journal).unwrap();
    directory.write("out.resume", &format!("{{\n  \"command\": {command},{}", &rest[1..]));
    let run = directory.run_at(&upstream, &format!("{EXPORT} --resume"));
    assert!(run.code == Some(2) && run.err.contains("another version"), "{run:?}");
}

#[test]
fn the_sandbox_of_a_command_is_one_system_whatever_its_port() {
    let directory = Directory::new("one-sandbox");
    directory.write("in", "563457\n");
    for _ in 0..2 {
        let files = directory.file(".").display().to_string();
        let line = format!("--sandbox customer export --input {files}/in --output {files}/out --resume");
        let run = finish(&mut command(&line));
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

/// Runs an export that stops before it has written a row or a failure.
fn stopped_at_once(directory: &Directory, upstream: &MockServer) {
    let run = directory.run_at(upstream, &format!("{EXPORT} --failed @list"));
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(directory.files(), ["in", "out", "out.resume"]);
}

#[tokio::test]
async fn a_list_of_failures_of_another_run_is_not_continued() {
    for format in ["jsonl", "csv"] {
        let directory = Directory::new(&format!("adopted-{format}"));
        directory.write("in", &lines([1, 2, 3]));
        let upstream = upstream(of_connect(401, "{}")).await;
        stopped_at_once(&directory, &upstream);
        // Another run has the same path for its list, and customer 2 is unknown to it.
        set_response(&upstream, customers()).await;
        let unknown = Mock::given(path("/v1/client/customer/info/2")).respond_with(of_connect(404, "{}"));
        unknown.up_to_n_times(1).with_priority(1).mount(&upstream).await;
        fails_once(&upstream, 3).await;
        let other = "customer export --input @in --output @other --failed @list";
        assert_eq!(directory.run_at(&upstream, other).code, Some(6));
        let list = directory.read("list");
        let run = directory.run_at(&upstream, &format!("{EXPORT} --failed @list --resume"));
        assert!(run.code == Some(2) && run.err.contains("list belongs to another run"), "{run:?}");
        assert_eq!(directory.read("list"), list);
        // The other run still has its list. The first run continues when the other list is gone.
        assert_eq!(directory.run_at(&upstream, &format!("{other} --resume")).code, Some(8));
        fs::rename(directory.file("list"), directory.file("moved")).unwrap();
        let run = directory.run_at(&upstream, &format!("{EXPORT} --failed @list --resume"));
        assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 3), "{run:?}");
    }
}

#[tokio::test]
async fn a_complete_run_does_not_rewrite_the_list_of_another_run() {
    let directory = Directory::new("rewritten");
    directory.write("in", &lines([1, 2]));
    let upstream = upstream(customers()).await;
    let line = format!("{EXPORT} --failed @list --resume");
    assert_eq!(directory.run_at(&upstream, &line).code, Some(0));
    fails_once(&upstream, 2).await;
    let other = "customer export --input @in --output @other --failed @list";
    assert_eq!(directory.run_at(&upstream, other).code, Some(6));
    let list = directory.read("list");
    let again = directory.run_at(&upstream, &line);
    assert!(again.code == Some(2) && again.err.contains("list belongs to another run"), "{again:?}");
    assert_eq!(directory.read("list"), list);
}

#[tokio::test]
async fn a_complete_run_changes_no_file_that_was_edited_since() {
    let directory = Directory::new("edited");
    directory.write("in", "1\nkari\n");
    let upstream = upstream(customers()).await;
    let line = format!("{EXPORT} --resume");
    assert_eq!(directory.run_at(&upstream, &line).code, Some(8));
    let edited = directory.read("out.failed.csv").replace("invalid-input", "unavailable");
    directory.write("out.failed.csv", &edited);
    let again = directory.run_at(&upstream, &line);
    assert!(again.code == Some(2) && again.err.contains("has changed since"), "{again:?}");
    assert_eq!(directory.read("out.failed.csv"), edited);
}

#[tokio::test]
async fn a_relative_list_of_failures_is_the_same_file_in_each_directory_or_the_run_is_refused() {
    let directory = Directory::new("relative");
    fs::create_dir(directory.file("elsewhere")).unwrap();
    directory.write("in", &lines([1, 2]));
    let upstream = upstream(customers()).await;
    fails_once(&upstream, 2).await;
    let run = |from: &str, list: &str| {
        let mut command = directory.command_at(&upstream, &format!("{EXPORT} --resume --failed {list}"));
        finish(command.current_dir(directory.file(from)))
    };
    assert_eq!(run(".", "list").code, Some(6));
    let other = run("elsewhere", "list");
    assert!(other.code == Some(2) && other.err.contains("another --failed"), "{other:?}");
    assert_eq!(run("elsewhere", "../list").code, Some(0));
}

#[tokio::test]
async fn of_two_runs_with_one_list_of_failures_the_later_one_leaves_nothing() {
    let directory = Directory::new("one-list");
    directory.write("in", "kari\n");
    let upstream = upstream(customers()).await;
    let line = "customer export --input - --output @later --failed @list";
    let mut later = directory.command_at(&upstream, line);
    later.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut later = later.spawn().unwrap();
    while !directory.file("later.input").exists() {
        sleep(Duration::from_millis(5));
    }
    assert_eq!(directory.run_at(&upstream, &format!("{EXPORT} --failed @list")).code, Some(8));
    later.stdin.take().unwrap().write_all(b"1\n").unwrap();
    let later: Run = later.wait_with_output().unwrap().into();
    assert!(later.code == Some(2) && later.err.contains("list exists"), "{later:?}");
    assert_eq!(directory.files(), ["in", "list", "out", "out.resume"]);
    assert_eq!(directory.sorted("list").len(), 2);
}
