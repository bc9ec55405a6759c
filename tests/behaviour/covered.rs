//! The README's table of covered operations matches the operations of the contract.

use std::fs;
use std::path::Path;

use mediaconnect::operations::{Evidence, OPERATIONS};

/// Returns one row per group, in the order of the contract. A row has the group's operations, and the evidence for each
/// operation that upstream does not document.
fn rows() -> Vec<String> {
    let mut groups: Vec<&str> = OPERATIONS.iter().map(|operation| operation.group).collect();
    groups.dedup();
    let row = |group: &str| {
        let all: Vec<_> = OPERATIONS.iter().filter(|operation| operation.group == group).collect();
        let accessor = all[0].accessor;
        let name = |evidence: Evidence| match evidence {
            Evidence::Documented => "",
            Evidence::Inferred => " (inferred)",
            _ => " (third-party)",
        };
        let names: Vec<_> = all.iter().map(|one| format!("`{}`{}", one.name, name(one.evidence))).collect();
        format!("| {group} | `{accessor}()` | {} |", names.join(", "))
    };
    groups.into_iter().map(row).collect()
}

#[test]
fn the_readme_has_each_operation_by_group_with_its_evidence() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let table = rows().join("\n");
    assert!(readme.contains(&table), "the table of README.md should be:\n{table}");
    assert!(readme.contains(&format!("{} of upstream's 135 endpoints", OPERATIONS.len())));
}
