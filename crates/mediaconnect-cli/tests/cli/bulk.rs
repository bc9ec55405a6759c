//! `customer export` and `customer match`: what they write, and that nothing which interrupts them is seen in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mediaconnect_sandbox::{Customer, Sandbox};
use wiremock::matchers::{path, path_regex};
use wiremock::{Mock, MockServer};

use crate::support::{Run, command, command_at, finish, json, upstream};

/// A folder of a test, with an input and an output.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.file(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// The rows of a file in the order of their text.
    pub fn sorted(&self, name: &str) -> Vec<String> {
        let text = self.read(name);
        assert!(text.ends_with('\n'), "{name} ends in a torn line");
        let mut rows: Vec<_> = text.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    }

    pub fn files(&self) -> Vec<String> {
        let files = fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().file_name());
        let mut files: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
        files.sort();
        files
    }

    /// Puts the folder in front of the files of a command line: `@in` is the file `in`.
    fn arguments(&self, line: &str) -> String {
        line.replace('@', &format!("{}/", self.0.display()))
    }

    pub fn command(&self, sandbox: &Sandbox, line: &str) -> Command {
        let mut command = command(&self.arguments(line));
        // Upstream's rate would be the only thing that is tested.
        command
            .args(["--rate-limit", "100000/6000000"])
            .env("MEDIACONNECT_BASE_URL", sandbox.base_url())
            .env("MEDIACONNECT_TOKEN_URL", sandbox.token_url())
            .env("MEDIACONNECT_CLIENT_ID", sandbox.client_id())
            .env("MEDIACONNECT_CLIENT_SECRET", sandbox.client_secret());
        command
    }

    fn run(&self, sandbox: &Sandbox, line: &str) -> Run {
        finish(&mut self.command(sandbox, line))
    }

    fn run_at(&self, upstream: &MockServer, line: &str) -> Run {
        finish(&mut command_at(upstream, &self.arguments(line)))
    }
}

/// A sandbox in which the numbers 1 to 2,000 are customers.
pub async fn sandbox() -> Sandbox {
    let customers = (1..=2_000).map(|number| match number % 11 {
        // What CSV must quote, and what is not ASCII.
        0 => Customer::invented(number).name("Dag \"Dagfinn\"", "Å;, Sæther").company("Fjord,\nAS"),
        1 => Customer::new(number),
        _ => Customer::invented(number),
    });
    // As good as none: the client goes by what upstream says is left.
    Sandbox::builder()
        .customers(customers)
        .with_invented_customers()
        .rate_limit(u32::MAX, u32::MAX)
        .start()
        .await
        .unwrap()
}

fn lines(numbers: impl IntoIterator<Item = u32>) -> String {
    let lines: Vec<_> = numbers.into_iter().map(|number| number.to_string()).collect();
    lines.join("\n")
}

const EXPORT: &str = "customer export --input @in --output @out";

#[tokio::test]
async fn each_good_line_is_a_row_and_each_bad_one_a_reason() {
    let (folder, sandbox) = (Folder::new("good-and-bad"), sandbox().await);
    folder.write("in", "7\n\nkari\n8\r\n9000000\n007\n0\n9");
    let run = folder.run(&sandbox, &format!("{EXPORT} --summary json"));
    assert_eq!(run.code, Some(8), "{run:?}");
    let rows = folder.sorted("out");
    let numbers: Vec<_> = rows.iter().map(|row| row.split(",\"name\"").next().unwrap()).collect();
    let expected = [
        r#"{"line":1,"customerNumber":7"#,
        r#"{"line":4,"customerNumber":8"#,
        r#"{"line":8,"customerNumber":9"#,
    ];
    assert_eq!(numbers, expected);
    let failed = folder.sorted("out.failed.csv");
    let reasons: Vec<_> = failed.iter().map(|row| row.splitn(3, ',').take(2).collect::<Vec<_>>()).collect();
    assert_eq!(
        reasons,
        [["3", "invalid-input"], ["5", "not-found"], ["7", "invalid-input"], ["line", "reason"]]
    );
    let summary = run.json();
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!((count("rows"), count("written"), count("failed"), count("repeated")), (7, 3, 3, 1));
    // Nothing is left to do, so there is nothing to resume.
    assert_eq!(folder.files(), ["in", "out", "out.failed.csv"]);
}

