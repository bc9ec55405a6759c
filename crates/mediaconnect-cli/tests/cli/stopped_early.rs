//! Tests that a signal ends a run early, for example while the run reads its input.

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use mediaconnect_sandbox::Sandbox;

use crate::bulk::{Directory, killed_while_it_reads, lines, sandbox};
use crate::support::{Run, finish, in_shell, json, send, upstream};

/// Waits for the end of a process. If it takes longer than `within`, kills the process and panics.
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
    child.wait_with_output().unwrap().into()
}

#[tokio::test]
async fn a_signal_ends_a_run_while_it_reads_standard_input() {
    let sandbox = sandbox().await;
    for (command, input) in [("export", "-"), ("match", "-"), ("export", "@pipe")] {
        for signal in ["-INT", "-TERM"] {
            let directory = Directory::new(&format!("reading{signal}-{command}"));
            assert!(Command::new("mkfifo").arg(directory.file("pipe")).status().unwrap().success());
            let line = format!("customer {command} --input {input} --output @out");
            let mut child = directory.command(&sandbox, &line);
            child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = child.spawn().unwrap();
            // Standard input stays open and gets no data, so the command waits for input.
            let open = child.stdin.take();
            while !directory.file("out.input").exists() {
                sleep(Duration::from_millis(5));
            }
            sleep(Duration::from_millis(50));
            send(signal, &child);
            let run = ended(child, Duration::from_secs(10));
            assert_eq!(run.code, Some(130), "{line}: {run:?}");
            assert!(run.err.contains("before anything was sent"), "{line}: {run:?}");
            assert_eq!(run.out, "", "{line}: {run:?}");
            assert_eq!(directory.files(), ["pipe"], "{line}");
            drop(open);
        }
    }
}

#[tokio::test]
async fn a_second_signal_ends_a_run_even_if_nobody_reads_its_output() {
    let directory = Directory::new("nobody-reads");
    directory.write("in", &lines(1..=2_000));
    for signals in [["-INT", "-INT"], ["-TERM", "-INT"]] {
        let sandbox = sandbox().await;
        let command = directory.command(&sandbox, "customer export --input @in --output -");
        let (mut child, output) = unread(command, &sandbox);
        send(signals[0], &child);
        sleep(Duration::from_millis(200));
        assert!(child.try_wait().unwrap().is_none(), "{signals:?}: the command has 10 seconds to stop");
        send(signals[1], &child);
        let run = ended(child, Duration::from_secs(5));
        assert_eq!(run.code, Some(130), "{signals:?}: {run:?}");
        drop(output);
    }
}

/// Starts an export to standard output that nobody reads, and waits until the pipe is full.
fn unread(mut command: Command, sandbox: &Sandbox) -> (Child, ChildStdout) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    // The pipe is too small for all rows. When it is full, the command stops sending requests.
    let mut sent = 0;
    while sent < 2 || sent != sandbox.requests().len() {
        sent = sandbox.requests().len();
        sleep(Duration::from_secs(1));
    }
    (child, output)
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_closed_terminal_ends_a_run_and_the_temporary_copy_of_its_input_is_deleted() {
    let directory = Directory::new("terminal-closed");
    let upstream = upstream(json(200, "{}").set_delay(Duration::from_secs(600))).await;
    let mut command = directory.command_at(&upstream, "customer export --input - --output -");
    command.env("TMPDIR", directory.file("."));
    // If the tests run under `nohup`, SIGHUP is ignored. `--default-signal` restores the default action.
    let mut child = in_shell("exec env --default-signal=HUP", &command);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"1\n").unwrap();
    // The first request is for a token.
    while upstream.received_requests().await.unwrap().len() < 2 {
        sleep(Duration::from_millis(5));
    }
    assert_eq!(directory.files().len(), 1);
    send("-HUP", &child);
    let run = ended(child, Duration::from_secs(5));
    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(directory.files().is_empty(), "{:?}", directory.files());
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_closed_terminal_that_sends_its_signal_again_leaves_a_run_time_to_stop() {
    let (directory, sandbox) = (Directory::new("terminal-closed-twice"), sandbox().await);
    directory.write("in", &lines(1..=2_000));
    let command = directory.command(&sandbox, "customer export --input @in --output -");
    let (mut child, output) = unread(in_shell("exec env --default-signal=HUP", &command), &sandbox);
    for _ in 0..2 {
        send("-HUP", &child);
        sleep(Duration::from_millis(200));
        assert!(child.try_wait().unwrap().is_none(), "the command has 10 seconds to stop");
    }
    send("-INT", &child);
    assert_eq!(ended(child, Duration::from_secs(5)).code, Some(130));
    drop(output);
}

