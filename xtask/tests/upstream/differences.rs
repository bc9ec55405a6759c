//! Differences in operations that both upstream and the contract have, and operations that upstream will remove.

use std::path::Path;

use serde_json::json;

use super::{CONTRACT, INFO, Repository, SEARCH, changes, edited, inserted, line_of, run_in};

#[test]
fn the_documented_pages_differ_only_by_deviations() {
    let repository = Repository::new("known");
    repository.write("pages/info.md", INFO);
    repository.write("pages/search.md", SEARCH);
    let report = repository.check(&["pages", "--scope", "part", "--format", "json"]).json();
    assert_eq!(changes(&report), [""; 0]);
    assert_eq!(
        (&report["common"], &report["deviations"], &report["notes"]),
        (&json!(2), &json!([]), &json!([]))
    );
    assert_eq!(report["held"].as_array().unwrap().len(), 13);
}

#[test]
fn the_files_of_this_workspace_can_be_used() {
    let ran = run_in(Path::new(env!("CARGO_MANIFEST_DIR")), &["tests/upstream/pages", "--format", "json"]);
    assert_eq!((ran.code, &ran.json()["common"]), (0, &json!(2)), "{}", ran.err);
}

#[test]
fn each_difference_has_the_rule_of_its_adoption() {
    let fax = "- fax";
    let cases = [
        (
            edited(INFO, "maxLength: 60", "maxLength: 80"),
            "limit-loosened-in-response getCustomerInfo 200 /invoiceEmailAddress",
        ),
        (
            inserted(INFO, fax, "- satellite"),
            "enum-value-added-in-response getCustomerInfo 200 /phoneNumbers/[]/phoneNumberType",
        ),
        (
            edited(INFO, "- fax\n", "\n"),
            "enum-value-removed-in-response getCustomerInfo 200 /phoneNumbers/[]/phoneNumberType",
        ),
        (edited(INFO, " emails:", " mails:"), "field-removed-from-response getCustomerInfo 200 /emails"),
        (edited(INFO, "'404':", "'410':"), "error-status-removed getCustomerInfo 404"),
        (inserted(INFO, "- read", "- more"), "scope-required getCustomerInfo security"),
        (
            edited(INFO, "no/user/oauth", "no/oauth"),
            "security-scheme-changed security scheme oauth2 clientCredentials",
        ),
        (edited(INFO, "api.mediaconnect.no", "api.unite.example"), "server-added"),
        (
            edited(SEARCH, "type: integer", "type: string"),
            "type-changed-in-request searchCustomers body /streetNumber",
        ),
        (
            inserted(SEARCH, "entrance:", "floor:\n  type: string"),
            "optional-field-added-to-request searchCustomers body /floor",
        ),
        (
            inserted(SEARCH, "properties:", "required: [lastName]"),
            "now-required-in-request searchCustomers body /lastName",
        ),
        (
            edited(
                SEARCH,
                "parameters: []",
                "parameters: [{name: page, in: query, schema: {type: integer}}]",
            ),
            "optional-parameter-added searchCustomers query parameter page",
        ),
    ];
    let repository = Repository::new("rules");
    for (page, expected) in cases {
        let found = changes(&repository.report("page.md", &page));
        assert!(found.iter().any(|one| one == expected), "{expected}: {found:?}");
    }
}

#[test]
fn a_difference_has_the_lines_of_both_sides_and_upstreams_class() {
    let page = inserted(INFO, "- fax", "- satellite");
    let report = Repository::new("lines").report("page.md", &page);
    let change = &report["changes"][0];
    assert_eq!(
        change["contract"],
        format!("openapi/connect.yaml:{}", line_of(CONTRACT, "    PhoneNumberType:"))
    );
    assert_eq!(change["upstream"], json!([format!("page.md:{}", line_of(&page, " phoneNumberType:"))]));
    assert_eq!(change["contractPointer"], "/components/schemas/PhoneNumberType");
    assert_eq!((&change["class"], &change["after"]), (&json!("compatible"), &json!("satellite")));
    assert!(change["remark"].as_str().unwrap().starts_with("Upstream calls this compatible"));
}

#[test]
fn a_difference_names_the_file_of_a_contract_in_several_files() {
    let report =
        Repository::in_several_files("files").report("page.md", &inserted(INFO, "- fax", "- satellite"));
    let line = line_of(crate::tree::CUSTOMER, "    PhoneNumberType:");
    assert_eq!(report["changes"][0]["contract"], format!("openapi/groups/customer.yaml:{line}"));
}

