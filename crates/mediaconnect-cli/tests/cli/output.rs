//! Tests which text goes to standard output, and which to standard error.

use std::io;

use crate::support::{command, command_at, finish, json, run, upstream};

const DOCUMENTED: &str = r#"{
  "customerNumber": 563457,
  "name": {
    "firstName": "Ola",
    "middleName": "Fjordstrand",
    "lastName": "Nordmann",
    "companyName": "Company International Ltd",
    "departmentName": "Support"
  },
  "phoneNumbers": [
    {
      "phoneNumber": "+4712345678",
      "phoneNumberType": "personal"
    },
    {
      "phoneNumber": "+4723339100",
      "phoneNumberType": "company"
    }
  ],
  "emails": [
    "ola.nordmann@hotmail.no",
    "ola.nordmann@company.com"
  ],
  "invoiceEmailAddress": "ola.nordmann@hotmail.no",
  "attachedUsers": [
    {
      "uniqueId": "abc123ee63461dd",
      "credentials": [
        {
          "credential": "ola.nordmann@hotmail.no",
          "credentialType": "A_EMAIL_ADDRESS",
          "verificationLevel": "Externally_verified"
        },
        {
          "credential": "+4790123456",
          "credentialType": "B_SMS_PHONE",
          "verificationLevel": "Not verified"
        }
      ]
    }
  ]
}
"#;

#[test]
fn info_and_me_write_the_documented_customer_normalised() {
    for arguments in [
        "--sandbox customer info 563457 --output json",
        "customer info 563457 --output json --sandbox",
        "--output json customer --sandbox me",
    ] {
        let run = run(arguments);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (Some(0), DOCUMENTED, ""), "{arguments}");
    }
}

#[test]
fn search_writes_lists_as_lists_and_postal_codes_as_texts() {
    let run = run("--sandbox customer search --email ola.nordmann@company.com --output json");
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let found = run.json();
    assert_eq!(found["customers"].as_array().unwrap().len(), 1);
    let customer = &found["customers"][0];
    assert_eq!(customer["postalCode"], "0179");
    assert_eq!(
        customer["emails"],
        serde_json::json!(["ola.nordmann@company.com", "ola.nordmann@hotmail.no"])
    );
    assert_eq!(customer["phoneNumbers"][0]["phoneNumber"], "+4712345678");
}

#[test]
fn a_search_that_finds_nobody_writes_an_empty_list() {
    let run = run("--sandbox customer search --email nobody@example.com --output json");
    assert_eq!((run.code, run.out.as_str()), (Some(4), "{\n  \"customers\": []\n}\n"));
    assert_eq!(run.err, "No customer was found.\n");
}

#[test]
fn five_found_customers_may_not_be_all() {
    let run = run("--sandbox customer search --last-name Hansen --street-address Storgata \
                   --postal-place Lillehammer --output json");
    assert_eq!((run.code, run.json()["customers"].as_array().unwrap().len()), (Some(0), 5));
    assert!(run.err.starts_with("There may be more"), "{run:?}");
}

#[test]
fn exists_writes_true_or_false() {
    assert_eq!(run("--sandbox customer exists 563457").out, "true\n");
    assert_eq!(run("--sandbox customer exists 999999").out, "false\n");
    assert_eq!(run("--sandbox customer exists 563457 --output json").out, "{\n  \"exists\": true\n}\n");
}

#[test]
fn token_tells_the_expiry() {
    let run = run("--sandbox token --output json");
    let seconds = run.json()["expiresInSeconds"].as_u64().unwrap();
    assert!((43_000..=43_200).contains(&seconds), "{run:?}");
    assert!(run.json()["expiresAt"].as_str().unwrap().ends_with('Z'), "{run:?}");
}

#[test]
fn a_table_in_a_pipe_has_no_escapes() {
    for arguments in ["--sandbox customer info 563457", "--sandbox customer search --phone +4723339100"] {
        let run = run(arguments);
        assert!(run.out.contains("563457") && run.out.contains("Fjordstrand"), "{run:?}");
        assert!(!run.out.contains('\u{1b}'), "{run:?}");
    }
}

#[tokio::test]
async fn what_upstream_writes_cannot_steer_the_terminal() {
    let customer = r#"{"name": {"lastName": "\u001b[2J\u009b31m"}, "emails": ["\u202Ea\r\nb"]}"#;
    let upstream = upstream(json(200, customer)).await;
    for format in ["table", "json"] {
        let run = finish(&mut command_at(&upstream, &format!("customer info 1 --output {format}")));
        assert_eq!(run.code, Some(0), "{run:?}");
        let steering =
            |character: char| (character.is_control() && character != '\n') || character == '\u{202e}';
        assert!(!run.out.contains(steering), "{run:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    for (arguments, code) in [
        ("--sandbox customer info 563457", 0),
        ("--sandbox customer info 563457 --output json", 0),
        ("--sandbox customer exists 999999", 1),
        ("completions zsh --quiet", 0),
        ("--help", 0),
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let run = finish(command(arguments).stdout(writer));
        assert_eq!((run.code, run.err.as_str()), (Some(code), ""), "{arguments}");
    }
}

#[test]
fn a_closed_standard_error_is_no_error_either() {
    for (arguments, code) in [
        ("--sandbox customer info 563457", 0),
        ("--sandbox -vv customer info 999999", 4),
        ("--sandbox customer search --email nobody@example.com", 4),
        ("customer info x", 2),
        ("customer", 2),
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        assert_eq!(finish(command(arguments).stderr(writer)).code, Some(code), "{arguments}");
    }
}
