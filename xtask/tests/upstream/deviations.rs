//! Intended differences between the contract and upstream.

use serde_json::json;

use super::{
    DEVIATIONS, INFO, Repository, SAVED_INFO, SEARCH, all, changes, edited, inserted, line_of, run_in,
};

#[test]
fn an_unused_deviation_is_reported_if_its_operation_was_compared() {
    let repository = Repository::new("stale");
    let info = inserted(INFO, "'429':", "'401': {description: Refused.}");
    let report = repository.report("info.md", &info);
    assert_eq!(all(&report, "deviations", "at"), ["/components/responses/Unauthorized"]);
    let deviation = &report["deviations"][0];
    assert_eq!(deviation["rule"], "deviation-without-difference");
    assert_eq!(deviation["line"], json!(line_of(DEVIATIONS, "responses/Unauthorized")));
    // The entry covers a difference of the search page. So the entry is used if the input contains the search page too.
    let both = repository.report("both.md", &format!("{info}\n{SEARCH}"));
    assert_eq!(both["deviations"], json!([]));
    let search = repository.report("search.md", &inserted(SEARCH, "content:", "required: true"));
    assert_eq!(search["deviations"], json!([]));
}

#[test]
fn a_deviation_hidden_by_a_difference_is_not_reported_as_unused() {
    let repository = Repository::new("hidden");
    // The reference on upstream's page is broken, so no field of the response can be compared. The entries for these
    // fields are not reported as unused, because the differences may still exist.
    let search = "```yaml\nopenapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /v1/client/customer/search:\n    post:\n      \
                  responses:\n        '200':\n          description: d\n          content:\n            \
                  application/json: {schema: {$ref: '#/components/schemas/Lost'}}\n```\n";
    let report = repository.report("search.md", search);
    assert!(
        changes(&report).contains(&"type-changed-in-response searchCustomers 200".to_owned()),
        "{report}"
    );
    assert_eq!(report["deviations"], json!([]));
}

#[test]
fn a_deviation_past_its_review_is_reported_even_if_it_is_used() {
    let repository = Repository::new("review");
    repository.write("page.md", INFO);
    let on = |day: &str| run_in(&repository.0, &["page.md", "--format", "json", "--today", day]).json();
    assert_eq!(on("2027-05-22")["deviations"], json!([]));
    let report = on("2027-05-23");
    let rules = all(&report, "deviations", "rule");
    assert!(rules.len() == 16 && rules.iter().all(|rule| *rule == "deviation-past-review"), "{rules:?}");
}

#[test]
fn a_deviation_covers_only_its_rules_at_its_scope() {
    let repository = Repository::new("holds");
    // The entry for country codes covers their format and pattern, not their length.
    let found = changes(&repository.report("page.md", &SEARCH.replace("maxLength: 3\n", "maxLength: 6\n")));
    let expected = [
        "limit-loosened-in-request searchCustomers body /countryCode",
        "limit-loosened-in-response searchCustomers 200 /customers/[]/countryCode",
    ];
    assert_eq!(found, expected);
    // The entry for product codes covers their minimum length, not their maximum length.
    let found = changes(&repository.report("page.md", &edited(SEARCH, "maxLength: 12\n", "maxLength: 20\n")));
    assert_eq!(found, ["limit-loosened-in-request searchCustomers body /productCode"]);
    // An entry for one operation does not cover another operation.
    let other = edited(DEVIATIONS, "operation: searchCustomers", "operation: getCustomerInfo");
    repository.write("openapi/deviations.yaml", &other);
    let found = changes(&repository.report("page.md", SEARCH));
    assert_eq!(
        found,
        ["request-body-optional searchCustomers body", "rule-lifted-in-request searchCustomers body"]
    );
}

