//! Tests the output of `customer export` and `customer match`, with and without interruptions.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mediaconnect_sandbox::{Customer, Sandbox, SandboxBuilder};
use wiremock::matchers::path_regex;
use wiremock::{Mock, MockServer};

use crate::support::{Run, command, command_at, customers, finish, json, upstream};

/// The directory of a test, with its input and output.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        Self(directory)
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

    /// Replaces `@name` in a command line by the path of the file `name` in the directory.
    fn arguments(&self, line: &str) -> String {
        line.replace('@', &format!("{}/", self.0.display()))
    }

    pub fn command(&self, sandbox: &Sandbox, line: &str) -> Command {
        let mut command = command(&self.arguments(line));
        // The high rate limit keeps the tests fast. With upstream's rate limit, they would mostly wait.
        command
            .args(["--rate-limit", "100000/6000000"])
            .env("MEDIACONNECT_BASE_URL", sandbox.base_url())
            .env("MEDIACONNECT_TOKEN_URL", sandbox.token_url())
            .env("MEDIACONNECT_CLIENT_ID", sandbox.client_id())
            .env("MEDIACONNECT_CLIENT_SECRET", sandbox.client_secret());
        command
    }

    pub fn run(&self, sandbox: &Sandbox, line: &str) -> Run {
        finish(&mut self.command(sandbox, line))
    }

    pub fn command_at(&self, upstream: &MockServer, line: &str) -> Command {
        command_at(upstream, &self.arguments(line))
    }

    pub fn run_at(&self, upstream: &MockServer, line: &str) -> Run {
        finish(&mut self.command_at(upstream, line))
    }
}

pub async fn sandbox() -> Sandbox {
    builder().start().await.unwrap()
}

/// Returns the builder of a sandbox in which the numbers 1 to 2,000 are customers.
pub fn builder() -> SandboxBuilder {
    let customers = (1..=2_000).map(|number| match number % 11 {
        // This customer's data has characters that CSV must quote, and non-ASCII characters.
        0 => Customer::invented(number).name("Dag \"Dagfinn\"", "Å;, Sæther").company("Fjord,\nAS"),
        1 => Customer::new(number),
        _ => Customer::invented(number),
    });
    // The client slows down if few requests of the rate limit remain. With this limit, enough requests always remain.
    let builder = Sandbox::builder().customers(customers).with_invented_customers();
    builder.rate_limit(u32::MAX, u32::MAX)
}

