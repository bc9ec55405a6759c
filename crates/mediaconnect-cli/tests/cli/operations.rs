//! Tests the generated commands with the contract's examples and limits.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use heck::{ToKebabCase, ToShoutySnakeCase};
use mediaconnect::operations::{Evidence, Location, OPERATIONS, OperationInfo, ParameterInfo, ValueKind};
use serde_json::{Map, Value, json};

use crate::support::{Run, command, command_at, finish, of_connect, run, upstream};

/// The operations with a hand-written command. `customer search` is written by hand, because the command checks which
/// fields can be combined.
const BY_HAND: [&str; 1] = ["searchCustomers"];

/// Returns the operations with a generated command.
fn operations() -> impl Iterator<Item = &'static OperationInfo> {
    OPERATIONS.iter().copied().filter(|info| !BY_HAND.contains(&info.id))
}

/// Returns the group and the name of the command. If the operation is inferred, `--unverified` follows.
fn path(info: &OperationInfo) -> Vec<String> {
    let unverified = (info.evidence == Evidence::Inferred).then(|| "--unverified".to_owned());
    [info.group.to_kebab_case(), info.name.to_kebab_case()].into_iter().chain(unverified).collect()
}

/// Returns the name of an argument in messages.
fn shown(parameter: &ParameterInfo) -> String {
    let name: Vec<_> = parameter.name.split('.').map(ToKebabCase::to_kebab_case).collect();
    match parameter.location {
        Location::Path => format!("<{}>", parameter.name.to_shouty_snake_case()),
        _ => format!("--{}", name.join(".")),
    }
}

fn has_argument(parameter: &ParameterInfo) -> bool {
    parameter.location != Location::Body || parameter.kind != ValueKind::Json
}

/// Returns the arguments that set a parameter. A list has one argument for each of its values.
fn arguments(parameter: &ParameterInfo, value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = match value {
        Value::Array(items) if parameter.repeated => items.iter().map(text).collect(),
        value => vec![text(value)],
    };
    match parameter.location {
        Location::Path => values,
        _ => values.iter().map(|value| format!("{}={value}", shown(parameter))).collect(),
    }
}

fn example(info: &OperationInfo) -> Value {
    serde_json::from_str(info.request_example).unwrap()
}

fn parameters(info: &OperationInfo) -> Vec<String> {
    let example = example(info);
    let given = info.parameters.iter().filter(|parameter| !example[parameter.name].is_null());
    given.flat_map(|parameter| arguments(parameter, &example[parameter.name])).collect()
}

/// Returns the arguments that set the example's values, and a JSON body with the values that no argument can set.
fn options(info: &OperationInfo) -> (Vec<String>, Value) {
    let example = example(info);
    let (mut line, mut rest) = (parameters(info), json!({}));
    for field in info.body.unwrap_or_default() {
        let pointer = format!("/{}", field.name.replace('.', "/"));
        let Some(value) = example["body"].pointer(&pointer) else { continue };
        if has_argument(field) {
            line.extend(arguments(field, value));
        } else {
            let mut place = &mut rest;
            for name in field.name.split('.') {
                place = place.as_object_mut().unwrap().entry(name).or_insert_with(|| Map::new().into());
            }
            *place = value.clone();
        }
    }
    // A body without documented fields has no options.
    let is_free = info.body.is_some_and(<[_]>::is_empty);
    (line, if is_free { example["body"].clone() } else { rest })
}

fn file(name: &str, content: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("operations-{name}.json"));
    fs::write(&file, content).unwrap();
    file
}

/// Returns two command lines for the example: one with as many options as possible, the other with a body file.
fn ways(info: &OperationInfo) -> Vec<Vec<String>> {
    let body = |name: &str, value: &Value| {
        ["--body".to_owned(), file(&format!("{}-{name}", info.id), &value.to_string()).display().to_string()]
    };
    let (mut by_options, rest) = options(info);
    if rest != json!({}) {
        by_options.extend(body("rest", &rest));
    }
    let mut ways = vec![by_options];
    if info.body.is_some() {
        ways.push(parameters(info).into_iter().chain(body("whole", &example(info)["body"])).collect());
    }
    ways
}

