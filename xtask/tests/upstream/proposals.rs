//! The proposed patch, the differences that are left for a person, and the documented examples.

use std::fs;
use std::path::Path;

use super::{CONTRACT, INFO, Repository, SAVED_INFO, SEARCH, changes, edited, inserted};

/// The two documented operations after changes by upstream. All changes are safe to adopt, except for a new object.
fn grown() -> String {
    let info = inserted(
        INFO,
        "emails:",
        "language: {type: string, maxLength: 5}\nlabels: {type: array, maxItems: 9, items: {type: string}}\n\
         address: {type: object}\n'NO': {type: boolean, description: D}",
    );
    let search = edited(SEARCH, "maxItems: 5", "maxItems: 10");
    let search = inserted(&search, "entrance:", "floor: {type: string, maxLength: 4}");
    format!("{info}\n{search}")
}

const PROPERTIES: &str = "        \
        # Documented as a list; upstream's example has one bare object.
        attachedUsers:
          type: array
          description: The users connected to the customer number.
          x-sensitivity: personal
          items:
            $ref: '#/components/schemas/AttachedUser'
        language:
          type: string
          description: ''
          maxLength: 5
          x-sensitivity: personal
          x-evidence: documented
        labels:
          type: array
          description: ''
          maxItems: 9
          x-sensitivity: personal
          x-evidence: documented
          items:
            type: string
        'NO':
          type: boolean
          description: ''
          x-sensitivity: personal
          x-evidence: documented
    Name:
";

#[test]
fn a_proposed_patch_applies_keeps_comments_and_resolves_the_differences() {
    let repository = Repository::new("propose");
    repository.write("page.md", &grown());
    let ran = repository.check(&["page.md", "--propose", "upstream.patch"]);
    assert!(ran.code == 0 && ran.out.contains("field-added-to-response"), "{}", ran.err);
    assert!(ran.err.contains(
        "field language of /components/schemas/CustomerInfo (also affects operations outside the input: \
             getOwnCustomerInfo"
    ));
    assert!(repository.git(&["apply", "upstream.patch"]));

    let contract = repository.read("openapi/connect.yaml");
    assert!(contract.contains(PROPERTIES), "{contract}");
    assert!(
        contract.contains("maxItems: 10\n") && contract.contains("        floor:\n          type: string\n")
    );
    // Four edits add a field each: `language` has 6 lines, `labels` 8, `NO` 5, and `floor` 6. The fifth edit only
    // changes a line.
    assert_eq!(contract.lines().count(), CONTRACT.lines().count() + 25);
    let kept = CONTRACT.lines().filter(|line| !line.contains("maxItems: 5"));
    assert!(kept.into_iter().all(|line| contract.lines().any(|other| other == line)));

    let after = repository.report("page.md", &grown());
    assert_eq!(changes(&after), ["field-added-to-response getCustomerInfo 200 /address"]);
}

#[test]
fn a_patch_edits_the_file_of_the_schema() {
    let (one, several) = (Repository::new("one"), Repository::in_several_files("several"));
    let ran = [&one, &several].map(|repository| {
        repository.write("page.md", &grown());
        repository.check(&["page.md", "--propose", "upstream.patch"])
    });
    assert_eq!(ran[0].err, ran[1].err);
    let patch = several.read("upstream.patch");
    assert!(
        patch.starts_with("--- a/openapi/groups/customer.yaml\n+++ b/openapi/groups/customer.yaml\n@@ "),
        "{patch}"
    );
    assert!(several.git(&["apply", "upstream.patch"]));
    assert!(several.read("openapi/groups/customer.yaml").contains(PROPERTIES));
    assert_eq!(several.read("openapi/connect.yaml"), crate::tree::CONNECT);
}

#[test]
fn a_patch_edits_shared_parts_too() {
    let several = Repository::in_several_files("shared");
    several.write("page.md", &SEARCH.replace("maxLength: 3\n", "maxLength: 4\n"));
    several.check(&["page.md", "--propose", "upstream.patch"]);
    let patch = several.read("upstream.patch");
    assert!(patch.starts_with("--- a/openapi/connect.yaml\n"), "{patch}");
}

#[test]
fn after_a_patch_only_descriptions_are_missing_to_generate_the_client() {
    let repository = Repository::new("lint");
    repository.write("page.md", &grown());
    repository.check(&["page.md", "--propose", "upstream.patch"]);
    assert!(repository.git(&["apply", "upstream.patch"]));
    let text = repository.read("openapi/connect.yaml");
    let contract = mediaconnect_contract::Contract::parse("connect.yaml", &text).unwrap();
    let outline = mediaconnect_contract::Outline::of(&contract);
    let findings = mediaconnect_contract::lint::lint(&contract, &outline).unwrap_err();
    let pointers: Vec<&str> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
    let field = |model: &str, name: &str| format!("/components/schemas/{model}/properties/{name}");
    let expected = [
        field("CustomerInfo", "language"),
        field("CustomerInfo", "labels"),
        field("CustomerInfo", "NO"),
        field("CustomerSearchRequest", "floor"),
    ];
    assert_eq!(pointers, expected);
    assert!(findings.iter().all(|finding| finding.rule == "description"), "{findings}");

    let written = text.replace("description: ''", "description: Written by a person.");
    let contract = mediaconnect_contract::Contract::parse("connect.yaml", &written).unwrap();
    let source = mediaconnect_codegen::generate(&contract).unwrap();
    assert!(source.contains("pub language: ") && source.contains("pub floor: "));
}

