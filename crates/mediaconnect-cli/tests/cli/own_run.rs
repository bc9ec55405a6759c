//! Tests that `--resume` continues only its own run: the run at the same system, with the list of failures that this
//! run wrote.

use serde_json::Value;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer};

use crate::bulk::{Directory, EXPORT, lines};
use crate::support::{command, customers, finish, json, upstream};

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