fn without_empty_lists(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| *value != json!([]));
            members.map(|(name, value)| (name, without_empty_lists(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(without_empty_lists).collect(),
        value => value,
    }
}

fn sandboxed(info: &OperationInfo, rest: &[String]) -> Run {
    finish(command("--sandbox").args(path(info)).args(rest))
}

#[test]
fn each_operation_is_called_in_the_sandbox_by_its_example() {
    for info in operations() {
        // Each call starts a sandbox, which is slow. Therefore this test checks one command line of each operation,
        // with a table as output. The next test checks all command lines, with JSON.
        let table = sandboxed(info, &ways(info)[0]);
        assert_eq!((table.code, table.err.as_str()), (Some(0), ""), "{}: {table:?}", info.id);
        assert!(table.out.ends_with('\n') && !table.out.trim().is_empty(), "{}: {table:?}", info.id);
    }
}

#[tokio::test]
async fn what_is_sent_is_the_example_to_the_field() {
    for info in operations() {
        let upstream = upstream(of_connect(200, info.response_example)).await;
        for way in ways(info) {
            let run =
                finish(command_at(&upstream, "--output json --show-secrets").args(path(info)).args(&way));
            assert_eq!(run.code, Some(0), "{}: {run:?}", info.id);
            let requests = upstream.received_requests().await.unwrap();
            let sent = requests.last().unwrap();
            assert_eq!(sent.method.as_str(), info.method, "{}", info.id);
            if info.body.is_some() {
                let body: Value = serde_json::from_slice(&sent.body).unwrap();
                assert_eq!(body, example(info)["body"], "{}", info.id);
            }
            // Empty lists are not compared, because the command prints an empty list where the response has none.
            let expected: Value = serde_json::from_str(info.response_example).unwrap();
            assert_eq!(without_empty_lists(run.json()), without_empty_lists(expected), "{}", info.id);
        }
    }
}

#[test]
fn the_help_of_each_operation_has_its_arguments_with_their_limits() {
    for info in operations() {
        let run = finish(command("").args(path(info)).arg("--help"));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}: {run:?}", info.id);
        // The help is wrapped to the terminal's width.
        let help = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(&format!("{} {}", info.method, info.path)), "{help}");
        assert!(help.contains(info.summary.trim_end_matches('.')), "{help}");
        for one in info.parameters.iter().chain(info.body.unwrap_or_default()) {
            let name = if has_argument(one) { shown(one) } else { one.name.to_owned() };
            let limit = one.max_length.map(|max| max.to_string()).unwrap_or_default();
            for part in [&name, &limit].into_iter().map(String::as_str).chain(one.values.iter().copied()) {
                assert!(help.contains(part), "{part}: {help}");
            }
        }
    }
}

#[test]
fn no_usage_error_quotes_a_value() {
    for info in operations() {
        let all = info.parameters.iter().chain(info.body.unwrap_or_default());
        for wrong in all.filter(|parameter| has_argument(parameter)) {
            let is_bound = wrong.max_length.is_some() || wrong.format.is_some() || !wrong.values.is_empty();
            if wrong.kind == ValueKind::Text && (!is_bound || wrong.open) {
                continue;
            }
            let length = usize::try_from(wrong.max_length.unwrap_or(1)).unwrap();
            let canary = Value::from("canary ".repeat(length / 7 + 1));
            let mut line: Vec<String> = Vec::new();
            let example = example(info);
            for parameter in info.parameters {
                let value = if parameter == wrong { &canary } else { &example[parameter.name] };
                line.extend(arguments(parameter, value));
            }
            if wrong.location == Location::Body {
                line.extend(arguments(wrong, &canary));
            }
            let run = sandboxed(info, &line);
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}, {}: {run:?}", info.id, wrong.name);
            assert!(run.err.contains(&shown(wrong)) && !run.err.contains("canary"), "{}: {run:?}", info.id);
        }
    }
}

