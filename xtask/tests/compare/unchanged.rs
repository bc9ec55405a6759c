//! Edits without an effect are not reported.

use mediaconnect_contract::Contract;
use serde_json::{Map, Value};

use crate::{CONNECT, SMALL, compare, edited, lines};

fn assert_unchanged(old: &str, new: &str, what: &str) {
    let report = compare(old, new);
    assert!(report.is_empty(), "{what}: {:#?}", report.changes);
}

#[test]
fn a_contract_equals_itself() {
    assert_unchanged(CONNECT, CONNECT, "the contract");
    assert_unchanged(SMALL, SMALL, "the small one");
}

#[test]
fn comments_examples_and_yaml_style_cause_no_change() {
    for (from, to) in [
        ("# Limits, formats and enums", "# Other words on limits"),
        ("          example: 563457\n", ""),
        ("x-sensitivity: personal", "'x-sensitivity': \"personal\""),
        ("      summary: Upstream's example,", "      summary: An example,"),
    ] {
        assert_unchanged(CONNECT, &edited(CONNECT, from, to), from);
    }
}

#[test]
fn an_older_contract_without_method_names_has_no_renamed_methods() {
    assert_unchanged(&edited(CONNECT, "      x-method: search\n", ""), CONNECT, "x-method");
}

#[test]
fn the_order_of_fields_and_spellings_is_no_change() {
    let ordered =
        edited(SMALL, "{has: [books]}", "{has: [books, total]}").replace("[cloth]", "[cloth, HARD]");
    let reordered =
        edited(SMALL, "{has: [books]}", "{has: [total, books]}").replace("[cloth]", "[HARD, cloth]");
    assert_unchanged(&ordered, &reordered, "x-success and x-aliases");
}

#[test]
fn the_order_of_parameters_is_no_change() {
    let parameter = |name: &str, location: &str, schema: &str| {
        format!(
            "        - name: {name}\n          in: {location}\n          description: It.\n          \
             x-sensitivity: none\n          schema: {{type: {schema}}}\n"
        )
    };
    let (zone, binding) = (parameter("zone", "query", "boolean"), parameter("X-Binding", "header", "string"));
    let limit = "        - name: limit\n";
    let first = edited(SMALL, limit, &format!("{zone}{binding}{limit}"));
    let second = edited(SMALL, limit, &format!("{binding}{limit}"));
    let second = edited(&second, "default: 20}\n", &format!("default: 20}}\n{zone}"));
    assert_unchanged(&first, &second, "parameters");
}

#[test]
fn the_order_of_keys_is_no_change() {
    fn reversed(node: &Value) -> Value {
        match node {
            Value::Object(members) => members
                .iter()
                .rev()
                .map(|(key, value)| (key.clone(), reversed(value)))
                .collect::<Map<_, _>>()
                .into(),
            Value::Array(items) => items.iter().map(reversed).collect(),
            other => other.clone(),
        }
    }
    for contract in [CONNECT, SMALL] {
        let document = Contract::parse("contract.yaml", contract).unwrap().document().clone();
        // A JSON document is also valid YAML.
        assert_unchanged(contract, &reversed(&document).to_string(), "reversed");
    }
}

#[test]
fn components_without_a_rust_type_may_be_renamed() {
    for (from, to) in [
        ("responses/BadRequest", "responses/Refused"),
        ("headers/X-RateLimit-Reset", "headers/Reset"),
        ("examples/CustomerInfo", "examples/Customer"),
    ] {
        let (old_name, new_name) = (from.split('/').nth(1).unwrap(), to.split('/').nth(1).unwrap());
        // The definition of a component is indented by four spaces. If a schema and an example have the same name, the
        // last match is the example, because the contract defines examples after schemas.
        let at = CONNECT.rfind(&format!("\n    {old_name}:\n")).unwrap();
        let (before, after) = CONNECT.split_at(at);
        let renamed = format!("{before}{}", after.replacen(old_name, new_name, 1));
        assert_unchanged(CONNECT, &renamed.replace(from, to), from);
    }
}

#[test]
fn a_security_scheme_may_be_renamed_as_long_as_the_mode_stays() {
    let renamed = CONNECT
        .replace("- clientCredentials: [read]", "- system: [read]")
        .replace("    clientCredentials:\n      type: oauth2", "    system:\n      type: oauth2");
    assert_unchanged(CONNECT, &renamed, "scheme");
}

#[test]
fn an_inlined_reference_causes_no_change() {
    let inlined = edited(
        SMALL,
        "          $ref: '#/components/responses/NotFound'\n",
        "          description: There is no such shelf.\n          content:\n            application/json:\n              \
         schema: {$ref: '#/components/schemas/Problem'}\n",
    );
    assert_unchanged(SMALL, &inlined, "a response");
    let header = "              $ref: '#/components/headers/X-RateLimit-Reset'\n";
    let spelled_out = "              description: When the limit is renewed, in seconds; renewed every 60 seconds.\n              \
                       schema: {type: integer}\n";
    assert_unchanged(CONNECT, &edited(CONNECT, header, spelled_out), "a header");
}

