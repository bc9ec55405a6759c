//! A broken contract causes a message with file, line, pointer and fix. It never causes a panic or generated code.

use mediaconnect_codegen::generate;
use mediaconnect_contract::{Contract, Finding};
use mediaconnect_tests::sample_contract_text;

fn findings(contract: &str) -> Vec<Finding> {
    match Contract::parse("connect.yaml", contract) {
        Ok(contract) => generate(&contract).unwrap_err().iter().cloned().collect(),
        Err(findings) => findings.iter().cloned().collect(),
    }
}

/// Edits of the contract: the old text, the new text, the rule that the edit breaks, and the place of the finding.
const EDITS: [(&str, &str, &str, &str); 29] = [
    ("openapi: 3.0.3", "openapi: 3.1.0", "openapi-version", "/openapi"),
    ("paths:\n", "pathz:\n", "openapi-structure", "/paths"),
    ("    x-environment: test\n", "", "server", "/servers/1"),
    (
        "      operationId: getCustomerInfo\n",
        "",
        "operation-id",
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get",
    ),
    (
        "operationId: searchCustomers",
        "operationId: search-customers",
        "operation-id",
        "/paths/~1v1~1client~1customer~1search/post",
    ),
    (
        "operationId: searchCustomers",
        "operationId: getCustomerInfo",
        "operation-id",
        "/paths/~1v1~1client~1customer~1search/post",
    ),
    ("    x-accessor: customers\n", "", "accessor", "/tags/0"),
    ("      x-method: search\n", "", "method", "/paths/~1v1~1client~1customer~1search/post"),
    ("      x-safe-to-retry: false\n", "", "safe-to-retry", "/paths/~1v1~1customer~1info/post"),
    ("x-evidence: inferred", "x-evidence: guessed", "evidence", "/paths/~1v1~1customer~1info/post"),
    ("      x-evidence: inferred\n", "", "evidence", "/paths/~1v1~1customer~1info/post"),
    (
        "      summary: Look one customer up by its number.\n",
        "",
        "summary",
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get",
    ),
    ("{customerNumber}:", "{number}:", "path-parameter", "/paths/~1v1~1client~1customer~1info~1{number}/get"),
    (
        "in: path",
        "in: cookie",
        "parameter",
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get/parameters/0",
    ),
    (
        "- clientCredentials: [read]",
        "- clientCredentials: [write]",
        "security",
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get",
    ),
    ("- authorizationCode: [read]", "- apiKey: []", "security", "/paths/~1v1~1customer~1info/get"),
    (
        "'#/components/schemas/CustomerInfo'",
        "'#/components/schemas/Customer'",
        "reference",
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get/responses/200/content/application~1json/schema",
    ),
    (
        "        '404':",
        "        '204':",
        "success",
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get",
    ),
    (
        "          description: First name.\n          maxLength: 30\n          x-sensitivity: personal",
        "          description: First name.\n          maxLength: 30",
        "sensitivity",
        "/components/schemas/Name/properties/firstName",
    ),
    (
        "          description: First name.\n          maxLength: 30\n          x-sensitivity: personal",
        "          description: First name.\n          maxLength: 30\n          x-sensitivity: public",
        "sensitivity",
        "/components/schemas/Name/properties/firstName",
    ),
    (
        "          description: First name.\n          maxLength: 30\n",
        "          description: First name.\n",
        "limit",
        "/components/schemas/Name/properties/firstName",
    ),
    (
        "          description: First name.\n",
        "",
        "description",
        "/components/schemas/Name/properties/firstName",
    ),
    (
        "    CustomerChangeResponse:\n      type: object\n",
        "    CustomerChangeResponse:\n      type: object\n      additionalProperties: false\n",
        "additional-properties",
        "/components/schemas/CustomerChangeResponse",
    ),
    (
        "    CustomerChangeResponse:\n      type: object\n",
        "    CustomerChangeResponse:\n      type: object\n      required: [succes]\n",
        "required",
        "/components/schemas/CustomerChangeResponse/required",
    ),
    (
        "          type: boolean\n          description: True when",
        "          oneOf: [{type: boolean}]\n          description: True when",
        "composition",
        "/components/schemas/CustomerChangeResponse/properties/success",
    ),
    (
        "          type: boolean\n          description: True when",
        "          type: object\n          description: True when",
        "named-object",
        "/components/schemas/CustomerChangeResponse/properties/success",
    ),
    (
        "          type: boolean\n          description: True when",
        "          type: string\n          enum: ['yes', 'no']\n          description: True when",
        "named-enum",
        "/components/schemas/CustomerChangeResponse/properties/success",
    ),
    (
        "          type: boolean\n          description: True when",
        "          type: [boolean, 'null']\n          description: True when",
        "type",
        "/components/schemas/CustomerChangeResponse/properties/success",
    ),
    ("info:\n  title", "info:\n title", "yaml", ""),
];

#[test]
fn each_break_is_found_by_its_rule_at_its_place() {
    let contract = sample_contract_text();
    for (from, to, rule, pointer) in EDITS {
        let edited = contract.replacen(from, to, 1);
        assert_ne!(edited, contract, "{from:?} is not in the contract any more");
        let findings = findings(&edited);
        let hit = findings.iter().find(|finding| finding.rule == rule && finding.pointer == pointer);
        assert!(hit.is_some(), "{to:?}: {rule} at {pointer} is not among {findings:#?}");
        assert!(findings.iter().all(|finding| finding.line >= 1 && !finding.help.is_empty()));
    }
}

#[test]
fn a_message_names_file_line_pointer_and_help() {
    let edited = sample_contract_text().replacen("x-evidence: inferred", "x-evidence: guessed", 1);
    // The edited operation is the last POST of the contract, so the finding points to the last line `post:`.
    let line = 1 + edited.lines().collect::<Vec<_>>().iter().rposition(|line| *line == "    post:").unwrap();
    let message = findings(&edited)[0].to_string();
    assert!(message.starts_with(&format!("connect.yaml:{line}: [evidence]")), "{message}");
    assert!(message.contains("/paths/~1v1~1customer~1info/post") && message.contains("help: "), "{message}");
}

#[test]
fn all_findings_come_at_once_in_the_order_of_the_document() {
    let edited = sample_contract_text()
        .replacen("      x-safe-to-retry: false\n", "", 1)
        .replacen("          description: First name.\n", "", 1)
        .replacen("    x-environment: test\n", "", 1);
    let found = findings(&edited);
    let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["server", "safe-to-retry", "description"]);
}

#[test]
fn truncation_anywhere_is_an_answer_and_no_panic() {
    let contract = sample_contract_text();
    for end in (0..contract.len()).step_by(997).filter(|end| contract.is_char_boundary(*end)) {
        if let Ok(parsed) = Contract::parse("connect.yaml", &contract[..end]) {
            // Most truncated contracts are refused. A contract that ends after a complete member may still be valid, so
            // both outcomes are accepted.
            let _ = generate(&parsed);
        }
    }
}