#[test]
fn a_file_without_a_valid_body_is_a_usage_error_and_not_quoted() {
    for info in operations().filter(|info| info.body.is_some_and(|fields| !fields.is_empty())) {
        let fields = info.body.unwrap_or_default();
        let first = fields[0].name.split('.').next().unwrap();
        for (name, body) in [
            ("no-json", "canary".to_owned()),
            ("list", r#"["canary"]"#.to_owned()),
            ("text", r#""canary""#.to_owned()),
            ("unknown", r#"{"canary.canary@example.com": "canary"}"#.to_owned()),
            ("kind", format!(r#"{{"{first}": [[{{"canary": "canary"}}]]}}"#)),
        ] {
            let body = file(&format!("{}-{name}", info.id), &body).display().to_string();
            let line = [parameters(info), vec![format!("--body={body}")]].concat();
            let run = sandboxed(info, &line);
            let err = run.err.replace(&body, "");
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}, {name}: {run:?}", info.id);
            assert!(!err.contains("canary") && err.contains("next: "), "{}, {name}: {run:?}", info.id);
        }
    }
}

#[test]
fn a_file_is_read_strictly_also_within_its_objects() {
    for (name, body, part) in [
        (
            "unknown",
            r#"{"name": {"canary.canary": 1}}"#,
            "name has a field that the contract does not define",
        ),
        ("in-a-list", r#"{"phoneNumbers": [{"canary.canary": 1}]}"#, "phoneNumbers"),
        ("list-in-list", r#"{"phoneNumbers": [["+4712345678", "mobile"]]}"#, "error: "),
        ("list", r#"{"name": ["canary"]}"#, "error: "),
        ("value", r#"{"phoneNumbers": [{"phoneNumber": {"canary": 1}}]}"#, "phoneNumbers[0].phoneNumber: "),
        ("rule", r#"{"phoneNumbers": [{"phoneNumber": "canary"}]}"#, "phoneNumbers[0].phoneNumber: "),
    ] {
        let body = file(&format!("strict-{name}"), body).display().to_string();
        let run = run(&format!("--sandbox customer change-own-info --unverified --body {body}"));
        let err = run.err.replace(&body, "");
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{name}: {run:?}");
        assert!(err.contains(part) && !err.contains("canary"), "{name}: {run:?}");
    }
}

#[test]
fn a_value_of_another_type_in_an_integer_field_is_reported_with_the_type_that_was_found() {
    let info = operations().find(|info| info.id == "searchOwnOrder").unwrap();
    for (name, value, found) in [
        ("string", r#""canary""#, "a string"),
        ("boolean", "true", "a boolean"),
        ("list", "[1, 2]", "a list"),
        ("object", r#"{"canary": 1}"#, "an object"),
        ("fraction", "1.5", "a number that is not allowed"),
        ("large", "99999999999999999999", "a number that is not allowed"),
    ] {
        let body = file(&format!("integer-{name}"), &format!(r#"{{"orderId": {value}}}"#));
        let run = sandboxed(info, &[format!("--body={}", body.display())]);
        let said = format!("--order-id: a whole number, found {found}; ");
        assert!(run.code == Some(2) && run.err.contains(&said), "{said}: {run:?}");
        assert!(!run.err.contains("canary"), "{run:?}");
    }
}

#[test]
fn a_body_can_come_from_standard_input_unless_the_secret_does() {
    for info in operations().filter(|info| info.body.is_some()) {
        let body = file(&format!("{}-stdin", info.id), &example(info)["body"].to_string());
        let mut line = command("--sandbox");
        line.args(path(info)).args(parameters(info)).args(["--body", "-"]);
        let run = finish(line.stdin(Stdio::from(fs::File::open(body).unwrap())));
        assert_eq!(run.code, Some(0), "{}: {run:?}", info.id);
        let both = ["--client-secret-file", "-", "--client-id", "x", "--body", "-"];
        let run = finish(command("").args(path(info)).args(parameters(info)).args(both));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains("cannot both read standard input"), "{run:?}");
    }
}

#[test]
fn an_operation_that_upstream_does_not_document_is_called_only_when_asked_for() {
    let inferred: Vec<_> = operations().filter(|info| info.evidence == Evidence::Inferred).collect();
    assert!(!inferred.is_empty());
    for info in inferred {
        let line: Vec<String> = path(info).into_iter().filter(|part| part != "--unverified").collect();
        let run = finish(command("--sandbox").args(line).args(&ways(info)[0]));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains("--unverified"), "{run:?}");
        let group = crate::support::run(&format!("{} --help", info.group.to_kebab_case()));
        assert!(group.out.contains("Unverified: "), "{group:?}");
    }
}

#[test]
fn all_operations_are_listed_with_mode_evidence_and_coverage() {
    let table = run("operations");
    assert_eq!((table.code, table.err.as_str()), (Some(0), ""));
    let json = run("operations --output json").json();
    for (info, row) in OPERATIONS.iter().zip(json["operations"].as_array().unwrap()) {
        let command = format!("{} {}", row["group"].as_str().unwrap(), row["operation"].as_str().unwrap());
        assert_eq!(row["operationId"], info.id);
        assert_eq!(row["evidence"], info.evidence.as_str());
        // The other tests build their command lines with `path`, so `path` must return the names that `operations`
        // prints.
        assert_eq!(command, path(info).join(" ").trim_end_matches(" --unverified"));
        for cell in [command.as_str(), info.method, info.path, info.evidence.as_str()] {
            assert!(table.out.contains(cell), "{cell}: {}", table.out);
        }
    }
    assert_eq!(json["operations"].as_array().unwrap().len(), OPERATIONS.len());
    assert_eq!((&json["covered"], &json["endpoints"]), (&json!(OPERATIONS.len()), &json!(135)));
}
