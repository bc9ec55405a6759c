//! Tests that `customer export` deletes and truncates only files that it created.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use wiremock::Mock;
use wiremock::matchers::path;

use crate::bulk::{Directory, EXPORT, lines, sandbox};
use crate::support::{customers, finish, json, upstream};

#[tokio::test]
async fn while_one_export_reads_its_input_another_does_not_begin() {
    let (directory, sandbox) = (Directory::new("reading"), sandbox().await);
    directory.write("long", &"7\n".repeat(4_000_000));
    directory.write("in", "7\n");
    let mut first = directory.command(&sandbox, "customer export --input @long --output @out");
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while !directory.file("out.resume").exists() && started.elapsed() < Duration::from_millis(500) {
        sleep(Duration::from_millis(1));
    }
    for how in ["", "--force", "--resume"] {
        let second = directory.run(&sandbox, &format!("{EXPORT} {how}"));
        assert!(
            second.code == Some(2) && second.err.contains("another process is using"),
            "{how}: {second:?}"
        );
    }
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test]
async fn if_several_exports_start_together_only_one_writes_the_output() {
    let (directory, sandbox) = (Directory::new("at-once"), sandbox().await);
    directory.write("in", &lines(1..=50));
    for round in 0..10 {
        let line = format!("customer export --input @in --output @out{round}");
        let start = || {
            let mut command = directory.command(&sandbox, &line);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let mut codes: Vec<_> =
            [(); 4].map(|()| start()).into_iter().map(|mut run| run.wait().unwrap().code()).collect();
        codes.sort_unstable();
        assert_eq!(codes, [Some(0), Some(2), Some(2), Some(2)], "round {round}");
        assert_eq!(directory.sorted(&format!("out{round}")).len(), 50);
    }
    assert_eq!(directory.files().len(), 21, "{:?}", directory.files());
}

#[tokio::test]
async fn a_list_of_failures_that_another_export_writes_is_left_alone() {
    let directory = Directory::new("shared-list");
    directory.write("in", "1\n");
    let upstream = upstream(json(200, "{}").set_delay(Duration::from_secs(600))).await;
    let mut first = directory.command_at(&upstream, EXPORT);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !directory.file("out.failed.csv").exists() {
        sleep(Duration::from_millis(5));
    }
    let line = "customer export --force --input @in --output @other --failed @out.failed.csv";
    let second = directory.run_at(&upstream, line);
    assert!(second.code == Some(2) && second.err.contains("another process is using"), "{second:?}");
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.resume"]);
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test]
async fn force_deletes_no_file_that_an_export_did_not_make() {
    let (directory, sandbox) = (Directory::new("not-ours"), sandbox().await);
    directory.write("in", "1\n");
    for name in ["out.resume", "out.input"] {
        directory.write(name, "precious\n");
        let from_stdin = || {
            let mut command = directory.command(&sandbox, "customer export --input - --output @out --force");
            command.stdin(fs::File::open(directory.file("in")).unwrap());
            finish(&mut command)
        };
        for run in [directory.run(&sandbox, &format!("{EXPORT} --force")), from_stdin()] {
            assert_eq!(directory.read(name), "precious\n", "{name}: {run:?}");
        }
        assert_eq!(from_stdin().code, Some(2), "{name}");
        fs::remove_file(directory.file(name)).unwrap();
    }
}

#[tokio::test]
async fn force_keeps_the_old_output_if_the_new_input_cannot_be_used() {
    let (directory, sandbox) = (Directory::new("kept"), sandbox().await);
    directory.write("in", "1\n2\n");
    assert_eq!(directory.run(&sandbox, EXPORT).code, Some(0));
    let files = directory.files();
    let empty = "customer export --input - --output @out --force --column number";
    let run = directory.run(&sandbox, empty);
    assert!(run.code == Some(2) && run.err.contains("no column with the name"), "{run:?}");
    assert_eq!((directory.sorted("out").len(), directory.files()), (2, files));
    let again = directory.run(&sandbox, &format!("{EXPORT} --resume"));
    assert!(again.code == Some(0) && again.err.contains("already complete"), "{again:?}");
}

#[tokio::test]
async fn resume_leaves_a_file_alone_that_is_named_like_the_list_of_failures_with_new_appended() {
    let directory = Directory::new("new");
    directory.write("in", &lines([1, 2]));
    directory.write("out.failed.csv.new", "precious");
    let upstream = upstream(customers()).await;
    let fails = Mock::given(path("/v1/client/customer/info/2")).respond_with(json(500, "{}"));
    fails.up_to_n_times(3).with_priority(1).mount(&upstream).await;
    assert_eq!(directory.run_at(&upstream, EXPORT).code, Some(6));
    assert_eq!(directory.run_at(&upstream, &format!("{EXPORT} --resume")).code, Some(0));
    assert_eq!(directory.read("out.failed.csv.new"), "precious");
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv.new", "out.resume"]);
}

#[tokio::test]
async fn an_existing_file_is_named() {
    let (directory, upstream, line) = partial("named", "jsonl").await;
    for name in ["out", "out.failed.csv", "out.resume"] {
        let run = directory.run_at(&upstream, &line);
        assert!(run.code == Some(2) && run.err.contains(&format!("/{name} exists")), "{name}: {run:?}");
        assert!(run.err.contains("continue with --resume"), "{name}: {run:?}");
        fs::remove_file(directory.file(name)).unwrap();
    }
}

#[tokio::test]
async fn two_spellings_of_a_path_are_the_same_file() {
    let (directory, sandbox) = (Directory::new("spellings"), sandbox().await);
    directory.write("in", "1\n");
    for line in [
        "customer export --input @in --output @out --failed @../spellings/out",
        "customer export --input @in --output @out --failed @../spellings/out.resume",
        "customer export --force --input @in --output @../spellings/in",
        "customer export --force --input @in --output @out --failed @../spellings/in",
    ] {
        let run = directory.run(&sandbox, line);
        assert!(run.code == Some(2) && run.err.contains("are the same file"), "{line}: {run:?}");
        assert_eq!(
            (directory.files(), directory.read("in")),
            (vec!["in".to_owned()], "1\n".to_owned()),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_run_is_resumed_with_another_spelling_of_its_output() {
    let (directory, upstream, _) = partial("respelled", "jsonl").await;
    let run = directory.run_at(&upstream, "customer export --input @in --output @../respelled/out --resume");
    assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 4), "{run:?}");
}

/// Runs an export in which the lookup of customer 4 fails temporarily. Later lookups of customer 4 succeed, so
/// `--resume` can complete the row.
async fn partial(name: &str, format: &str) -> (Directory, wiremock::MockServer, String) {
    let directory = Directory::new(name);
    directory.write("in", &lines(1..=4));
    let upstream = upstream(customers()).await;
    let fails = Mock::given(path("/v1/client/customer/info/4")).respond_with(json(500, "{}"));
    fails.up_to_n_times(3).with_priority(1).mount(&upstream).await;
    let line = format!("{EXPORT} --format {format}");
    assert_eq!(directory.run_at(&upstream, &line).code, Some(6));
    (directory, upstream, line)
}

#[tokio::test]
async fn resume_refuses_an_output_that_another_program_saved_and_cuts_nothing() {
    for format in ["csv", "jsonl"] {
        let (directory, upstream, line) = partial(&format!("saved-{format}"), format).await;
        for file in ["out", "out.failed.csv"] {
            let written = directory.read(file);
            let utf_16 = written.encode_utf16().flat_map(u16::to_le_bytes);
            let changes: [(&str, Vec<u8>); 6] = [
                ("byte order mark", format!("\u{feff}{written}").into_bytes()),
                ("line 1 ", utf_16.collect()),
                ("line 1 ", written.replacen(['n', '}'], "x", 1).into_bytes()),
                ("line 1 ", written.replace(',', ";").into_bytes()),
                ("line 2 ", written.replacen('\n', "\nprecious\n", 1).into_bytes()),
                ("line ", format!("{written}precious\n").into_bytes()),
            ];
            for (index, (what, changed)) in changes.into_iter().enumerate() {
                let context = format!("{format}, {file}, change {index}");
                fs::write(directory.file(file), &changed).unwrap();
                let run = directory.run_at(&upstream, &format!("{line} --resume"));
                assert_eq!(run.code, Some(2), "{context}: {run:?}");
                assert!(run.err.contains(what) && run.err.contains("next: "), "{context}: {run:?}");
                assert!(!run.err.contains("precious"), "{context}: {run:?}");
                assert!(fs::read(directory.file(file)).unwrap() == changed, "{context}");
                assert!(directory.file("out.resume").exists(), "{context}");
            }
            directory.write(file, &written);
        }
        assert_eq!(directory.run_at(&upstream, &format!("{line} --resume")).code, Some(0));
        assert_eq!(directory.files(), ["in", "out", "out.resume"]);
    }
}