/// Starts a command that reads standard input, and kills it while it waits for input.
pub fn killed_while_it_reads(directory: &Directory, sandbox: &Sandbox, line: &str) {
    let mut command = directory.command(sandbox, line);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !directory.file("out.input").exists() {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

pub fn lines(numbers: impl IntoIterator<Item = u32>) -> String {
    let lines: Vec<_> = numbers.into_iter().map(|number| number.to_string()).collect();
    lines.join("\n")
}

pub const EXPORT: &str = "customer export --input @in --output @out";

#[tokio::test]
async fn each_good_line_is_a_row_and_each_bad_one_a_reason() {
    let (directory, sandbox) = (Directory::new("good-and-bad"), sandbox().await);
    directory.write("in", "7\n\nkari\n8\r\n9000000\n007\n0\n9");
    let run = directory.run(&sandbox, &format!("{EXPORT} --summary json"));
    assert_eq!(run.code, Some(8), "{run:?}");
    let rows = directory.sorted("out");
    let numbers: Vec<_> = rows.iter().map(|row| row.split(",\"name\"").next().unwrap()).collect();
    let expected = [
        r#"{"line":1,"customerNumber":7"#,
        r#"{"line":4,"customerNumber":8"#,
        r#"{"line":8,"customerNumber":9"#,
    ];
    assert_eq!(numbers, expected);
    let failed = directory.sorted("out.failed.csv");
    let reasons: Vec<_> = failed.iter().map(|row| row.splitn(3, ',').take(2).collect::<Vec<_>>()).collect();
    assert_eq!(
        reasons,
        [["3", "invalid-input"], ["5", "not-found"], ["7", "invalid-input"], ["line", "reason"]]
    );
    let summary = run.json();
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!((count("rows"), count("written"), count("failed"), count("repeated")), (7, 3, 3, 1));
    assert_eq!(count("rowsInOutput"), 3);
    assert_eq!(summary["failures"], serde_json::json!({ "invalid-input": 2, "not-found": 1 }));
    assert_eq!(directory.files(), ["in", "out", "out.failed.csv", "out.resume"]);
}

#[tokio::test]
async fn without_failures_the_exit_code_is_0_and_files_are_private() {
    let (directory, sandbox) = (Directory::new("no-failures"), sandbox().await);
    directory.write("in", "name;Customer number\nx;3\ny;4\n");
    let run =
        directory.run(&sandbox, "customer export --input @in --output @out.csv --column customer-number");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.err, "Unused columns of the input: 1.\n");
    assert_eq!(directory.files(), ["in", "out.csv", "out.csv.resume"]);
    assert!(directory.read("out.csv").starts_with("line,customerNumber,firstName,"));
    assert_eq!(directory.sorted("out.csv").len(), 3);
    assert_eq!(fs::metadata(directory.file("out.csv")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn existing_files_are_not_overwritten_by_mistake() {
    let (directory, sandbox) = (Directory::new("overwritten"), sandbox().await);
    directory.write("in", "1\n");
    directory.write("out", "precious");
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
        let run = directory.run(&sandbox, line);
        assert!(matches!(run.code, Some(2 | 9)) && run.err.contains("next: "), "{line}: {run:?}");
        assert_eq!(
            (directory.read("in").as_str(), directory.read("out").as_str()),
            ("1\n", "precious"),
            "{line}"
        );
    }
    assert_eq!(directory.run(&sandbox, &format!("{EXPORT} --force")).code, Some(0));
    assert_eq!(directory.sorted("out").len(), 1);
}

#[tokio::test]
async fn a_file_with_the_name_of_the_copy_of_standard_input_is_left_alone() {
    let (directory, sandbox) = (Directory::new("copy"), sandbox().await);
    directory.write("out.input", "1\n");
    for line in [
        "customer export --input @out.input --output @out",
        "customer export --input @out.input --output @out --force",
        "customer export --input - --output @out",
        "customer export --input - --output @new --failed @new.input",
    ] {
        let run = directory.run(&sandbox, line);
        assert!(run.code == Some(2) && run.err.contains(".input"), "{line}: {run:?}");
        assert_eq!(directory.files(), ["out.input"], "{line}");
    }
}

#[tokio::test]
async fn standard_input_is_either_the_secret_or_the_input() {
    let (directory, sandbox) = (Directory::new("stdin-twice"), sandbox().await);
    directory.write("people", "email\n");
    for line in [
        "customer export --input - --output @out --client-secret-file -",
        "customer match --input - --output @out --client-secret-file -",
        "api POST /v1/client/customer/search --json - --client-secret-file -",
    ] {
        let mut command = command(&directory.arguments(line));
        command.env("MEDIACONNECT_CLIENT_ID", "x").env("MEDIACONNECT_BASE_URL", sandbox.base_url());
        let run = finish(command.stdin(fs::File::open(directory.file("people")).unwrap()));
        assert!(run.code == Some(2) && run.err.contains("--client-secret-file"), "{line}: {run:?}");
        assert_eq!(directory.files(), ["people"], "{line}");
    }
}

#[tokio::test]
async fn a_temporary_failure_is_retried_at_the_end() {
    let directory = Directory::new("passes");
    directory.write("in", &lines(1..=50));
    let upstream = upstream(customers()).await;
    let one_in_ten = Mock::given(path_regex("^/v1/.*/[0-9]*5$")).respond_with(json(500, "{}"));
    one_in_ten.up_to_n_times(5).with_priority(1).mount(&upstream).await;
    let run = directory.run_at(&upstream, EXPORT);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(directory.sorted("out").len(), 50);
    assert_eq!(directory.files(), ["in", "out", "out.resume"]);
}

#[tokio::test]
async fn rows_that_always_fail_are_no_outage() {
    let directory = Directory::new("no-outage");
    directory.write("in", &lines(1..=60));
    let upstream = upstream(customers()).await;
    let most = Mock::given(path_regex("^/v1/.*/[1-5][0-9]$")).respond_with(json(500, "{}"));
    most.with_priority(1).mount(&upstream).await;
    let run = directory.run_at(&upstream, &format!("{EXPORT} --summary json"));
    assert_eq!((run.code, run.json()["failedForNow"].as_u64()), (Some(6), Some(50)), "{run:?}");
    assert_eq!(directory.sorted("out").len(), 10);
}

#[tokio::test]
async fn a_failure_that_affects_all_rows_stops_a_run_early_with_the_exit_code_of_its_cause() {
    let directory = Directory::new("all-rows");
    directory.write("in", &lines(1..=1_000));
    for (status, code) in [(401, 3), (403, 3), (503, 6)] {
        let upstream = upstream(json(status, "{}")).await;
        let run = directory.run_at(&upstream, &format!("{EXPORT} --force"));
        assert_eq!(run.code, Some(code), "{status}: {run:?}");
        let advice = "then run the same command with --resume instead of --force";
        assert!(run.err.contains(advice), "{status}: {run:?}");
        let requests = upstream.received_requests().await.unwrap().len();
        assert!(requests < 300, "{status}: {requests} requests");
        let all = Mock::given(path_regex("^/v1/")).respond_with(customers()).with_priority(2);
        all.mount(&upstream).await;
        let fast = "--rate-limit 10000/600000";
        let run = directory.run_at(&upstream, &format!("{EXPORT} --resume {fast}"));
        assert_eq!(run.code, Some(0), "{status}: {run:?}");
        assert_eq!(directory.sorted("out").len(), 1_000);
    }
}

#[tokio::test]
async fn two_runs_cannot_write_the_same_output() {
    let directory = Directory::new("two");
    directory.write("in", "1\n");
    let slow = json(200, "{}").set_delay(Duration::from_secs(600));
    let upstream = upstream(slow).await;
    let mut first = directory.command_at(&upstream, EXPORT);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !directory.file("out").exists() {
        sleep(Duration::from_millis(5));
    }
    let files = directory.files();
    for how in ["--resume", "--force"] {
        let second = directory.run_at(&upstream, &format!("{EXPORT} {how}"));
        assert!(second.code == Some(2) && second.err.contains("another process is using"), "{second:?}");
        assert_eq!(directory.files(), files, "{how}");
    }
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test]
async fn match_writes_how_many_were_found_and_whether_there_may_be_more() {
    let (directory, sandbox) = (Directory::new("match"), sandbox().await);
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
    directory.write("in.csv", people);
    let run = directory.run(&sandbox, "customer match --input @in.csv --output @out.csv --summary json");
    assert_eq!(run.code, Some(8), "{run:?}");
    assert_eq!(
        directory.sorted("out.csv"),
        [
            "2,1,false,563457",
            "3,5,true,102110;102117;102124;102131;102138",
            "4,1,false,563457",
            "5,0,false,",
            "line,hits,mayBeMore,customerNumbers",
        ]
    );
    let failed = directory.read("out.csv.failed.csv");
    assert!(failed.contains("needs postal-code or postal-place") && !failed.contains("canary"), "{failed}");
    assert_eq!(failed.lines().count(), 4, "{failed}");
    assert_eq!(run.json()["notes"]["Found five, there may be more"], 1);

    let run = directory.run(&sandbox, "customer match --input @in.csv --output @out.jsonl");
    assert_eq!(run.code, Some(8), "{run:?}");
    let rows = directory.sorted("out.jsonl");
    assert!(
        rows[1].starts_with(r#"{"line":3,"hits":5,"mayBeMore":true,"customers":[{"customerNumber":102110,"#)
    );
}

#[tokio::test]
async fn no_customer_data_is_shown_on_the_terminal() {
    let directory = Directory::new("nobody");
    directory.write("in", "77001234\n77001235\nkari-canary\n");
    directory.write("people.csv", "email\ncanary@example.com\nkari.canary\n");
    directory.write("header.csv", "canary@example.com\n");
    let customer = r#"{"customerNumber": 77001234, "name": {"lastName": "canary-name"},
        "customers": [{"lastName": "canary-name"}]}"#;
    for answer in [json(200, customer), json(200, "canary"), json(404, "canary"), json(400, "canary")] {
        let upstream = upstream(answer).await;
        for line in [
            EXPORT,
            "customer match --input @people.csv --output @out",
            "customer match --input @header.csv --output @out",
        ] {
            let run = directory.run_at(&upstream, &format!("-vv {line} --force"));
            assert!(run.code.is_some_and(|code| [2, 6, 7, 8].contains(&code)), "{line}: {run:?}");
            for text in [&run.out, &run.err] {
                assert!(!text.contains("canary") && !text.contains("7700123"), "{line}: {run:?}");
            }
            let failed = fs::read_to_string(directory.file("out.failed.csv")).unwrap_or_default();
            assert!(!failed.contains("canary") && !failed.contains("7700123"), "{line}: {failed}");
        }
    }
}
