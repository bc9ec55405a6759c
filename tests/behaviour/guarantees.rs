//! Every clause of docs/guarantees.md names an existing test.

use std::collections::BTreeSet;
use std::fs;

use mediaconnect_tests::workspace;

#[test]
fn each_clause_has_a_test() {
    let page = fs::read_to_string(workspace().join("docs/guarantees.md")).unwrap();
    let mut clauses = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| clause")) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, clause, guarantee, tests, _] = cells.as_slice() else { panic!("three cells: {line}") };
        assert!(clauses.insert(clause.to_string()), "{clause} stands twice");
        assert!(guarantee.ends_with('.'), "{clause} must end with a full stop");
        let tests: Vec<_> = tests.split('`').filter(|test| test.contains('#')).collect();
        assert!(!tests.is_empty(), "{clause} names no test");
        for test in tests {
            let (file, name) = test.split_once('#').unwrap();
            let source = fs::read_to_string(workspace().join(file)).unwrap_or_default();
            assert!(is_test(&source, name), "{clause}: there is no test {name} in {file}");
        }
    }
    assert!(clauses.len() >= 30, "{clauses:?}");
}

/// Returns true if the source has a function of this name with a test attribute and without `#[ignore]`.
fn is_test(source: &str, name: &str) -> bool {
    let Some(at) = source.find(&format!("fn {name}(")) else { return false };
    let line = source[..at].rfind('\n').unwrap_or(0);
    let before: Vec<_> = source[..line].lines().rev().take(3).map(str::trim).collect();
    let has_attribute =
        before.iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"));
    has_attribute && !before.iter().any(|line| line.starts_with("#[ignore"))
}

#[test]
fn a_clause_without_a_test_would_be_noticed() {
    assert!(is_test("#[test]\nfn a() {}", "a"));
    assert!(!is_test("fn a() {}", "a"));
    assert!(!is_test("#[test]\nfn ab() {}", "a"));
    assert!(!is_test("#[test]\n#[ignore]\nfn a() {}", "a"));
}