#[tokio::test]
async fn below_nohup_a_run_continues_when_the_terminal_is_closed() {
    let (directory, sandbox) = (Directory::new("nohup"), sandbox().await);
    let command = directory.command(&sandbox, "customer export --input - --output @out");
    // `nohup` ignores the signal in the same way.
    let mut child = in_shell("trap '' HUP; exec", &command);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    while !directory.file("out.input").exists() {
        sleep(Duration::from_millis(5));
    }
    send("-HUP", &child);
    sleep(Duration::from_millis(50));
    child.stdin.take().unwrap().write_all(b"1\n").unwrap();
    let run = ended(child, Duration::from_secs(10));
    assert_eq!((run.code, directory.sorted("out").len()), (Some(0), 1), "{run:?}");
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
    // With `--force`, a run keeps the old output until it has read the new input. This run is killed before that, so
    // the output is still that of the previous run.
    killed_while_it_reads(&directory, &sandbox, &format!("{line} --force"));
    let run = directory.run(&sandbox, &format!("{line} --resume"));
    assert!(run.code == Some(2) && run.err.contains("was stopped while it read the input"), "{run:?}");
    assert!(run.err.contains("next: start again with --force"), "{run:?}");
    let run = directory.run(&sandbox, line);
    assert!(run.code == Some(2) && run.err.contains("out exists"), "{run:?}");
    assert!(run.err.contains("--force") && !run.err.contains("--resume"), "{run:?}");
    assert_eq!(directory.sorted("out").len(), 2);
}

#[tokio::test]
async fn resume_is_recommended_only_if_it_works() {
    let (directory, sandbox) = (Directory::new("resume-works"), sandbox().await);
    directory.write("in", "1\n2\n");
    let stopped = || killed_while_it_reads(&directory, &sandbox, "customer export --input - --output @out");
    let damaged = || directory.write("out.resume", "{\n");
    let leave: [&dyn Fn(); 2] = [&stopped, &damaged];
    for leave_journal in leave {
        for (results, is_recommended) in [(&[][..], true), (&["out"], false), (&["out.failed.csv"], false)] {
            for name in ["out", "out.failed.csv", "out.input", "out.resume"] {
                let _ = fs::remove_file(directory.file(name));
            }
            leave_journal();
            for name in results {
                directory.write(name, "");
            }
            let run = |how: &str| {
                let mut command =
                    directory.command(&sandbox, &format!("customer export --input - --output @out {how}"));
                finish(command.stdin(fs::File::open(directory.file("in")).unwrap()))
            };
            let advised = run("");
            assert_eq!(advised.code, Some(2), "{results:?}: {advised:?}");
            assert_eq!(advised.err.contains("--resume"), is_recommended, "{results:?}: {advised:?}");
            let mut without_input =
                directory.command(&sandbox, "customer export --input - --output @out --resume");
            let without_input = finish(without_input.stdin(Stdio::null()));
            assert_eq!(without_input.code, Some(2), "{results:?}: {without_input:?}");
            let resumed = run("--resume");
            assert_eq!(resumed.code, Some(if is_recommended { 0 } else { 2 }), "{results:?}: {resumed:?}");
        }
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_signal_ends_a_dry_run_also_while_it_reads_the_input_again() {
    let (directory, sandbox) = (Directory::new("dry-run-stopped"), sandbox().await);
    directory.write("in", &lines(1..=500_000));
    let mut child = directory.command(&sandbox, "customer export --dry-run --input @in --output @out");
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Waits until the read position moves back, which means that the command reads the file a second time.
    let input = directory.file("in");
    let mut furthest = 0;
    while furthest == 0 || position(&child, &input).is_none_or(|position| position >= furthest) {
        furthest = furthest.max(position(&child, &input).unwrap_or(0));
    }
    send("-INT", &child);
    let run = ended(child, Duration::from_secs(5));
    assert_eq!((run.code, run.out.as_str()), (Some(130), ""), "{run:?}");
    assert!(run.err.contains("before anything was sent"), "{run:?}");
}

/// Returns the position up to which a process has read a file; `None` if the process has not opened the file.
#[cfg(target_os = "linux")]
fn position(child: &Child, file: &std::path::Path) -> Option<u64> {
    let descriptors = fs::read_dir(format!("/proc/{}/fd", child.id())).ok()?;
    let mut descriptors = descriptors.filter_map(Result::ok);
    let open = descriptors.find(|one| fs::read_link(one.path()).is_ok_and(|target| target == file))?;
    let number = open.file_name().into_string().unwrap();
    let info = fs::read_to_string(format!("/proc/{}/fdinfo/{number}", child.id())).ok()?;
    info.lines().find_map(|line| line.strip_prefix("pos:")?.trim().parse().ok())
}
