//! Edits that change nothing are no change.

use mediaconnect_contract::Contract;
use serde_json::{Map, Value};

use crate::{CONNECT, SMALL, compare, edited, lines};

fn assert_unchanged(old: &str, new: &str, what: &str) {
    let report = compare(old, new);
    assert!(report.is_empty(), "{what}: {:#?}", report.changes);
}

#[test]
fn a_contract_is_the_same_as_itself() {
    assert_unchanged(CONNECT, CONNECT, "the contract");
    assert_unchanged(SMALL, SMALL, "the small one");
}

#[test]
fn comments_examples_tags_and_spelling_of_yaml_are_no_change() {
    for (from, to) in [
        ("# Limits, formats and enums", "# Other words on limits"),
        ("          example: 563457\n", ""),
        ("tags:\n  - name: Customer\n", "tags:\n  - name: Customers\n"),
        ("x-sensitivity: personal", "'x-sensitivity': \"personal\""),
        ("      summary: Upstream's example,", "      summary: An example,"),
    ] {
        assert_unchanged(CONNECT, &edited(CONNECT, from, to), from);
    }
}

#[test]
fn a_contract_from_before_names_of_methods_has_renamed_none() {
    assert_unchanged(&edited(CONNECT, "      x-method: search\n", ""), CONNECT, "x-method");
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
        // JSON is YAML.
        assert_unchanged(contract, &reversed(&document).to_string(), "reversed");
    }
}

#[test]
fn components_that_are_no_rust_types_may_be_renamed() {
    for (from, to) in [
        ("responses/BadRequest", "responses/Refused"),
        ("headers/X-RateLimit-Reset", "headers/Reset"),
        ("examples/CustomerInfo", "examples/Customer"),
    ] {
        let (old_name, new_name) = (from.split('/').nth(1).unwrap(), to.split('/').nth(1).unwrap());
        // The definition is the line of the name four spaces in; of an example it is the last one.
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
fn a_reference_that_is_spelled_out_is_no_change() {
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
fn a_single_value_that_is_spelled_out_changes_rust_alone() {
    let inlined = edited(
        CONNECT,
        "          $ref: '#/components/schemas/StreetNumber'\n",
        "          type: integer\n          description: A street number.\n          x-sensitivity: personal\n",
    );
    assert_eq!(lines(&compare(CONNECT, &inlined)), ["rust-field-type-changed breaking -"]);
}

#[test]
fn security_and_parameters_may_stand_at_any_level() {
    let moved = edited(SMALL, "security:\n  - clientCredentials: [read]\n", "");
    let moved =
        ["      operationId: listBooks\n", "      operationId: addBook\n"].iter().fold(moved, |text, id| {
            edited(&text, id, &format!("{id}      security:\n        - clientCredentials: [read]\n"))
        });
    assert_unchanged(SMALL, &moved, "security");
}
