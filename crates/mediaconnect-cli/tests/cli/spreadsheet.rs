//! Tests that a spreadsheet runs no CSV cell as a formula, and that the original text can be read back.

use mediaconnect_sandbox::{Customer, Sandbox};
use serde_json::Value;

use crate::bulk::{Directory, lines};
use crate::support::{Run, of_connect, upstream};

const CSV: &str = "customer export --input @in --output @out.csv";

/// Names with a formula at the beginning or after another character.
const NAMES: [&str; 12] = [
    "=HYPERLINK(\"https://example.com\";\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    " =1",
    "Fjord;=1",
    "'=1",
];

async fn exported(directory: &Directory, how: &str) -> (Sandbox, Run) {
    let customers = NAMES.iter().zip(1..).map(|(name, number)| Customer::new(number).name("Åse", *name));
    let sandbox = Sandbox::builder().customers(customers).start().await.unwrap();
    directory.write("in", &lines(1..=12));
    let run = directory.run(&sandbox, &format!("{CSV} --force {how}"));
    assert_eq!(run.code, Some(0), "{run:?}");
    (sandbox, run)
}

/// Returns the last names of the customers, by customer number.
fn last_names(directory: &Directory) -> Vec<String> {
    let text = directory.read("out.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut names: Vec<(u32, String)> = reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[1].parse().unwrap(), row[4].to_owned()))
        .collect();
    names.sort();
    names.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn no_cell_begins_as_a_formula_unless_the_raw_text_is_asked_for() {
    let directory = Directory::new("formulas");
    exported(&directory, "").await;
    let expected = [
        "'=HYPERLINK(\"https://example.com\";\"x\")",
        "'+1+cmd|' /C calc'!A0",
        "'-2+3",
        "'@SUM(1)",
        "'\t'=1",
        "'＝1",
        "'＋1",
        "'－1",
        "'＠1",
        "' =1",
        "Fjord;'=1",
        "''=1",
    ];
    assert_eq!(last_names(&directory), expected);
    exported(&directory, "--raw-csv").await;
    assert_eq!(last_names(&directory), NAMES);
}

#[tokio::test]
async fn json_lines_have_the_text_as_it_is() {
    let (directory, sandbox) =
        (Directory::new("formulas-jsonl"), exported(&Directory::new("unused"), "").await.0);
    directory.write("in", &lines(1..=12));
    let run = directory.run(&sandbox, "customer export --input @in --output @out.jsonl");
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut names: Vec<_> = directory.sorted("out.jsonl");
    names.sort_by_key(|row| serde_json::from_str::<Value>(row).unwrap()["line"].as_u64());
    let names: Vec<_> = names
        .iter()
        .map(|row| {
            serde_json::from_str::<Value>(row).unwrap()["name"]["lastName"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(names, NAMES);
}

#[tokio::test]
async fn phone_numbers_stay_as_they_are_and_lists_are_rows_of_csv_themselves() {
    let directory = Directory::new("lists");
    directory.write("in", "7\n");
    let customer = r#"{"customerNumber": 7,
        "phoneNumbers": [{"phoneNumber": "+4712345678"}, {"phoneNumber": "+4723339100"}],
        "emails": ["a;b@example.com", "=1@example.com", "c\"d@example.com"],
        "attachedUsers": [{"uniqueId": "u", "credentials": [{"credential": "+471"}, {"credential": "x"}]}]}"#;
    let upstream = upstream(of_connect(200, customer)).await;
    let run = directory.run_at(&upstream, CSV);
    assert_eq!(run.code, Some(0), "{run:?}");
    let row = directory.read("out.csv").lines().nth(1).unwrap().to_owned();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
    let cells = reader.records().next().unwrap().unwrap();
    assert_eq!(&cells[7], "+4712345678;+4723339100");
    assert_eq!(&cells[9], r#""a;b@example.com";'=1@example.com;"c""d@example.com""#);
    assert_eq!(&cells[12], "'+471;x");
    let mut list =
        csv::ReaderBuilder::new().has_headers(false).delimiter(b';').from_reader(cells[9].as_bytes());
    let emails = list.records().next().unwrap().unwrap();
    assert_eq!(emails, ["a;b@example.com", "'=1@example.com", "c\"d@example.com"][..]);
}

#[tokio::test]
async fn match_searches_for_what_export_wrote() {
    let directory = Directory::new("read-back");
    directory.write("in", "7\n8\n");
    let customer = r#"{"customerNumber": NUMBER, "name": {"lastName": "=1"}, "emails": EMAILS,
        "phoneNumbers": [{"phoneNumber": "+4712345678"}, {"phoneNumber": "+4723339100"}]}"#;
    let lookup = upstream(move |request: &wiremock::Request| {
        let number = request.url.path().rsplit('/').next().unwrap_or_default();
        let emails = if number == "7" { r#"["=a@example.com", "b@example.com"]"# } else { "[]" };
        of_connect(200, &customer.replace("NUMBER", number).replace("EMAILS", emails))
    })
    .await;
    for raw in ["", "--raw-csv"] {
        let run = directory.run_at(&lookup, &format!("{CSV} --force {raw}"));
        assert_eq!(run.code, Some(0), "{run:?}");
        let search = upstream(of_connect(200, r#"{"customers": []}"#)).await;
        let line = format!("customer match --input @out.csv --output @found.jsonl --force {raw}");
        let run = directory.run_at(&search, &line);
        assert_eq!(run.code, Some(0), "{run:?}");
        let searched: Vec<Value> = search
            .received_requests()
            .await
            .unwrap()
            .iter()
            .filter_map(|request| serde_json::from_slice(&request.body).ok())
            .collect();
        let texts = format!("{searched:?}");
        assert_eq!(searched.len(), 2, "{texts}");
        for text in ["\"=a@example.com\"", "\"+4712345678\""] {
            assert!(texts.contains(text), "{texts}");
        }
        assert!(!texts.contains("b@example.com") && !texts.contains('\''), "{texts}");
    }
}

#[tokio::test]
async fn a_column_of_a_spreadsheet_with_the_apostrophe_of_a_text_is_read() {
    let directory = Directory::new("apostrophe");
    directory.write("people.csv", "phone\n'+4712345678\n");
    let search = upstream(of_connect(200, r#"{"customers": []}"#)).await;
    let run = directory.run_at(&search, "customer match --input @people.csv --output @found.jsonl");
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[tokio::test]
async fn a_raw_run_is_not_resumed_with_escaping() {
    let directory = Directory::new("raw-resume");
    directory.write("in", "7\n");
    let upstream = upstream(of_connect(503, "{}")).await;
    assert!(directory.run_at(&upstream, &format!("{CSV} --raw-csv")).code.is_some());
    let run = directory.run_at(&upstream, &format!("{CSV} --resume"));
    assert!(run.code == Some(2) && run.err.contains("another --raw-csv"), "{run:?}");
}
