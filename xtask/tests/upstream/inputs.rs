//! Tests documents, pages and directories as input, and the errors for unusable input.

use std::fs;

use serde_json::json;

use super::{INFO, Repository, SEARCH, all, changes, edited, line_of};

/// The customer page as OpenAPI 3.1 in JSON, with keywords that only 3.1 has.
fn info_31() -> String {
    let text = json!({ "type": "string", "maxLength": 30 });
    let company = json!({ "type": "string", "maxLength": 40 });
    let phone = json!({ "type": "object", "properties": {
        "phoneNumber": { "type": ["string", "null"], "maxLength": 20 },
        "phoneNumberType": {
            "type": "string",
            "enum": ["home", "mobile", "companyDirect", "companyPbx", "company", "personal", "fax"],
        },
    } });
    let user = json!({ "type": "object", "properties": {
        "uniqueId": { "type": "string" },
        "credentials": { "type": "array", "items": { "type": "object" } },
    } });
    let customer = json!({
        "type": "object",
        "properties": {
            "customerNumber": { "type": "integer", "exclusiveMinimum": 0 },
            "name": { "$ref": "#/$defs/Name", "description": "beside a reference" },
            "phoneNumbers": { "type": "array", "items": phone },
            "emails": { "type": "array", "items": { "type": "string", "format": "email", "maxLength": 255 } },
            "invoiceEmailAddress": { "type": "string", "format": "email", "maxLength": 60 },
            "attachedUsers": { "type": "array", "items": user },
        },
        "$defs": { "Name": { "type": "object", "properties": {
            "firstName": text, "middleName": text, "lastName": text, "companyName": company, "departmentName": company,
        } } },
    });
    let number = json!({ "type": "integer", "exclusiveMinimum": 0 });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "T", "version": "1" },
        "paths": { "/capi/v1/client/customer/info/{id}": { "get": {
            "summary": "SMILE",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": number }],
            "responses": {
                "200": { "description": "", "content": { "application/json": { "schema": customer } } },
                "400": {}, "404": {}, "429": {}, "500": {},
            },
        } } },
        "webhooks": { "changed": {} },
    });
    // Some generators write a smiley as an escaped surrogate pair, so this document does the same.
    format!("{document:#}").replace("SMILE", "\\ud83d\\ude00")
}

#[test]
fn openapi_31_in_json_is_compared_as_30() {
    let report = Repository::new("json").report("upstream.json", &info_31());
    let expected = "optional-field-nullable-in-response getCustomerInfo 200 /phoneNumbers/[]/phoneNumber";
    assert_eq!((changes(&report), &report["scope"]), (vec![expected.to_owned()], &json!("part")));
    let notes = all(&report, "notes", "message");
    assert!(
        notes[0].contains("webhooks are left out") && notes[1].contains("security is not compared"),
        "{notes:?}"
    );
}

#[test]
fn a_directory_is_merged_and_repeated_operations_must_be_equal() {
    let repository = Repository::new("folder");
    repository.write("pages/a/info.md", INFO);
    repository
        .write("pages/info-again.md", &edited(INFO, "description: The number.", "description: Number."));
    repository.write("pages/search.md", SEARCH);
    repository.write("pages/notes.log", "not read");
    let report = repository.check(&["pages", "--format", "json"]).json();
    assert_eq!((&report["operations"], changes(&report)), (&json!(2), Vec::new()));

    repository.write("pages/info-again.md", &edited(INFO, "maxLength: 60", "maxLength: 80"));
    let ran = repository.check(&["pages"]);
    assert_eq!(ran.code, 2);
    let line = line_of(INFO, "    get:");
    for file in ["pages/a/info.md", "pages/info-again.md"] {
        assert!(
            ran.err.contains(&format!("{file}:{line}")) && ran.err.contains("is described differently"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_page_may_have_several_blocks_and_other_blocks_are_reported() {
    let others = "```yaml\na: 1\n```\n\n```json\n{\"openapi\": [1\n```\n\n```shell\ncurl\n```\n";
    let page = format!("{INFO}\n{SEARCH}\n{others}");
    let report = Repository::new("blocks").report("page.md", &page);
    assert_eq!((&report["common"], changes(&report)), (&json!(2), Vec::new()));
    let notes = report["notes"].as_array().unwrap();
    assert_eq!((notes.len(), &notes[0]["line"]), (2, &json!(line_of(&page, "a: 1"))));
    assert!(notes[1]["message"].as_str().unwrap().contains("cannot be read"), "{notes:?}");
}

#[test]
fn a_file_with_another_extension_is_read_by_its_content() {
    let repository = Repository::new("content");
    let document = "openapi: 3.0.1\ninfo: {}\npaths: {/v1/customer/info: {get: {responses: {}}}}\n";
    for (name, text) in [("page.txt", INFO), ("document.txt", document), ("document", document)] {
        assert_eq!(repository.report(name, text)["common"], 1, "{name}");
    }
}

#[test]
fn a_broken_reference_is_reported_and_the_rest_is_compared() {
    let page = edited(INFO, "'#/components/schemas/Name'", "'other.yaml#/Name'");
    let report = Repository::new("reference").report("page.md", &page);
    assert_eq!(changes(&report), ["type-changed-in-response getCustomerInfo 200 /name"]);
    let note = &report["notes"][0];
    assert_eq!((&note["rule"], &note["line"]), (&json!("reference"), &json!(line_of(&page, " name:"))));
}

#[test]
fn errors_say_what_to_do() {
    let repository = Repository::new("errors");
    for (name, text) in [
        ("empty/readme.log", "nothing"),
        ("no.md", "# A page\n\nWords.\n"),
        ("old.yaml", "swagger: '2.0'\n"),
        ("newer.yaml", "openapi: 3.2.0\ninfo: {}\npaths: {}\n"),
        ("broken.yaml", "openapi: [1\n"),
        ("none.yaml", "openapi: 3.0.1\ninfo: {}\npaths: {}\n"),
        ("page.md", INFO),
    ] {
        repository.write(name, text);
    }
    let cases = [
        ("missing.yaml", ["missing.yaml cannot be read", "check the path"]),
        ("empty", ["has no file with one of the extensions", "save upstream's pages"]),
        ("no.md", ["no.md has no operation", "no fenced block"]),
        ("old.yaml", ["Swagger 2.0", "convert it"]),
        ("newer.yaml", ["not an OpenAPI 3.0 or 3.1 document", "3.2.0"]),
        ("broken.yaml", ["broken.yaml:", "[yaml]"]),
        ("none.yaml", ["none.yaml has no operation", "OpenAPI document"]),
    ];
    let fails = |name: &str, parts: [&str; 2]| {
        let ran = repository.check(&[name]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        for part in parts {
            assert!(ran.err.contains(part), "{name}, {part}: {}", ran.err);
        }
    };
    for (name, parts) in cases {
        fails(name, parts);
    }
    fs::remove_file(repository.0.join("openapi/coverage.yaml")).unwrap();
    fails("page.md", ["openapi/coverage.yaml cannot be read", "run this command in the repository"]);
}

#[test]
fn help_explains_deviations_scope_and_the_patch() {
    let help = Repository::new("help").check(&["--help"]).out;
    for part in
        ["UPSTREAM", "DEVIATIONS", "SCOPE", "PROPOSE", "EXIT STATUS", "EXAMPLES", "git apply", "--today"]
    {
        assert!(help.contains(part), "{part}: {help}");
    }
}
