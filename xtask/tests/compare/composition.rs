//! Checks changes of fields inside `$ref`, `allOf` and lists at any depth, and in recursive schemas.

use std::fmt::Write;

use crate::{CONNECT, SMALL, compare, edited, lines};

/// Returns a contract with one operation, whose response has the schema `schema`. `components` contains the YAML of the
/// named schemas.
fn answering(schema: &str, components: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: readA\n      \
         responses:\n        '200':\n          description: A.\n          content:\n            application/json:\n\
         \x20             schema: {schema}\ncomponents:\n  schemas:\n{components}"
    )
}

const PARTS: &str = "    Base: {type: object, required: [id], properties: {id: {type: string, maxLength: 9}}}
    Cat:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          properties: {name: {type: string, maxLength: 5}, kittens: {type: array, items: {$ref: '#/components/schemas/Cat'}}}
";

#[test]
fn all_of_is_compared_as_the_object_that_it_describes() {
    let spelled_out = "    Cat:
      type: object
      required: [id]
      properties:
        id: {type: string, maxLength: 9}
        name: {type: string, maxLength: 5}
        kittens: {type: array, items: {$ref: '#/components/schemas/Cat'}}
";
    let cat = "{$ref: '#/components/schemas/Cat'}";
    let report = compare(&answering(cat, PARTS), &answering(cat, spelled_out));
    // The new contract has no schema `Base`, so the Rust type of this name is removed. Nothing changes on the wire.
    assert_eq!(lines(&report), ["rust-type-removed breaking -"]);
}

#[test]
fn a_change_in_a_part_of_all_of_is_found_in_each_object() {
    let cat = "{type: array, items: {$ref: '#/components/schemas/Cat'}}";
    let new = PARTS.replace("maxLength: 9", "maxLength: 8").replace("required: [id], ", "");
    let report = compare(&answering(cat, PARTS), &answering(cat, &new));
    let wire: Vec<_> = report.changes.iter().filter(|change| change.direction.is_some()).collect();
    let found: Vec<_> = wire.iter().map(|change| (change.rule.name, change.places[0].to_string())).collect();
    assert_eq!(
        found,
        [
            ("now-optional-in-response", "readA 200 /[]/id".to_owned()),
            ("limit-tightened-in-response", "readA 200 /[]/id".to_owned())
        ]
    );
}

#[test]
fn an_all_of_with_a_single_reference_equals_the_reference() {
    let direct = answering("{$ref: '#/components/schemas/Cat'}", PARTS);
    let around = answering("{allOf: [{$ref: '#/components/schemas/Cat'}]}", PARTS);
    assert_eq!(lines(&compare(&direct, &around)), Vec::<String>::new());
}

#[test]
fn objects_without_a_name_are_compared_by_their_fields() {
    let old = answering(
        "{type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}",
        "    X: {type: string}\n",
    );
    let new = old.replace("b: {type: string}", "b: {type: integer}");
    let report = compare(&old, &new);
    assert_eq!(lines(&report), ["type-changed-in-response breaking received"]);
    assert_eq!(report.changes[0].places[0].pointer, "/a/b");
}

#[test]
fn a_recursive_schema_is_compared_once() {
    for schema in [
        "    A: {type: array, items: {$ref: '#/components/schemas/A'}}\n",
        "    A: {type: object, properties: {a: {allOf: [{$ref: '#/components/schemas/A'}, {type: object}]}}}\n",
        "    A: {allOf: [{$ref: '#/components/schemas/A'}]}\n",
    ] {
        let old = answering("{$ref: '#/components/schemas/A'}", schema);
        let new = edited(&old, "description: A.", "description: B.");
        assert_eq!(lines(&compare(&old, &new)), ["description-changed documentation -"], "{schema}");
    }
}

#[test]
fn a_change_of_a_shared_schema_is_one_change_with_all_locations() {
    let report = compare(CONNECT, &edited(CONNECT, "maxLength: 255", "maxLength: 100"));
    let sent = report.changes.iter().find(|change| change.rule.name == "limit-tightened-in-request").unwrap();
    let places: Vec<_> = sent.places.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["searchCustomers body /email", "changeOwnCustomerInfo body /emails/[]"]);
    assert_eq!(sent.contract_pointer, "/components/schemas/EmailAddress");
    assert_eq!(
        (sent.before.as_deref(), sent.after.as_deref()),
        (Some("characters <= 255"), Some("characters <= 100"))
    );
    let received =
        report.changes.iter().find(|change| change.rule.name == "limit-tightened-in-response").unwrap();
    let places: Vec<_> = received.places.iter().map(ToString::to_string).collect();
    assert!(places.contains(&"searchCustomers 200 /customers/[]/emails/[]".to_owned()), "{places:?}");
}

#[test]
fn a_model_that_is_renamed_and_changed_is_reported_as_both() {
    let new = SMALL.replace("#/components/schemas/Problem", "#/components/schemas/Failure").replace(
        "    Problem:\n      type: object\n      description: What went wrong.\n      properties:\n        message:",
        "    Failure:\n      type: object\n      description: What went wrong.\n      properties:\n        text:",
    );
    assert_eq!(
        lines(&compare(SMALL, &new)),
        [
            "field-renamed-in-response breaking received",
            "rust-field-removed breaking -",
            "rust-type-renamed breaking -"
        ]
    );
}

#[test]
fn a_caller_with_more_credentials_than_required_keeps_access() {
    let both = edited(
        SMALL,
        "  - clientCredentials: [read]",
        "  - clientCredentials: [read]\n    authorizationCode: [read]",
    );
    assert_eq!(
        lines(&compare(&both, SMALL)),
        ["rust-mode-changed breaking -", "security-alternative-added compatible -"]
    );
    assert!(lines(&compare(SMALL, &both)).contains(&"security-alternative-removed breaking -".to_owned()));
}

