//! Compares the lint's findings with those of other tools, which `crosscheck.py` recorded.

use std::collections::BTreeSet;

use mediaconnect_contract::Contract;
use mediaconnect_contract::fingerprint::fingerprint;
use serde_json::Value;

use crate::cases::{BASE, cases, rules_of};

/// Maps each rule of another tool to the equivalent rules of this lint. The first name of each pair is a rule of
/// redocly, or a keyword or an error of openapi-spec-validator. A broad rule is equivalent to several rules of this
/// lint: for example, redocly's `struct` checks the whole grammar.
const EQUIVALENT_RULES: [(&str, &str); 52] = [
    ("unreadable", "yaml reference openapi-version"),
    (
        "struct",
        "openapi-version openapi-structure unknown-key missing-key wrong-kind limits path path-start status parameter type",
    ),
    ("no-unresolved-refs", "reference"),
    ("spec-ref-siblings", "reference-siblings"),
    ("spec-components-invalid-map-name", "component-name"),
    ("no-example-value-and-externalValue", "exclusive-keys"),
    ("no-server-trailing-slash", "server"),
    ("no-undefined-server-variable", "server"),
    ("security-defined", "security"),
    ("security-scopes-defined", "security"),
    ("operation-operationId", "operation-id"),
    ("operation-operationId-unique", "operation-id"),
    ("operation-summary", "summary"),
    ("operation-2xx-response", "success status"),
    ("operation-parameters-unique", "duplicate-parameter"),
    ("path-parameters-defined", "path-parameter"),
    ("no-path-trailing-slash", "path"),
    ("path-not-include-query", "path"),
    ("no-identical-paths", "path"),
    ("no-ambiguous-paths", "path"),
    ("tag-description", "described"),
    ("no-duplicated-tag-names", "tag"),
    ("nullable-type-sibling", "type"),
    ("no-enum-type-mismatch", "enum"),
    ("no-duplicated-enum-values", "enum"),
    ("no-required-schema-properties-undefined", "required"),
    ("no-illogical-composition-keywords", "composition"),
    ("no-invalid-parameter-examples", "example"),
    ("no-invalid-schema-examples", "example"),
    ("operation-4xx-response", "client-error success"),
    // If a schema is not valid, redocly reports each of its examples. This lint reports only the schema.
    ("no-invalid-media-type-examples", "composition example limits pattern type wrong-kind"),
    // A broken reference or path may leave a component unused. redocly reports the cause and the unused component, but
    // this lint reports only the cause.
    ("no-unused-components", "unused-component openapi-structure reference path path-start"),
    ("TypeError", "yaml yaml-ambiguous"),
    ("ScannerError", "yaml"),
    ("PointerToNowhere", "reference"),
    ("RecursionError", "reference"),
    ("DuplicateOperationIDError", "operation-id"),
    ("UnresolvableParameterError", "path-parameter"),
    ("ParameterDuplicateError", "duplicate-parameter"),
    ("OpenAPIValidationError", "tag"),
    ("additionalProperties", "openapi-structure unknown-key path path-start status"),
    ("required", "openapi-structure missing-key"),
    ("oneOf", "unknown-key missing-key wrong-kind path-parameter parameter type limits exclusive-keys"),
    ("type", "openapi-version wrong-kind default"),
    ("format", "pattern"),
    ("pattern", "openapi-version"),
    ("anyOf", "type"),
    ("minimum", "limits default"),
    ("maximum", "default"),
    ("minItems", "wrong-kind"),
    ("uniqueItems", "enum wrong-kind"),
    ("minProperties", "success"),
];

/// The findings of other tools that this lint omits on purpose, each with the reason.
const NOT_CHECKED: [(&str, &str); 2] = [
    ("info-license", "the contract is our own document; its licence is that of the project"),
    ("no-server-example.com", "the tests' contracts are of invented servers"),
];

/// The false findings of other tools, as pairs of a case and a rule.
const FALSE_FINDINGS: [(&str, &str); 1] =
    // redocly treats every path parameter as a string. It therefore reports two paths as ambiguous if one has a fixed
    // word where the other has an integer parameter. The parameter cannot match the word, so the paths are not
    // ambiguous.
    [("a word beside a number, which it cannot be", "no-ambiguous-paths")];

struct Record {
    what: String,
    contract: String,
    found: BTreeSet<String>,
}

fn records() -> Vec<Record> {
    let table = Contract::parse("crosscheck.yaml", include_str!("crosscheck.yaml")).unwrap();
    let texts = |node: &Value| -> Vec<String> {
        node.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let record = |row: &Value| Record {
        what: row["what"].as_str().unwrap().to_owned(),
        contract: row["contract"].as_str().unwrap().to_owned(),
        found: ["redocly", "redocly-warnings", "validator"]
            .iter()
            .flat_map(|tool| texts(&row[*tool]))
            .collect(),
    };
    table.document()["cases"].as_array().unwrap().iter().map(record).collect()
}

#[test]
fn the_record_matches_the_current_cases() {
    let recorded: Vec<_> = records().into_iter().map(|record| (record.what, record.contract)).collect();
    let base = ("nothing is wrong".to_owned(), fingerprint([BASE]));
    let cases = cases().into_iter().map(|case| (case.what, fingerprint([case.contract.as_str()])));
    let expected: Vec<_> = std::iter::once(base).chain(cases).collect();
    assert_eq!(recorded, expected, "run crates/mediaconnect-contract/tests/lint/crosscheck.py");
}

#[test]
fn the_lint_finds_all_that_other_tools_find() {
    let cases = cases();
    for record in records() {
        let case = cases.iter().find(|case| case.what == record.what);
        let found = case.map(rules_of).unwrap_or_default();
        for theirs in record.found {
            let is_wrong = FALSE_FINDINGS.contains(&(record.what.as_str(), theirs.as_str()));
            if is_wrong || NOT_CHECKED.iter().any(|(name, _)| *name == theirs) {
                continue;
            }
            let ours = EQUIVALENT_RULES.iter().find(|(name, _)| *name == theirs).map(|(_, ours)| *ours);
            let ours =
                ours.unwrap_or_else(|| panic!("{}: add the rules that correspond to {theirs}", record.what));
            let is_found = ours.split(' ').any(|name| found.contains(name));
            assert!(
                is_found,
                "{}: another tool finds {theirs}, but the lint finds only {found:?}",
                record.what
            );
        }
    }
}

#[test]
fn each_omitted_finding_occurs_and_has_a_reason() {
    let met: BTreeSet<String> = records().into_iter().flat_map(|record| record.found).collect();
    for (name, reason) in NOT_CHECKED {
        assert!(met.contains(name) && !reason.is_empty(), "{name}: no case has this finding");
    }
    for (name, _) in EQUIVALENT_RULES {
        assert!(met.contains(name), "{name}: no case has this finding");
    }
}
