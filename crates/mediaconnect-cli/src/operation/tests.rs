//! Tests kinds of parameters that the contract does not use today, such as query parameters and headers.

use clap::Command;
use mediaconnect::operations::{
    Evidence, Location, Mode, OperationInfo, ParameterInfo, ResponseKind, ValueKind,
};
use serde_json::{Value, json};

use super::{OperationCall, command};
use crate::failure::Detail;

const fn parameter(name: &'static str, location: Location, kind: ValueKind) -> ParameterInfo {
    ParameterInfo::new(location, kind, name).description("A value.")
}

/// An operation with parameters of every kind.
static INFO: OperationInfo = OperationInfo {
    id: "listOrders",
    group: "Order Line",
    accessor: "order_lines",
    name: "list_all",
    summary: "List orders.",
    method: "GET",
    path: "/orders/{orderId}",
    evidence: Evidence::Documented,
    safe_to_retry: true,
    mode: Mode::Client,
    parameters: &[
        parameter("orderId", Location::Path, ValueKind::Text),
        parameter("limit", Location::Query, ValueKind::Integer).range(Some(1), Some(100)),
        parameter("state", Location::Query, ValueKind::Text).repeated().values(&["open", "shut"], false),
        parameter("isPaid", Location::Query, ValueKind::Boolean),
        // This parameter has the same name as the global option `--output`.
        parameter("output", Location::Query, ValueKind::Text),
        parameter("X-Request-Source", Location::Header, ValueKind::Text).required(),
    ],
    body: Some(&[
        parameter("limit", Location::Body, ValueKind::Integer),
        parameter("price.amount", Location::Body, ValueKind::Number),
        parameter("price.currency", Location::Body, ValueKind::Text),
        parameter("lines", Location::Body, ValueKind::Json).repeated(),
    ]),
    statuses: &["200"],
    response: ResponseKind::Object,
    lists: &[],
    may_be_empty: false,
    request_example: "{}",
    response_example: "{}",
};

fn definition() -> Command {
    command::command(&INFO)
}

fn document(line: &str) -> Result<String, String> {
    let matches = definition().try_get_matches_from(line.split(' ')).map_err(|error| error.to_string())?;
    let request = OperationCall { info: &INFO, matches };
    request.document(None).map_err(|failure| failure.report(Detail::All))
}

#[test]
fn the_definition_of_a_command_holds() {
    definition().debug_assert();
}

#[test]
fn each_place_and_kind_has_an_option() {
    let line = "list-all -a-1 --query.limit 0005 --state open --state other --is-paid false --query.output x \
                --x-request-source CRM --body.limit -3 --price.amount 12345678901234567890.50 --price.currency NOK";
    let found = document(&line.replace("-a-1", "a-1")).unwrap();
    // The long amount keeps all its digits.
    assert!(found.contains(r#"{"amount":12345678901234567890.50,"currency":"NOK"}"#), "{found}");
    let expected = json!({
        "orderId": "a-1", "limit": 5, "state": ["open", "other"], "isPaid": false, "output": "x",
        "X-Request-Source": "CRM", "body": {"limit": -3, "price": {"amount": 12_345_678_901_234_567_890.50, "currency": "NOK"}},
    });
    assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), expected);
}

#[test]
fn an_option_replaces_the_field_of_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, r#"{"price": {"amount": 1, "currency": "SEK"}, "lines": [{"a": 1}]}"#).unwrap();
    let line =
        format!("list-all 1 --x-request-source CRM --price.currency NOK --body {}", file.path().display());
    let found: Value = serde_json::from_str(&document(&line).unwrap()).unwrap();
    assert_eq!(found["body"], json!({"price": {"amount": 1, "currency": "NOK"}, "lines": [{"a": 1}]}));
    std::fs::write(&file, r#"{"price": 1}"#).unwrap();
    assert!(document(&line).unwrap_err().contains("--price.currency sets a field of a JSON object"));
}

#[test]
fn what_is_wrong_is_named() {
    for (line, part) in [
        ("list-all 1", "--x-request-source"),
        ("list-all --x-request-source CRM", "<ORDER_ID>"),
        ("list-all 1 --x-request-source CRM --is-paid yes", "--is-paid"),
        ("list-all 1 --x-request-source CRM --price.amount 1,5", "a number is expected"),
        (
            "list-all 1 --x-request-source CRM --query.limit 1.5",
            "--query.limit: a whole number from 1 to 100",
        ),
    ] {
        let error = document(line).unwrap_err();
        assert!(error.contains(part), "{line}: {error}");
    }
}