#[test]
fn a_difference_in_the_values_of_a_map_has_the_lines_of_both_sides() {
    let contract = edited(
        CONTRACT,
        "        invoiceEmailAddress:\n",
        "        addresses:\n          type: object\n          description: By purpose.\n          x-sensitivity: personal\n          \
         additionalProperties: {$ref: '#/components/schemas/InvoiceEmailAddress'}\n        invoiceEmailAddress:\n",
    );
    let map = "addresses:\n  type: object\n  additionalProperties:\n    type: string\n    format: email\n    maxLength: 50";
    let page = inserted(INFO, "invoiceEmailAddress:", map);
    let repository = Repository::new("maps");
    repository.write("openapi/connect.yaml", &contract);
    let report = repository.report("page.md", &page);
    assert_eq!(changes(&report), ["limit-tightened-in-response getCustomerInfo 200 /addresses/*"]);
    let change = &report["changes"][0];
    assert_eq!(change["contractPointer"], "/components/schemas/InvoiceEmailAddress");
    assert_eq!(
        change["contract"],
        format!("openapi/connect.yaml:{}", line_of(&contract, "    InvoiceEmailAddress:"))
    );
}

#[test]
fn a_field_that_becomes_optional_breaks_readers_although_upstream_calls_it_compatible() {
    let repository = Repository::new("optional");
    let model = "    CustomerPhoneNumber:\n";
    let needed = edited(CONTRACT, model, &format!("{model}      required: [phoneNumber]\n"));
    repository.write("openapi/connect.yaml", &needed);
    let change = &repository.report("page.md", INFO)["changes"][0];
    assert_eq!((&change["rule"], &change["class"]), (&json!("now-optional-in-response"), &json!("breaking")));
    assert!(change["remark"].as_str().unwrap().contains("here it breaks readers"));
}

#[test]
fn paths_match_regardless_of_parameter_names_and_base_path() {
    let repository = Repository::new("paths");
    for (path, name, server, is_other_server) in [
        (
            "/capi/v1/client/customer/info/{customerNumber}",
            "customerNumber",
            "https://api.mediaconnect.no",
            false,
        ),
        (
            "/capi/v1/client/customer/info/{customerNumber}",
            "customerNumber",
            "https://api.mediaconnect.no/capi",
            false,
        ),
        (
            "/client/customer/info/{customerNumber}",
            "customerNumber",
            "https://api.mediaconnect.no/capi/v1",
            true,
        ),
        ("/v1/client/customer/info/{id}/", "id", "https://api.mediaconnect.no/capi", false),
    ] {
        let page = INFO
            .replace("/v1/client/customer/info/{customerNumber}", path)
            .replace("- name: customerNumber", &format!("- name: {name}"))
            .replace("url: https://api.mediaconnect.no/capi\n", &format!("url: {server}\n"));
        let report = repository.report("page.md", &page);
        let found = changes(&report);
        assert_eq!(
            (&report["common"], found.is_empty()),
            (&json!(1), !is_other_server),
            "{path} {server}: {found:?}"
        );
    }
}

#[test]
fn an_operation_that_moved_is_found_by_its_title() {
    let page =
        edited(INFO, "/v1/client/customer/info/{customerNumber}", "/v2/client/customer/{customerNumber}");
    let report = Repository::new("moved").report("page.md", &page);
    assert_eq!(
        (changes(&report), &report["missing"]),
        (vec!["path-changed getCustomerInfo".to_owned()], &json!([]))
    );
}

#[test]
fn a_deprecated_operation_has_a_last_day() {
    let repository = Repository::new("sunset");
    let (flag, status) = ("deprecated: false", "x-apidog-status: released");
    let cases = [
        (edited(INFO, flag, "deprecated: true"), "deprecated", "2027-05-21"),
        (edited(INFO, status, "x-apidog-status: obsolete"), "obsolete", "2027-05-21"),
        (edited(INFO, status, "x-status: Ready for sunset"), "Ready for sunset", "2026-12-02"),
        (inserted(INFO, flag, "x-sunset: 2027-01-31"), "sunset announced", "2027-01-31"),
    ];
    for (page, stage, last) in cases {
        let report = repository.report("page.md", &page);
        let sunset = &report["deprecated"][0];
        assert_eq!((&sunset["stage"], &sunset["last"]), (&json!(stage), &json!(last)));
    }
    let page = inserted(INFO, flag, "x-sunset: soon");
    let note = &repository.report("page.md", &page)["notes"][0];
    let line = line_of(&page, "x-sunset: soon");
    assert_eq!(
        (&note["message"], &note["line"]),
        (&json!("x-sunset is not a date, and is ignored"), &json!(line))
    );
}

