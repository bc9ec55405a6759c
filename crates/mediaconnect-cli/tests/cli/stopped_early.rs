//! A signal also ends a run before anything is sent.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::bulk::{Directory, killed_while_it_reads, sandbox};
use crate::support::Run;

/// Waits for the end of a process. Panics if it does not end in time.
fn ended(mut child: Child, within: Duration) -> Run {
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > within {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it does not end");
        }
        sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[tokio::test]
async fn a_signal_ends_it_also_while_standard_input_is_read() {
    let sandbox = sandbox().await;
    for (command, input) in [("export", "-"), ("match", "-"), ("export", "@pipe")] {
        for signal in ["-INT", "-TERM"] {
            let directory = Directory::new(&format!("reading{signal}-{command}"));
            assert!(Command::new("mkfifo").arg(directory.file("pipe")).status().unwrap().success());
            let line = format!("customer {command} --input {input} --output @out");
            let mut child = directory.command(&sandbox, &line);
            child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = child.spawn().unwrap();
            // Standard input stays open without any data.
            let open = child.stdin.take();
            while !directory.file("out.input").exists() {
                sleep(Duration::from_millis(5));
            }
            sleep(Duration::from_millis(50));
            let kill = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            assert!(kill.success());
            let run = ended(child, Duration::from_secs(10));
            assert_eq!(run.code, Some(130), "{line}: {run:?}");
            assert!(run.err.contains("before anything was sent"), "{line}: {run:?}");
            assert_eq!(run.out, "", "{line}: {run:?}");
            // The run leaves neither a copy of the input nor a journal.
            assert_eq!(directory.files(), ["pipe"], "{line}");
            drop(open);
        }
    }
}

#[tokio::test]
async fn a_copy_of_standard_input_that_is_not_whole_is_not_resumed() {
    let (directory, sandbox) = (Directory::new("half-a-copy"), sandbox().await);
    directory.write("in", "1\n2\n");
    let line = "customer export --input - --output @out";
    killed_while_it_reads(&directory, &sandbox, line);
    for how in ["--resume", ""] {
        let run = directory.run(&sandbox, &format!("{line} {how}"));
        assert!(run.code == Some(2) && run.err.contains("--force"), "{how}: {run:?}");
    }
    let mut again = directory.command(&sandbox, &format!("{line} --force"));
    let again = again.stdin(fs::File::open(directory.file("in")).unwrap()).status().unwrap();
    assert_eq!(again.code(), Some(0));
    assert_eq!(directory.files(), ["in", "out", "out.resume"]);
    assert_eq!(directory.sorted("out").len(), 2);
}
