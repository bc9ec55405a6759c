//! Tests the output for scripts, spreadsheets and log collectors.

use serde_json::Value;

use crate::bulk::{Directory, EXPORT, lines, sandbox};
use crate::support::{command, command_at, finish, json, of_connect, run, upstream};

const SEARCH: &str =
    "--sandbox customer search --last-name Hansen --street-address Storgata --postal-place Lillehammer";

#[test]
fn a_jq_filter_applies_to_any_result() {
    let filtered = |line: &str, filter: &str| {
        let run = finish(command(line).args(["--jq", filter]));
        assert_eq!(run.code, Some(0), "{line}: {run:?}");
        run.out
    };
    assert_eq!(filtered(SEARCH, "[.customers[].customerNumber] | length"), "5\n");
    assert_eq!(filtered(SEARCH, ".customers[0].lastName"), "Hansen\n");
    assert_eq!(
        filtered("--sandbox customer info 563457", ".name.lastName, .customerNumber"),
        "Nordmann\n563457\n"
    );
    assert_eq!(filtered("--sandbox customer exists 563457", ".exists"), "true\n");
    assert_eq!(filtered("--sandbox api GET /v1/client/customer/info/563457", ".customerNumber"), "563457\n");
    assert!(filtered("operations", ".operations[].operationId").contains("getCustomerInfo\n"));
}

#[test]
fn an_invalid_filter_is_refused_and_not_quoted() {
    for filter in ["canary(", ".["] {
        let run = finish(command("--sandbox customer info 563457").args(["--jq", filter]));
        assert!(run.code == Some(2) && run.err.contains("not a valid jq filter"), "{run:?}");
        assert!(!run.err.contains("canary"), "{run:?}");
    }
    let run = finish(command("--sandbox customer info 563457").args(["--jq", ".name.lastName.x"]));
    assert!(run.code == Some(9) && !run.err.contains("Nordmann"), "{run:?}");
}

#[tokio::test]
async fn a_search_is_written_as_csv_and_nothing_else_is() {
    let run = run(&format!("{SEARCH} --output csv"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.starts_with("customerNumber,firstName,middleName,lastName,companyName,"), "{run:?}");
    assert_eq!(run.out.lines().count(), 6);
    let upstream =
        upstream(of_connect(200, r#"{"customers": [{"customerNumber": 1, "lastName": "=1+1"}]}"#)).await;
    let formula = finish(&mut command_at(&upstream, "customer search --email a@example.com --output csv"));
    assert!(formula.out.contains("1,,,'=1+1,"), "{formula:?}");
    for line in ["customer info 1", "operations", "doctor", "token"] {
        let refused = finish(&mut command_at(&upstream, &format!("{line} --output csv")));
        assert!(refused.code == Some(2) && refused.err.contains("only customer search"), "{refused:?}");
    }
    let both =
        finish(&mut command_at(&upstream, "customer search --email a@example.com --output csv --jq ."));
    assert!(both.code == Some(2) && both.err.contains("--output csv and --jq"), "{both:?}");
    assert_eq!(upstream.received_requests().await.unwrap().len(), 2, "a token and one search");
}

#[tokio::test]
async fn quiet_leaves_nothing_but_errors_on_standard_error() {
    for (line, code) in [
        (SEARCH, 0),
        ("--sandbox customer search --email nobody@example.com", 4),
        ("--sandbox doctor", 0),
        ("completions fish", 0),
    ] {
        let run = run(&format!("{line} --quiet"));
        assert_eq!((run.code, run.err.as_str()), (Some(code), ""), "{line}: {run:?}");
        assert!(!crate::support::run(line).err.is_empty(), "{line}");
    }
    let failed = run("customer info 1 -q");
    assert!(failed.code == Some(2) && failed.err.starts_with("error: "), "{failed:?}");
}

#[tokio::test]
async fn standard_error_can_be_lines_of_json() {
    let (directory, sandbox) = (Directory::new("log-json"), sandbox().await);
    directory.write("in", &lines([1, 2]));
    let upstream = upstream(json(503, "{}")).await;
    assert_eq!(directory.run(&sandbox, &format!("{EXPORT} --resume")).code, Some(0));
    for (run, level, message) in [
        (
            finish(&mut command_at(&upstream, "customer info 1 -v --log-format json")),
            "error",
            "upstream failed",
        ),
        (
            directory.run(&sandbox, &format!("{EXPORT} --resume --log-format json")),
            "info",
            "The run is already complete",
        ),
    ] {
        let lines: Vec<Value> = run
            .err
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        let said = lines.iter().find(|line| line["level"] == level).unwrap_or_else(|| panic!("{run:?}"));
        assert!(said["message"].as_str().unwrap().contains(message), "{run:?}");
        if level == "error" {
            assert_eq!(said["exitCode"], 6);
            assert!(said["next"].is_string() && lines.len() > 2, "{run:?}");
        }
    }
}

#[test]
fn completions_say_where_they_go_and_offer_values() {
    for (shell, place) in [
        ("bash", "bash-completion/completions/mediaconnect"),
        ("fish", "~/.config/fish/completions/mediaconnect.fish"),
        ("zsh", "~/.zfunc/_mediaconnect"),
        ("elvish", "rc.elv"),
        ("powershell", "$PROFILE"),
    ] {
        let run = run(&format!("completions {shell}"));
        assert!(run.code == Some(0) && run.err.contains(place), "{shell}: {}", run.err);
        assert!(crate::support::run("completions --help").out.contains(place), "{shell}");
        // The script completes environments, countries, and enum values of the contract.
        for value in ["production", "NO", "vippsRecurring"] {
            let mut words = run.out.split(|character: char| !character.is_alphanumeric());
            assert!(
                words.any(|word| word == value) || ["elvish", "powershell"].contains(&shell),
                "{shell}: {value}"
            );
        }
    }
}
