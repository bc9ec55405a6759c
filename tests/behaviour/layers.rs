//! The modules of the client form layers: none imports a module that imports it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Returns the modules that each module of the client imports. Tests and documentation do not count.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mediaconnect/src");
    let mut uses = BTreeMap::new();
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if module != "lib" {
            let others: &mut BTreeSet<String> = uses.entry(module.clone()).or_default();
            read(&path, others);
            others.remove(&module);
        }
    }
    uses
}

fn read(path: &Path, used: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            // These are test modules.
            if !["tests.rs", "testing.rs", "simulation.rs", "crowds.rs"].contains(&name) {
                read(&path, used);
            }
        }
        return;
    }
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    assert!(!code.contains("use crate::{"), "import one module per line, so that this test finds it");
    for line in code.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
        for (_, rest) in line.match_indices("crate::").map(|(at, found)| line.split_at(at + found.len())) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            used.extend((!name.is_empty()).then_some(name));
        }
    }
}

#[test]
fn no_module_of_the_client_uses_one_that_uses_it() {
    let mut left = uses();
    assert!(left.len() > 30, "the modules have moved");
    assert!(left["client"].contains("call"), "this test does not find the imports");
    // Repeatedly removes the modules that import no remaining module.
    loop {
        let remaining: BTreeSet<String> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, used| used.iter().any(|name| remaining.contains(name)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these modules import each other: {:?}", left.keys().collect::<Vec<_>>());
}