#[test]
fn each_difference_left_for_a_person_has_a_reason() {
    let cases = [
        (inserted(INFO, "emails:", "address: {type: object}"), "an object needs a named schema"),
        (inserted(INFO, "emails:", "kind: {type: string, enum: [a]}"), "an enumeration needs a named schema"),
        (inserted(INFO, "emails:", "size: {type: number, multipleOf: 2}"), "its schema has multipleOf"),
        // The lint requires a maximum length for each text in a request.
        (inserted(SEARCH, "entrance:", "floor: {type: string}"), "floor is sent, but has no maxLength"),
        // `changeOwnCustomerInfo` sends the same schemas, so these edits would change its requests. They are refused,
        // because the input does not contain that operation.
        (edited(INFO, "maxLength: 40", "maxLength: 60"), "changeOwnCustomerInfo also sends this schema"),
        (inserted(INFO, "- fax", "- satellite"), "changeOwnCustomerInfo also sends this schema"),
        (
            inserted(INFO, "phoneNumberType:", "note: {type: string, maxLength: 9}"),
            "changeOwnCustomerInfo also sends this schema",
        ),
        (edited(SEARCH, "maxLength: 255", "maxLength: 320"), "changeOwnCustomerInfo also sends this schema"),
        (edited(SEARCH, "maxLength: 12\n", "\n"), "upstream no longer states this limit"),
        (
            edited(SEARCH, "maxItems: 5", "maxItems: 3"),
            "limit-tightened-in-response at searchCustomers 200 /customers:",
        ),
    ];
    let repository = Repository::new("left");
    for (page, part) in cases {
        repository.write("page.md", &page);
        let ran = repository.check(&["page.md", "--propose"]);
        assert!(ran.err.contains("left for a person:") && ran.err.contains(part), "{part}: {}", ran.err);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{part}");
    }
}

#[test]
fn a_value_that_may_be_several_values_is_left_for_a_person() {
    let repository = Repository::new("uncertain");
    // Without this operation, the enumeration occurs only in responses.
    let start = CONTRACT.find("    post:\n      operationId: changeOwnCustomerInfo\n").unwrap();
    let end = CONTRACT.find("components:\n").unwrap();
    repository.write("openapi/connect.yaml", &format!("{}{}", &CONTRACT[..start], &CONTRACT[end..]));
    repository.write("openapi/deviations.yaml", "deviations: []\n");
    let page = |from: &str, to: &str| edited(SAVED_INFO, from, to);
    for (page, value) in [
        (page("homemobile", "homemobilemobileWork"), "mobileWork"),
        (page("personalfax", "personalsatellitepagerfax"), "satellitepager"),
    ] {
        let report = repository.report("page.txt", &page);
        let added = report["changes"].as_array().unwrap().iter().find(|one| one["after"] == value);
        assert_eq!(added.unwrap()["rule"], "enum-value-added-in-response", "{report:#}");
        let ran = repository.check(&["page.txt", "--propose"]);
        assert!(
            !ran.out.contains(value) && ran.err.contains("this may be several values"),
            "{} {}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn a_reader_that_closes_the_pipe_early_is_no_error() {
    let repository = Repository::new("closed-pipe");
    let fields = (0..3000)
        .fold(String::new(), |text, index| text + &format!("f{index}: {{type: string, maxLength: 9}}\n"));
    repository.write("page.md", &inserted(INFO, "customerNumber:", fields.trim_end()));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(["upstream", "check", "page.md", "--propose", "--today", "2026-11-22"])
        .current_dir(&repository.0);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_patch_alone_is_printed_so_that_it_can_be_piped() {
    let repository = Repository::new("pipe");
    repository.write("page.md", &grown());
    let ran = repository.check(&["page.md", "--propose"]);
    assert!(
        ran.out.starts_with("--- a/openapi/connect.yaml\n+++ b/openapi/connect.yaml\n@@ "),
        "{}",
        ran.out
    );
    repository.write("piped.patch", &ran.out);
    assert!(repository.git(&["apply", "--check", "piped.patch"]));
    repository.write("page.md", INFO);
    let nothing = repository.check(&["page.md", "--propose", "none.patch"]);
    assert!(nothing.err.contains("nothing to propose") && !repository.0.join("none.patch").exists());
}

/// Compares the invented document of `docs/examples/upstream.yaml` with the sample contract.
///
/// `UPDATE_EXAMPLES=1 cargo test -p xtask --test upstream` writes the report and the patch again.
#[test]
fn the_examples_in_the_documentation_are_what_the_command_prints() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let repository = Repository::new("example");
    repository.write("upstream.yaml", &fs::read_to_string(examples.join("upstream.yaml")).unwrap());
    let ran = repository.check(&["upstream.yaml", "--format", "markdown", "--propose", "upstream.patch"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let patch = repository.read("upstream.patch");
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        fs::write(examples.join("upstream-check.md"), &ran.out).unwrap();
        fs::write(examples.join("upstream-check.patch"), &patch).unwrap();
    }
    let help =
        "run `UPDATE_EXAMPLES=1 cargo test -p xtask --test upstream`, and read `git diff docs/examples`";
    assert_eq!(ran.out, fs::read_to_string(examples.join("upstream-check.md")).unwrap(), "{help}");
    assert_eq!(patch, fs::read_to_string(examples.join("upstream-check.patch")).unwrap(), "{help}");
    assert!(repository.git(&["apply", "--check", "upstream.patch"]));
}
