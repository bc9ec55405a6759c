//! Tests common mistakes in an input. Each mistake is corrected, or reported before anything is sent.

use std::fs;

use serde_json::{Value, json};
use wiremock::MockServer;

use crate::bulk::{Directory, EXPORT, lines, sandbox};
use crate::support::{command, customers, finish, of_connect, run, upstream};

#[tokio::test]
async fn a_line_without_an_end_is_named_and_not_quoted() {
    let (directory, sandbox) = (Directory::new("endless-line"), sandbox().await);
    directory.write("in", &format!("number\n{}", "4712345678".repeat(5_000_000)));
    for options in ["", "--column number", "--dry-run"] {
        let line = format!("customer export --input @in --output @out {options}");
        let run = directory.run(&sandbox, &line);
        assert!(run.code == Some(2) && run.err.lines().count() == 2, "{line}: {} bytes", run.err.len());
        assert!(run.err.contains("line 2 of the input is longer than 1 MiB"), "{line}: {run:?}");
        assert!(!run.err.contains("4712345678"), "{line}: {run:?}");
    }
    assert!(sandbox.requests().is_empty());
    assert_eq!(directory.files(), ["in"]);
}

#[tokio::test]
async fn a_dry_run_counts_and_sends_and_writes_nothing() {
    let directory = Directory::new("dry");
    directory.write("in", &format!("7\nkari-canary\n007\n{}", lines(100..=4_099)));
    let upstream = upstream(customers()).await;
    for (output, share, seconds) in [("@out", "1", 121), ("@out", "0.5", 241), ("-", "1", 121)] {
        let line = format!("customer export --input @in --output {output} --dry-run --summary json");
        let run = directory.run_at(&upstream, &format!("{line} --rate-share {share}"));
        assert_eq!(run.code, Some(8), "{run:?}");
        let found = run.json();
        let count = |name: &str| found[name].as_u64().unwrap();
        assert_eq!((count("rows"), count("toAsk"), count("repeated")), (4_003, 4_001, 1), "{run:?}");
        assert_eq!(count("seconds"), seconds);
        assert_eq!(found["failures"], json!({ "invalid-input": 1 }));
        assert_eq!(found["badLines"][0]["line"], 2);
        assert!(!format!("{run:?}").contains("canary"), "{run:?}");
        assert_eq!(directory.files(), ["in"]);
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    // A dry run needs no credentials, and succeeds even if the output exists.
    directory.write("out", "precious");
    directory.write("people.csv", "email,postalCode\na@example.com,\nkari.canary,\n");
    let line = format!(
        "customer match --input {0}/people.csv --output {0}/out --dry-run",
        directory.file(".").display()
    );
    let dry = finish(&mut command(&line));
    let said = "Nothing was sent, and no output was written.";
    assert_eq!((dry.code, dry.err.starts_with(said)), (Some(8), true), "{dry:?}");
    assert!(
        dry.out.contains("To send             1") && dry.out.contains("1 s at 2000 requests per minute"),
        "{dry:?}"
    );
    assert!(dry.out.contains("line 3: invalid input") && !dry.out.contains("canary"), "{dry:?}");
    assert_eq!(directory.read("out"), "precious");
    // The copy of standard input in the temporary directory is deleted.
    let temporary = directory.file("temporary");
    fs::create_dir(&temporary).unwrap();
    let mut piped = command("customer export --input - --output out --dry-run");
    piped.env("TMPDIR", &temporary).stdin(fs::File::open(directory.file("in")).unwrap());
    assert_eq!(finish(&mut piped).code, Some(8));
    assert!(fs::read_dir(&temporary).unwrap().next().is_none());
}

async fn searches(upstream: &MockServer) -> Vec<Value> {
    let requests = upstream.received_requests().await.unwrap();
    requests.iter().filter_map(|request| serde_json::from_slice(&request.body).ok()).collect()
}

#[tokio::test]
async fn a_postal_code_of_norway_gets_its_zero_back_and_that_is_said() {
    let directory = Directory::new("zero");
    directory.write(
        "people.csv",
        "lastName;streetAddress;postalCode;countryCode\nA;B;179;\nA;B;179;NO\nA;B;0179;NO\nA;B;179;SE\n",
    );
    let upstream = upstream(of_connect(200, r#"{"customers": []}"#)).await;
    let line = "customer match --input @people.csv --output @out --summary json";
    let run = directory.run_at(&upstream, line);
    assert_eq!((run.code, &run.json()["postalCodesPadded"]), (Some(0), &json!(2)), "{run:?}");
    assert!(
        run.err.contains(
            "Postal codes padded to four digits, as in Norway, because their leading zero was lost: 2."
        ),
        "{run:?}"
    );
    let mut codes: Vec<String> = searches(&upstream)
        .await
        .iter()
        .map(|search| search["postalCode"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    assert_eq!(codes, ["0179", "0179", "0179", "179"]);

    let search =
        "--sandbox customer search --last-name Nordmann --street-address Grubbegata --postal-code 179";
    let found = run_ok(search);
    assert!(found.err.contains("The postal code was padded to four digits"), "{found:?}");
}

fn run_ok(line: &str) -> crate::support::Run {
    let run = run(line);
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

#[tokio::test]
async fn spaces_in_phone_and_customer_numbers_are_no_part_of_them() {
    let (directory, sandbox) = (Directory::new("spaces"), sandbox().await);
    directory.write("in.csv", "number\n563 457\n\"1\u{a0}001\"\n1001 3\n");
    // The last line, `1001 3`, has two numbers, which the command must not join into one number.
    let run = directory.run(&sandbox, "customer export --input @in.csv --output @out --column number");
    assert_eq!((run.code, directory.sorted("out").len()), (Some(8), 2), "{run:?}");
    directory.write("people.csv", "phone\n+47 23 33 91 00\n");
    let run = directory.run(&sandbox, "customer match --input @people.csv --output @found.csv");
    assert_eq!(
        (run.code, directory.sorted("found.csv")[0].starts_with("2,1,false")),
        (Some(0), true),
        "{run:?}"
    );
    for arguments in [
        &["customer", "info", "563 457"][..],
        &["customer", "exists", "563 457"],
        &["customer", "overview", " 563 457"],
        &["customer", "search", "--phone", "+47 23 33 91 00"],
        &["doctor", "--customer", "563 457"],
        &["access", "may-read", "DIGITAL", "--credential", "nobody@example.com", "--customer", "563 457"],
    ] {
        let mut command = command("--sandbox");
        let run = finish(command.args(arguments));
        let no = arguments.contains(&"may-read");
        assert_eq!(run.code, Some(i32::from(no)), "{arguments:?}: {run:?}");
    }
}

#[tokio::test]
async fn a_row_with_more_cells_than_the_header_sends_nothing() {
    let directory = Directory::new("moved-cells");
    // The comma in a `Canary` name starts a new cell. The customer number therefore moves one column to the right. The
    // last row has no customer number.
    directory.write(
        "in.csv",
        "name,branch,customerNumber\nLund,7,100\nCanary, Kari,12,563457\n \"Canary, Ola\",12,563457\nCanary, Eva,12,\n",
    );
    directory.write(
        "people.csv",
        "lastName,email\nCanary, kari@example.com,ola@example.com\nLund,a@example.com\n",
    );
    let upstream = upstream(customers()).await;
    let export = "customer export --input @in.csv --output @out --column customerNumber";
    let run = directory.run_at(&upstream, export);
    assert_eq!((run.code, directory.sorted("out").len()), (Some(8), 1), "{run:?}");
    let failed = directory.read("out.failed.csv");
    let why = "invalid-input,\"the row has 4 cells, but the header has 3: quote each cell";
    for line in [3, 4, 5] {
        assert!(failed.contains(&format!("\n{line},{why}")), "{failed}");
    }
    assert!(!format!("{failed}{run:?}").contains("Canary"), "{failed}");
    let dry = directory.run_at(&upstream, &format!("{export} --dry-run --summary json"));
    assert_eq!((dry.code, &dry.json()["toAsk"]), (Some(8), &json!(1)), "{dry:?}");
    let run = directory.run_at(&upstream, "customer match --input @people.csv --output @found --dry-run");
    assert!(run.code == Some(8) && run.out.contains("To send             1"), "{run:?}");
    let requests = upstream.received_requests().await.unwrap();
    let looked_up: Vec<_> =
        requests.iter().map(|request| request.url.path()).filter(|path| *path != "/token").collect();
    assert_eq!(looked_up, ["/v1/client/customer/info/100"]);
}

#[tokio::test]
async fn numbers_on_two_lines_of_a_cell_are_not_joined() {
    let (directory, sandbox) = (Directory::new("two-numbers"), sandbox().await);
    directory.write("in.csv", "number\n\"1\n001\"\n\"1\t002\"\n");
    let run = directory.run(&sandbox, "customer export --input @in.csv --output @out --column number");
    assert_eq!((run.code, directory.read("out").as_str()), (Some(8), ""), "{run:?}");
    directory.write("in", "7\n1\t001\n1\r002\n");
    let run = directory.run(&sandbox, "customer export --input @in --output @lines");
    assert_eq!((run.code, directory.sorted("lines").len()), (Some(8), 1), "{run:?}");
}

#[tokio::test]
async fn a_column_that_is_missing_or_there_twice_is_named_as_such() {
    let (directory, sandbox) = (Directory::new("columns"), sandbox().await);
    directory.write("canary.csv", "canary,number,Number\n1,2,3\n");
    directory.write("people.csv", "E-mail;e_mail\na@example.com;b@example.com\n");
    let export = "customer export --input @canary.csv --output @out";
    for (line, said) in [
        (format!("{export} --column number"), "has the column given in --column twice: columns 2 and 3"),
        (
            format!("{export} --column id"),
            "no column with the name given in --column; the first line of the input has 3 columns",
        ),
        (format!("{export} --column number --delimiter ;"), "the first line of the input has 1 column"),
        (export.to_owned(), "without --column each line must be a single customer number"),
        (
            "customer match --input @people.csv --output @out".to_owned(),
            "the column email twice: columns 1 and 2",
        ),
    ] {
        let run = directory.run(&sandbox, &line);
        assert!(run.code == Some(2) && run.err.contains(said), "{line}: {run:?}");
        assert!(!run.err.contains("canary,") && run.err.lines().count() == 2, "{run:?}");
        assert_eq!(directory.files(), ["canary.csv", "people.csv"]);
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn delimiter_and_byte_order_mark_apply_and_must_match_on_resume() {
    let (directory, sandbox) = (Directory::new("dialect"), sandbox().await);
    directory.write("in", "id|number\n1|7\n2|11\n");
    let line = "customer export --input @in --output @out.csv --column number --delimiter | --bom --resume";
    for _ in 0..2 {
        let run = directory.run(&sandbox, line);
        assert_eq!(run.code, Some(0), "{run:?}");
        let written = directory.read("out.csv");
        assert!(written.starts_with("\u{feff}line|customerNumber|firstName|"), "{written}");
        assert_eq!(written.lines().count(), 3);
    }
    for other in [line.replace("--bom", ""), line.replace("--delimiter |", "--delimiter ;")] {
        let run = directory.run(&sandbox, &other);
        assert_eq!(run.code, Some(2), "{other}: {run:?}");
    }
    let people = "customer match --input @out.csv --output @found.csv --delimiter | --summary json";
    let run = directory.run(&sandbox, people);
    assert!(run.json()["rows"] == 2 && fs::exists(directory.file("found.csv")).unwrap(), "{run:?}");
    let run = directory.run(&sandbox, &format!("{EXPORT} --delimiter xx"));
    assert!(run.code == Some(2) && run.err.contains("or the word tab"), "{run:?}");
}