#[test]
fn mistakes_in_the_file_are_errors_with_line_and_help() {
    let entry = "deviations:\n  - pointer: /servers/1\n    rules: [server-removed]\n    reason: r\n    evidence: e\n    \
                 review: '2027-05-22'\n";
    let cases = [
        ("reason: r", "cause: r", ["deviations.yaml:4: [deviation] cause is unknown", "there is no reason"]),
        ("2027-05-22", "2027-02-30", ["deviations.yaml:6: [deviation] review is not a date", "YYYY-MM-DD"]),
        (
            "server-removed",
            "server-lost",
            ["deviations.yaml:3: [deviation] unknown rules: \"server-lost\"", "--rules"],
        ),
        (
            "/servers/1",
            "/servers/7",
            ["deviations.yaml:2: [deviation] /servers/7 does not exist in", "delete the entry"],
        ),
        ("pointer: /servers/1", "operation: none", ["has no operation none", "operationId"]),
        ("pointer: /servers/1", "field: a", ["the entry has no scope", "`operation` and `field`"]),
        (
            "reason: r",
            "before: 404\n    reason: r",
            ["deviations.yaml:4: [deviation] `before` is neither", "in quotes"],
        ),
        (
            "reason: r",
            "before: ['404', 5]\n    reason: r",
            ["`before` is neither a string nor a list of strings", "in quotes"],
        ),
        (
            "reason: r",
            "before: []\n    reason: r",
            ["`before` is neither a string nor a list of strings", "delete `before`"],
        ),
        ("deviations:", "entries:", ["entries is unknown", "there is no list of deviations"]),
    ];
    let repository = Repository::new("mistakes");
    repository.write("page.md", INFO);
    for (from, to, parts) in cases {
        repository.write("openapi/deviations.yaml", &edited(entry, from, to));
        let ran = repository.check(&["page.md"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        for part in parts {
            assert!(ran.err.contains(part), "{part}: {}", ran.err);
        }
    }
}

#[test]
fn a_deviation_of_an_object_does_not_hide_a_removed_member() {
    let repository = Repository::new("taken-off");
    let empty = "                        phoneNumbers:\n                          type: array\n                          items:\n                            \
                 type: object\n                            properties: {}\n";
    let listed = empty.replace("properties: {}", "properties: {isMobile: {type: boolean}}");
    // Upstream's page lists no members of `phoneNumbers`. An entry covers this difference.
    assert_eq!(changes(&repository.report("search.md", SEARCH)), [""; 0]);
    let found = changes(&repository.report("search.md", &edited(SEARCH, empty, &listed)));
    assert_eq!(
        found,
        ["field-removed-from-response searchCustomers 200 /customers/[]/phoneNumbers/[]/phoneNumber"]
    );
}

#[test]
fn a_deviation_of_a_field_does_not_hide_a_removed_member() {
    let repository = Repository::new("taken-off-field");
    let listed = "                        phoneNumbers:\n                          type: array\n                          items:\n                            \
                  type: object\n                            properties: {isMobile: {type: boolean}}\n";
    let search = edited(SEARCH, &listed.replace("{isMobile: {type: boolean}}", "{}"), listed);
    let entry = |scope: &str| {
        format!(
            "{DEVIATIONS}  - {scope}\n    rules: [field-removed-from-response]\n    reason: r\n    evidence: e\n    review: \
             '2027-05-22'\n"
        )
    };
    let places = [
        ("pointer: /components/schemas/FoundPhoneNumber", 1),
        ("pointer: /components/schemas/FoundPhoneNumber/properties/phoneNumber", 0),
        ("operation: searchCustomers\n    field: 200 /customers/[]/phoneNumbers", 1),
        ("operation: searchCustomers\n    field: 200 /customers/[]/phoneNumbers/[]/phoneNumber", 0),
    ];
    for (scope, open) in places {
        repository.write("openapi/deviations.yaml", &entry(scope));
        let found = changes(&repository.report("search.md", &search));
        assert_eq!(found.len(), open, "{scope}: {found:?}");
    }
}

#[test]
fn a_deviation_applies_through_a_chain_of_references() {
    // Upstream's schema of the e-mail address refers to a second schema, which refers to a third one.
    let info = edited(
        INFO,
        "  schemas:\n",
        "  schemas:\n    First: {$ref: '#/components/schemas/Second'}\n    Second: {$ref: '#/components/schemas/Third'}\n    \
             Third: {type: string, format: email, maxLength: 60}\n",
    );
    let aliased = edited(
        &info,
        "invoiceEmailAddress:\n                    type: string\n                    format: email\n                    \
         description: Where invoices go.\n                    maxLength: 60\n",
        "invoiceEmailAddress: {$ref: '#/components/schemas/First'}\n",
    );
    assert_eq!(changes(&Repository::new("chain").report("info.md", &aliased)), [""; 0]);
}

#[test]
fn a_page_of_an_unknown_operation_makes_no_deviation_unused() {
    // The contract lacks the operation of this page, so nothing on the page is compared, not even its server. Entries
    // for the server are not reported as unused.
    let page = SAVED_INFO
        .replace("List customer info - client mode", "List loyalty status - client mode")
        .replace("/v1/client/customer/info/", "/v1/client/customer/loyalty/");
    let report = Repository::new("lacking").report("page.txt", &page);
    assert_eq!((&report["common"], &report["deviations"]), (&json!(0), &json!([])));
}