#[tokio::test]
async fn without_failures_the_exit_code_is_0_and_files_are_their_owners() {
    let (folder, sandbox) = (Folder::new("no-failures"), sandbox().await);
    folder.write("in", "name;Customer number\nx;3\ny;4\n");
    let run = folder.run(&sandbox, "customer export --input @in --output @out.csv --column customer-number");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.err, "Columns of the input that are not used: 1.\n");
    assert_eq!(folder.files(), ["in", "out.csv"]);
    assert!(folder.read("out.csv").starts_with("line,customerNumber,firstName,"));
    assert_eq!(folder.sorted("out.csv").len(), 3);
    assert_eq!(fs::metadata(folder.file("out.csv")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn nothing_is_overwritten_that_was_not_meant_to_be() {
    let (folder, sandbox) = (Folder::new("overwritten"), sandbox().await);
    folder.write("in", "1\n");
    folder.write("out", "precious");
    for line in [
        EXPORT,
        "customer export --input @in --output @new --failed @out",
        "customer export --force --input @in --output @in",
        "customer export --force --input @in --output @new --failed @in",
        "customer export --force --input @in --output @new --failed @new",
        "customer export --force --input @in --output @",
        "customer export --resume --input @in --output @out",
        "customer export --force --input @missing --output @out",
    ] {
        let run = folder.run(&sandbox, line);
        assert!(matches!(run.code, Some(1 | 2)) && run.err.contains("next: "), "{line}: {run:?}");
        assert_eq!((folder.read("in").as_str(), folder.read("out").as_str()), ("1\n", "precious"), "{line}");
    }
    assert_eq!(folder.run(&sandbox, &format!("{EXPORT} --force")).code, Some(0));
    assert_eq!(folder.sorted("out").len(), 1);
}

#[tokio::test]
async fn what_has_the_name_of_the_copy_of_standard_input_is_left_alone() {
    let (folder, sandbox) = (Folder::new("copy"), sandbox().await);
    folder.write("out.input", "1\n");
    for line in [
        "customer export --input @out.input --output @out",
        "customer export --input @out.input --output @out --force",
        "customer export --input - --output @out",
        "customer export --input - --output @new --failed @new.input",
    ] {
        let run = folder.run(&sandbox, line);
        assert!(run.code == Some(2) && run.err.contains(".input"), "{line}: {run:?}");
        assert_eq!(folder.files(), ["out.input"], "{line}");
    }
}

#[tokio::test]
async fn standard_input_is_either_the_secret_or_the_input() {
    let (folder, sandbox) = (Folder::new("stdin-twice"), sandbox().await);
    folder.write("people", "email\n");
    for line in [
        "customer export --input - --output @out --client-secret-file -",
        "customer match --input - --output @out --client-secret-file -",
        "api POST /v1/client/customer/search --json - --client-secret-file -",
    ] {
        let mut command = command(&folder.arguments(line));
        command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_BASE_URL", sandbox.base_url());
        let run = finish(command.stdin(fs::File::open(folder.file("people")).unwrap()));
        assert!(run.code == Some(2) && run.err.contains("--client-secret-file"), "{line}: {run:?}");
        assert_eq!(folder.files(), ["people"], "{line}");
    }
}

/// Runs an export that is interrupted in the middle.
async fn interrupted(folder: &Folder, signal: &str) -> (Sandbox, Run) {
    let sandbox = sandbox().await;
    let child =
        folder.command(&sandbox, EXPORT).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while fs::metadata(folder.file("out")).map_or(0, |file| file.len()) == 0 {
        sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (sandbox, Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
}

/// The rows of an export that nothing interrupts.
fn uninterrupted(folder: &Folder, sandbox: &Sandbox) -> Vec<String> {
    assert!(folder.run(sandbox, "customer export --input @in --output @expected").code.is_some());
    folder.sorted("expected")
}

#[tokio::test]
async fn a_signal_ends_it_cleanly_and_resume_goes_on() {
    for signal in ["-INT", "-TERM"] {
        let folder = Folder::new(&format!("signal{signal}"));
        folder.write("in", &lines(1..=2_000));
        let (sandbox, run) = interrupted(&folder, signal).await;
        assert_eq!(run.code, Some(130), "{run:?}");
        assert!(run.err.contains("with --resume to go on"), "{run:?}");
        let some = folder.sorted("out").len();
        assert!(0 < some && some < 2_000, "{some}");
        let again = folder.run(&sandbox, EXPORT);
        assert!(again.code == Some(2) && again.err.contains("go on with --resume"), "{again:?}");
        let run = folder.run(&sandbox, &format!("{EXPORT} --resume --summary json"));
        assert_eq!((run.code, run.json()["doneBefore"].as_u64()), (Some(0), Some(some as u64)), "{run:?}");
        assert_eq!(folder.sorted("out"), uninterrupted(&folder, &sandbox));
    }
}

#[tokio::test]
async fn what_was_begun_differently_is_not_resumed() {
    let folder = Folder::new("different");
    folder.write("in", &lines(1..=2_000));
    folder.write("other", &lines(2..=2_001));
    folder.write("csv", "email\na@example.com\n");
    let (sandbox, _) = interrupted(&folder, "-KILL").await;
    let before = folder.read("out");
    for (line, what) in [
        ("customer export --input @other --output @out", "another input"),
        ("customer export --input @in --output @out --format csv", "another --format"),
        ("customer export --input @in --output @out --failed @f", "another --failed"),
        ("customer match --input @csv --output @out", "another command"),
    ] {
        let run = folder.run(&sandbox, &format!("{line} --resume"));
        assert!(run.code == Some(2) && run.err.contains(what), "{line}: {run:?}");
        assert_eq!(folder.read("out"), before, "{line}");
    }
    assert_eq!(folder.run(&sandbox, &format!("{EXPORT} --resume")).code, Some(0));
}

#[tokio::test]
async fn a_torn_end_is_cut_off_wherever_it_is_torn() {
    let (folder, sandbox) = (Folder::new("torn"), sandbox().await);
    folder.write("in", &lines(1..=3));
    for format in ["jsonl", "csv"] {
        let line = format!("{EXPORT} --format {format}");
        assert_eq!(folder.run(&sandbox, &format!("{line} --force")).code, Some(0));
        let whole = folder.sorted("out");
        let bytes = fs::read(folder.file("out")).unwrap();
        // A run leaves the journal, if it is killed before it deletes it.
        let journal = journal(&folder, &sandbox, &line);
        for end in (0..=bytes.len()).step_by(29).chain([bytes.len() - 1, bytes.len()]) {
            let mut torn = bytes[..end].to_vec();
            if end % 2 == 0 {
                // A crash of the machine may leave such.
                torn.extend([0; 50]);
                torn.push(b'\n');
            }
            fs::write(folder.file("out"), torn).unwrap();
            folder.write("out.resume", &journal);
            let run = folder.run(&sandbox, &format!("{line} --resume"));
            assert_eq!(run.code, Some(0), "{format}, {end}: {run:?}");
            assert_eq!(folder.sorted("out"), whole, "{format}, {end}");
        }
    }
}

/// The journal of a command: what is left when it cannot write its output.
fn journal(folder: &Folder, sandbox: &Sandbox, line: &str) -> String {
    let dead = ["--base-url", "http://127.0.0.1:1"];
    let kept = fs::read(folder.file("out")).unwrap();
    let run = finish(folder.command(sandbox, &format!("{line} --force")).args(dead));
    assert!(run.code.is_some());
    fs::write(folder.file("out"), kept).unwrap();
    fs::remove_file(folder.file("out.failed.csv")).unwrap();
    folder.read("out.resume")
}

#[tokio::test]
async fn a_full_disk_is_told_and_resumed_from() {
    let (folder, sandbox) = (Folder::new("full"), sandbox().await);
    folder.write("in", &lines(1..=2_000));
    let full = folder.command(&sandbox, EXPORT);
    // Files may have 64 blocks of 512 or 1,024 bytes; without the trap, the shell's child would be killed.
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"])
        .arg(full.get_program())
        .args(full.get_args());
    limited
        .env_clear()
        .envs(full.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null());
    let run = finish(&mut limited);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.err.contains("out cannot be written") && run.err.contains("with --resume"), "{run:?}");
    let some = folder.sorted("out").len();
    assert!((1..2_000).contains(&some), "{some}");
    assert_eq!(folder.run(&sandbox, &format!("{EXPORT} --resume")).code, Some(0));
    assert_eq!(folder.sorted("out"), uninterrupted(&folder, &sandbox));
}

#[tokio::test]
async fn standard_input_is_kept_until_all_is_done() {
    let (folder, sandbox) = (Folder::new("stdin"), sandbox().await);
    folder.write("in", &lines(1..=2_000));
    let line = "customer export --input - --output @out";
    let input = fs::File::open(folder.file("in")).unwrap();
    let mut child = folder
        .command(&sandbox, line)
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while fs::metadata(folder.file("out")).map_or(0, |file| file.len()) == 0 {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(folder.files(), ["in", "out", "out.failed.csv", "out.input", "out.resume"]);
    for file in ["out.input", "out.resume"] {
        assert_eq!(fs::metadata(folder.file(file)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let run = folder.run(&sandbox, &format!("{line} --resume"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(folder.files(), ["in", "out"]);
    assert_eq!(folder.sorted("out"), uninterrupted(&folder, &sandbox));
}

#[tokio::test]
async fn resume_tries_again_what_may_succeed_and_nothing_else() {
    let folder = Folder::new("again");
    folder.write("in", &lines([1, 2, 3, 4]));
    let customers = |number: u32| path(format!("/v1/client/customer/info/{number}"));
    let upstream = upstream(json(200, "{}")).await;
    Mock::given(customers(2)).respond_with(json(404, "{}")).with_priority(1).expect(1).mount(&upstream).await;
    Mock::given(customers(3))
        .respond_with(json(500, "{}"))
        // As often as a run asks for it.
        .up_to_n_times(3)
        .with_priority(1)
        .mount(&upstream)
        .await;
    let run = folder.run_at(&upstream, EXPORT);
    assert_eq!(run.code, Some(8), "{run:?}");
    assert!(run.err.contains("1 rows failed for reasons that may pass"), "{run:?}");
    assert!(folder.read("out.failed.csv").contains("\n3,unavailable,"), "{}", folder.read("out.failed.csv"));
    let run = folder.run_at(&upstream, &format!("{EXPORT} --resume --summary json"));
    // One row is still not there, and never will be.
    assert_eq!((run.code, run.json()["written"].as_u64()), (Some(8), Some(1)), "{run:?}");
    assert_eq!(folder.sorted("out").len(), 3);
    assert_eq!(folder.sorted("out.failed.csv").len(), 2);
    assert_eq!(folder.files(), ["in", "out", "out.failed.csv"]);
    upstream.verify().await;
}

#[tokio::test]
async fn a_failure_that_passes_is_made_up_for_at_the_end() {
    let folder = Folder::new("passes");
    folder.write("in", &lines(1..=50));
    let upstream = upstream(json(200, "{}")).await;
    let one_in_ten = Mock::given(path_regex("^/v1/.*/[0-9]*5$")).respond_with(json(500, "{}"));
    one_in_ten.up_to_n_times(5).with_priority(1).mount(&upstream).await;
    let run = folder.run_at(&upstream, EXPORT);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(folder.sorted("out").len(), 50);
    assert_eq!(folder.files(), ["in", "out"]);
}

#[tokio::test]
async fn rows_that_always_fail_are_no_outage() {
    let folder = Folder::new("no-outage");
    folder.write("in", &lines(1..=60));
    let upstream = upstream(json(200, "{}")).await;
    let most = Mock::given(path_regex("^/v1/.*/[1-5][0-9]$")).respond_with(json(500, "{}"));
    most.with_priority(1).mount(&upstream).await;
    let run = folder.run_at(&upstream, &format!("{EXPORT} --summary json"));
    assert_eq!((run.code, run.json()["failedForNow"].as_u64()), (Some(8), Some(50)), "{run:?}");
    assert_eq!(folder.sorted("out").len(), 10);
}

#[tokio::test]
async fn what_concerns_all_rows_stops_it_early_with_the_exit_code_of_its_cause() {
    let folder = Folder::new("all-rows");
    folder.write("in", &lines(1..=1_000));
    for (status, code) in [(401, 3), (403, 3), (503, 6)] {
        let upstream = upstream(json(status, "{}")).await;
        let run = folder.run_at(&upstream, &format!("{EXPORT} --force"));
        assert_eq!(run.code, Some(code), "{status}: {run:?}");
        assert!(run.err.contains("then run the same command with --resume"), "{status}: {run:?}");
        let requests = upstream.received_requests().await.unwrap().len();
        assert!(requests < 300, "{status}: {requests} requests");
        let all = Mock::given(path_regex("^/v1/")).respond_with(json(200, "{}")).with_priority(2);
        all.mount(&upstream).await;
        let fast = "--rate-limit 10000/600000";
        let run = folder.run_at(&upstream, &format!("{EXPORT} --resume {fast}"));
        assert_eq!(run.code, Some(0), "{status}: {run:?}");
        assert_eq!(folder.sorted("out").len(), 1_000);
    }
}

#[tokio::test]
async fn two_do_not_work_on_one_output() {
    let folder = Folder::new("two");
    folder.write("in", "1\n");
    let slow = json(200, "{}").set_delay(Duration::from_secs(600));
    let upstream = upstream(slow).await;
    let mut first = command_at(&upstream, &folder.arguments(EXPORT));
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !folder.file("out").exists() {
        sleep(Duration::from_millis(5));
    }
    let files = folder.files();
    for how in ["--resume", "--force"] {
        let second = folder.run_at(&upstream, &format!("{EXPORT} {how}"));
        assert!(second.code == Some(2) && second.err.contains("another process works"), "{second:?}");
        assert_eq!(folder.files(), files, "{how}");
    }
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test]
async fn match_writes_how_many_were_found_and_whether_there_may_be_more() {
    let (folder, sandbox) = (Folder::new("match"), sandbox().await);
    let people = "\
id;E-mail;phone;Last name;street-address;postalPlace;streetNumber
1;ola.nordmann@company.com;;;;;
2;;;Hansen;Storgata;Lillehammer;
3;;+4723339100;Hansen;;;
4;nobody@example.com;;;;;
5;;;Hansen;Storgata;;
6;;;Hansen;Storgata;Lillehammer;twelve
7;kari.canary;;;;;
;;;;;;
";
    folder.write("in.csv", people);
    let run = folder.run(&sandbox, "customer match --input @in.csv --output @out.csv --summary json");
    assert_eq!(run.code, Some(8), "{run:?}");
    assert_eq!(
        folder.sorted("out.csv"),
        [
            "2,1,false,563457",
            "3,5,true,102110;102117;102124;102131;102138",
            "4,1,false,563457",
            "5,0,false,",
            "line,hits,mayBeMore,customerNumbers",
        ]
    );
    let failed = folder.read("out.csv.failed.csv");
    assert!(failed.contains("needs postal-code or postal-place") && !failed.contains("canary"), "{failed}");
    assert_eq!(failed.lines().count(), 4, "{failed}");
    assert_eq!(run.json()["notes"]["Found five, there may be more"], 1);

    let run = folder.run(&sandbox, "customer match --input @in.csv --output @out.jsonl");
    assert_eq!(run.code, Some(8), "{run:?}");
    let rows = folder.sorted("out.jsonl");
    assert!(
        rows[1].starts_with(r#"{"line":3,"hits":5,"mayBeMore":true,"customers":[{"customerNumber":102110,"#)
    );
}

#[tokio::test]
async fn nobody_is_seen_on_the_terminal() {
    let folder = Folder::new("nobody");
    folder.write("in", "77001234\n77001235\nkari-canary\n");
    folder.write("people.csv", "email\ncanary@example.com\nkari.canary\n");
    folder.write("header.csv", "canary@example.com\n");
    let customer = r#"{"customerNumber": 77001234, "name": {"lastName": "canary-name"},
        "customers": [{"lastName": "canary-name"}]}"#;
    for answer in [json(200, customer), json(200, "canary"), json(404, "canary"), json(400, "canary")] {
        let upstream = upstream(answer).await;
        for line in [
            EXPORT,
            "customer match --input @people.csv --output @out",
            "customer match --input @header.csv --output @out",
        ] {
            let run = folder.run_at(&upstream, &format!("-vv {line} --force"));
            assert!(run.code.is_some_and(|code| [2, 7, 8].contains(&code)), "{line}: {run:?}");
            for text in [&run.out, &run.err] {
                assert!(!text.contains("canary") && !text.contains("7700123"), "{line}: {run:?}");
            }
            let failed = fs::read_to_string(folder.file("out.failed.csv")).unwrap_or_default();
            assert!(!failed.contains("canary") && !failed.contains("7700123"), "{line}: {failed}");
        }
    }
}