/// Returns a contract whose body has two alternatives (`oneOf`). The first alternative has the given fields.
fn forms(fields: &str, more: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /pets:\n    post:\n      operationId: swap\n      requestBody:\n        content:\n          application/json: {{schema: {{$ref: '#/components/schemas/Pet'}}}}\n      \
         responses:\n        '200':\n          description: d\n          content:\n            application/json: {{schema: {{$ref: '#/components/schemas/Pet'}}}}\ncomponents:\n  schemas:\n    Pet: {{oneOf: [{{$ref: \
         '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}{more}]}}\n    Cat: {{type: object, properties: {{{fields}}}}}\n    Dog: {{type: object, properties: {{name: {{type: string}}}}}}\n    \
         Cow: {{type: object, properties: {{name: {{type: string}}}}}}\n"
    )
}

#[test]
fn a_field_removed_from_one_alternative_is_reported_with_its_location() {
    let both = "name: {type: string}, lives: {type: integer}";
    let report = compare(&forms(both, ""), &forms("name: {type: string}", ""));
    let on_the_wire = report.changes.iter().filter(|change| !change.rule.name.starts_with("rust-"));
    let found: Vec<String> =
        on_the_wire.map(|change| format!("{} {}", change.rule.name, change.places[0])).collect();
    assert_eq!(
        found,
        [
            "field-removed-from-request swap body /(Cat)/lives",
            "field-removed-from-response swap 200 /(Cat)/lives"
        ]
    );
}

#[test]
fn an_added_alternative_is_compatible_in_requests_and_breaks_readers() {
    let fields = "name: {type: string}";
    let report = compare(&forms(fields, ""), &forms(fields, ", {$ref: '#/components/schemas/Cow'}"));
    let found: Vec<String> =
        report.changes.iter().map(|change| format!("{} {}", change.rule.name, change.rule.class)).collect();
    assert_eq!(found, ["forms-changed-in-response breaking", "rule-lifted-in-request compatible"]);
}

#[test]
fn a_wider_integer_format_is_compatible_in_requests_and_a_narrower_one_in_responses() {
    let of = |format: &str| forms(&format!("lives: {{type: integer, format: {format}}}"), "");
    let rules = |old: &str, new: &str| -> Vec<String> {
        compare(&of(old), &of(new))
            .changes
            .iter()
            .map(|change| format!("{} {}", change.rule.name, change.rule.class))
            .collect()
    };
    assert_eq!(
        rules("int32", "int64"),
        ["format-changed-in-response breaking", "format-widened-in-request compatible"]
    );
    assert_eq!(
        rules("int64", "int32"),
        ["format-narrowed-in-request breaking", "format-narrowed-in-response compatible"]
    );
}

#[test]
fn a_chain_of_references_equals_its_target() {
    let of = |components: &str, limit: u32| {
        answering(
            "{$ref: '#/components/schemas/A'}",
            &format!(
                "{components}    C: {{type: object, properties: {{name: {{type: string, maxLength: {limit}}}}}}}\n"
            ),
        )
    };
    let chain = "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/C'}\n";
    let short = "    A: {$ref: '#/components/schemas/C'}\n";
    let on_the_wire = |old: &str, new: &str| {
        xtask::compare::diff_on_the_wire(&crate::outline(old), &crate::outline(new)).changes
    };
    assert_eq!(on_the_wire(&of(chain, 5), &of(short, 5)), []);
    let found = on_the_wire(&of(chain, 5), &of(chain, 6));
    let found: Vec<_> = found.iter().map(|one| (one.rule.name, one.places[0].to_string())).collect();
    assert_eq!(found, [("limit-loosened-in-response", "readA 200 /name".to_owned())]);
}

/// Returns a contract with 30 schemas that refer to each other. Each schema is a `oneOf` of the other 29 schemas. If
/// `is_list` is true, each schema is instead a list whose items are this `oneOf`. The last `oneOf` also contains
/// `Leaf`, an object with a string of at most `limit` characters.
fn clique(is_list: bool, limit: u32) -> String {
    const COUNT: usize = 30;
    let reference = |index: usize| format!("{{$ref: '#/components/schemas/A{index}'}}");
    let mut components =
        format!("    Leaf: {{type: object, properties: {{name: {{type: string, maxLength: {limit}}}}}}}\n");
    for index in 0..COUNT {
        let mut others: Vec<String> = (0..COUNT).filter(|other| *other != index).map(reference).collect();
        if index == COUNT - 1 {
            others.push("{$ref: '#/components/schemas/Leaf'}".to_owned());
        }
        let one_of = format!("{{oneOf: [{}]}}", others.join(", "));
        let schema = if is_list { format!("{{type: array, items: {one_of}}}") } else { one_of };
        let _ = writeln!(components, "    A{index}: {schema}");
    }
    answering("{$ref: '#/components/schemas/A0'}", &components)
}

#[test]
fn alternatives_that_refer_to_each_other_are_compared_once() {
    for (is_list, place) in [(false, "readA 200 /(Leaf)/name"), (true, "readA 200 /[]/(A29)/[]/(Leaf)/name")]
    {
        let report = compare(&clique(is_list, 5), &clique(is_list, 4));
        let places =
            |change: &xtask::compare::Change| change.places.iter().map(ToString::to_string).collect();
        let found: Vec<(&str, Vec<String>)> =
            report.changes.iter().map(|change| (change.rule.name, places(change))).collect();
        assert_eq!(found, [("limit-tightened-in-response", vec![place.to_owned()])]);
    }
}
