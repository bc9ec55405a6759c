//! Kills exports at random moments and resumes them. The rows must be the same as without an interruption.
//!
//! The test prints its seed. Set `KILL_SEED` to this seed to repeat the test. Two runs with the same seed can differ,
//! because the number of rows that a process writes before it is killed is not always the same.

use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use fastrand::Rng;
use mediaconnect_sandbox::Sandbox;

use crate::bulk::{Directory, sandbox};
use crate::support::finish;

const ROUNDS: u32 = 50;
/// The maximum time before the first process of an export is killed, in milliseconds.
const LONGEST: u64 = 500;
const FILES: [&str; 2] = ["out", "out.failed.csv"];

#[tokio::test]
async fn killed_at_random_moments_an_export_to_json_lines_loses_nobody() {
    killed("jsonl").await;
}

#[tokio::test]
async fn killed_at_random_moments_an_export_to_csv_loses_nobody() {
    killed("csv").await;
}

/// Starts new exports until at least [`ROUNDS`] processes were killed. Each export is killed and resumed until it
/// completes.
async fn killed(format: &str) {
    let seed = std::env::var("KILL_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("KILL_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let (directory, sandbox) = (Directory::new(&format!("killed-{format}")), sandbox().await);
    directory.write("in", &input(&mut rng));
    let line = format!("customer export --input @in --output @out --resume --format {format}");
    assert_eq!(finish(&mut directory.command(&sandbox, &line)).code, Some(8));
    let expected = rows(&directory);

    let (mut kills, mut lives) = (0, 0);
    while kills < ROUNDS {
        for file in FILES.into_iter().chain(["out.resume"]) {
            fs::remove_file(directory.file(file)).unwrap();
        }
        // Each process may run longer than the one before it, until one of them completes the export. This works even
        // on a slow machine.
        for longest in (LONGEST..).step_by(100) {
            let mut child = start(&directory, &sandbox, &line);
            sleep(Duration::from_millis(rng.u64(0..longest)));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            lives += 1;
            if let Some(code) = status.code() {
                assert_eq!(code, 8, "round {kills}, KILL_SEED={seed}");
                break;
            }
            kills += 1;
            // The files are torn only while the run is unfinished. A system crash cannot damage the files of a finished
            // run, because a run syncs its files before it is marked as finished.
            let journal = fs::read_to_string(directory.file("out.resume")).unwrap_or_default();
            if !journal.contains("finished") && rng.bool() {
                tear(&directory, &mut rng);
            }
        }
        let found = rows(&directory);
        assert!(found == expected, "other rows after {kills} rounds, KILL_SEED={seed}");
    }
    println!("{kills} kills of {lives} lives, {} rows", expected[0].len());
}

/// Returns the rows of both files. Leaves out the column `run` of the list of failures, which differs between runs.
fn rows(directory: &Directory) -> [Vec<String>; 2] {
    let listed = directory.sorted(FILES[1]).into_iter().map(|row| row.rsplit_once(',').unwrap().0.to_owned());
    [directory.sorted(FILES[0]), listed.collect()]
}

/// Returns an input with customers in random order, invalid lines and empty lines.
fn input(rng: &mut Rng) -> String {
    let mut lines: Vec<_> = (1..=1_500).map(|number: u32| number.to_string()).collect();
    lines.extend((0..100).map(|_| rng.u32(1..=1_500).to_string()));
    lines.extend((0..100).map(|number| (5_000 + number).to_string()));
    lines.extend((0..100).map(|index| ["", "x", "-1"][index % 3].to_owned()));
    rng.shuffle(&mut lines);
    lines.join("\n")
}

fn start(directory: &Directory, sandbox: &Sandbox, line: &str) -> Child {
    let mut command = directory.command(sandbox, line);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Removes some bytes from the end of a file, as a system crash can.
fn tear(directory: &Directory, rng: &mut Rng) {
    let path = directory.file(FILES[usize::from(rng.bool())]);
    if let Ok(file) = fs::OpenOptions::new().write(true).open(path) {
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(rng.u64(0..300))).unwrap();
    }
}