#[test]
fn an_inlined_single_value_changes_only_the_rust_api() {
    let inlined = edited(
        CONNECT,
        "          $ref: '#/components/schemas/StreetNumber'\n",
        "          type: integer\n          description: A street number.\n          x-sensitivity: personal\n",
    );
    assert_eq!(lines(&compare(CONNECT, &inlined)), ["rust-field-type-changed breaking -"]);
}

#[test]
fn security_and_parameters_may_be_at_any_level() {
    let moved = edited(SMALL, "security:\n  - clientCredentials: [read]\n", "");
    let moved =
        ["      operationId: listBooks\n", "      operationId: addBook\n"].iter().fold(moved, |text, id| {
            edited(&text, id, &format!("{id}      security:\n        - clientCredentials: [read]\n"))
        });
    assert_unchanged(SMALL, &moved, "security");
}

#[test]
fn equivalent_spellings_cause_no_change() {
    let limit = "          schema: {type: integer, minimum: 1, maximum: 100, default: 20}\n";
    let pairs = [
        (
            limit,
            format!(
                "          style: form\n          explode: true\n          allowReserved: false\n{limit}"
            ),
        ),
        (limit, limit.replace("minimum: 1,", "minimum: 0, exclusiveMinimum: true,")),
        (limit, limit.replace("maximum: 100,", "maximum: 101, exclusiveMaximum: true,")),
        ("          maxLength: 80\n", "          maxLength: 80\n          minLength: 0\n".to_owned()),
        ("          type: array\n", "          type: array\n          minItems: 0\n".to_owned()),
        ("    Book:\n", "    Book:\n      minProperties: 0\n".to_owned()),
        ("application/json:\n", "application/json; charset=utf-8:\n".to_owned()),
        ("application/json:\n", "'*/*':\n".to_owned()),
        (
            "      operationId: addBook\n",
            "      operationId: addBook\n      servers: [{url: 'https://library.example.com/api'}]\n"
                .to_owned(),
        ),
    ];
    for (from, to) in pairs {
        assert_unchanged(SMALL, &edited(SMALL, from, &to), &to);
    }
    // The order of alternatives and of their required fields has no effect.
    let rule = |rule: &str| {
        edited(SMALL, "      required: [title]\n", &format!("      required: [title]\n      anyOf: {rule}\n"))
    };
    let (one, other) = (
        "[{required: [title, isbn]}, {required: [pages]}]",
        "[{required: [pages]}, {required: [isbn, title]}]",
    );
    assert_unchanged(&rule(one), &rule(other), "anyOf");
    let exclusive = |groups: &str| {
        edited(
            SMALL,
            "      required: [title]\n",
            &format!("      required: [title]\n      x-exclusive: {groups}\n"),
        )
    };
    let (one, other) = ("[[title, isbn], [pages, isbn]]", "[[isbn, pages], [isbn, title]]");
    assert_unchanged(&exclusive(one), &exclusive(other), "x-exclusive");
}

#[test]
fn a_null_in_a_nullable_enum_causes_no_change() {
    let nullable = |kind: &str, values: &str| {
        let title = "          type: string\n          description: Its title.\n";
        let to = format!("          type: {kind}\n          nullable: true\n          enum: {values}\n");
        edited(SMALL, title, &format!("{to}          description: Its title.\n"))
    };
    assert_unchanged(&nullable("string", "[a, b]"), &nullable("string", "[a, b, null]"), "texts");
    assert_unchanged(&nullable("integer", "[1, 2]"), &nullable("integer", "[1, 2, null]"), "numbers");
    let report = compare(&nullable("string", "[a, null]"), &nullable("string", "[a, b, null]"));
    assert_eq!(
        lines(&report),
        ["enum-value-added-in-request compatible sent", "enum-value-added-in-response compatible received"]
    );
}

#[test]
fn a_merge_key_adds_the_members_of_its_target() {
    let title = "        title:\n          type: string\n          description: Its title.\n          x-sensitivity: none\n          maxLength: 80\n";
    let merged = "        title:\n          <<: &text {type: string, x-sensitivity: none, maxLength: 30}\n          description: Its title.\n          \
                  maxLength: 80\n";
    assert_unchanged(SMALL, &edited(SMALL, title, merged), "<<");
}

#[test]
fn a_second_security_alternative_does_not_change_the_mode() {
    let more = edited(
        SMALL,
        "  - clientCredentials: [read]\n",
        "  - clientCredentials: [read]\n  - authorizationCode: [read]\n",
    );
    let rules: Vec<_> = compare(SMALL, &more).changes.iter().map(|change| change.rule.name).collect();
    assert!(!rules.is_empty() && rules.iter().all(|rule| *rule == "security-alternative-added"), "{rules:?}");
}