#[test]
fn a_stage_of_a_document_is_compared_with_the_deprecation_of_the_contract() {
    let repository = Repository::new("stages");
    let status =
        |status: &str| edited(INFO, "x-apidog-status: released", &format!("x-apidog-status: {status}"));
    let dated = |flags: &str| {
        repository.write("openapi/connect.yaml", &edited(CONTRACT, ID, &format!("{ID}{flags}")));
        ["obsolete", "ready_for_sunset"].map(|stage| changes(&repository.report("page.md", &status(stage))))
    };
    let deprecated = "operation-deprecated getCustomerInfo";
    let announced = "sunset-announced getCustomerInfo";
    assert_eq!(dated(""), [vec![deprecated], vec![deprecated, announced]]);
    // Upstream states no day at the first stage.
    assert_eq!(dated("      deprecated: true\n"), [vec![], vec![announced]]);
    // An operation at the stage `ready_for_sunset` still works for at most ten days.
    let flags = |day: &str| format!("      deprecated: true\n      x-sunset: '{day}'\n");
    let forward = "sunset-brought-forward getCustomerInfo";
    assert_eq!(dated(&flags("2027-03-01")), [vec![], vec![forward]]);
    assert_eq!(dated(&flags("2026-12-02")), [Vec::<&str>::new(), vec![]]);
    assert_eq!(dated(&flags("2027-08-01")), [vec![forward], vec![forward]]);
}

/// The line of the contract below which tests insert `deprecated` and `x-sunset`.
const ID: &str = "      operationId: getCustomerInfo\n";

#[test]
fn a_day_in_upstreams_document_is_compared_with_that_of_the_contract() {
    let repository = Repository::new("days");
    let page = inserted(INFO, "deprecated: false", "x-sunset: 2027-01-31");
    let page = edited(&page, "deprecated: false", "deprecated: true");
    let found = |day: &str| {
        let flags = format!("{ID}      deprecated: true\n      x-sunset: '{day}'\n");
        repository.write("openapi/connect.yaml", &edited(CONTRACT, ID, &flags));
        changes(&repository.report("page.md", &page))
    };
    assert_eq!(found("2027-01-31"), [""; 0]);
    assert_eq!(found("2027-02-01"), ["sunset-brought-forward getCustomerInfo"]);
    assert_eq!(found("2027-01-30"), ["sunset-postponed getCustomerInfo"]);
}

#[test]
fn names_that_look_like_extensions_are_compared() {
    let repository = Repository::new("names");
    let page = inserted(INFO, "customerNumber:", "x-flag:\n  type: boolean");
    let found = changes(&repository.report("page.md", &page));
    assert_eq!(found, ["field-added-to-response getCustomerInfo 200 /x-flag"]);
    let header = |name: &str| {
        let headers = format!("headers: {{{name}: {{schema: {{type: integer}}}}}}");
        let page = edited(INFO, "headers: {}", &headers);
        changes(&repository.report("page.md", &page))
    };
    let lower = header("x-ratelimit-remaining");
    assert!(!lower.iter().any(|one| one.contains("Remaining")), "{lower:?}");
    assert_eq!(lower, header("X-RateLimit-Remaining"));
}

#[test]
fn fields_that_upstream_does_not_describe_are_listed_on_demand() {
    let repository = Repository::new("undescribed");
    let map = "addresses:\n  type: object\n  additionalProperties: {type: object, properties: {street: {type: string}}}";
    repository.write("page.md", &inserted(INFO, "invoiceEmailAddress:", map));
    let listed = repository.check(&["page.md", "--undescribed"]).out;
    assert!(listed.contains("200 /addresses/*/street (page.md:"), "{listed}");
    let at = |path: &str| format!("GET /v1/client/customer/info/{{customerNumber}} 200 {path} (page.md:");
    assert!(
        listed.contains(&at("/name/firstName")) && !listed.contains(&at("/invoiceEmailAddress")),
        "{listed}"
    );
    assert!(!repository.check(&["page.md"]).out.contains(&at("/name/firstName")));
}

#[test]
fn redundant_details_of_export_tools_are_not_reported() {
    let repository = Repository::new("exports");
    let server = "  - url: https://api.mediaconnect.no/capi\n";
    let int64 = |page: &str| -> String {
        let formats = page.lines().map(|line| match line.strip_suffix("type: integer") {
            Some(indentation) => format!("{line}\n{indentation}format: int64\n"),
            None => format!("{line}\n"),
        });
        formats.collect()
    };
    let cases = [
        edited(INFO, "application/json:", "'*/*':"),
        edited(INFO, "application/json:", "application/json;charset=UTF-8:"),
        int64(INFO),
        int64(SEARCH),
        edited(
            INFO,
            "          required: true\n",
            "          required: true\n          style: simple\n          explode: false\n",
        ),
        edited(
            SEARCH,
            "phoneNumber:\n                  type: string\n",
            "phoneNumber:\n                  type: string\n                  minLength: 0\n",
        ),
        INFO.replace(
            server,
            "  - url: https://{host}/capi\n    variables: {host: {default: api.mediaconnect.no}}\n",
        ),
    ];
    for page in cases {
        assert_eq!(changes(&repository.report("page.md", &page)), [""; 0], "{page}");
    }
}

#[test]
fn a_limit_that_is_a_string_is_an_error() {
    let repository = Repository::new("text-limit");
    repository.write("page.md", &edited(INFO, "maxLength: 60", "maxLength: '60'"));
    let ran = repository.check(&["page.md"]);
    assert!(ran.code == 2 && ran.err.contains("wrong-kind"), "{}", ran.err);
}
