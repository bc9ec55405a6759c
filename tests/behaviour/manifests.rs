//! The dependency requirements of the crates allow services to resolve newer patches.

use std::fs;

use mediaconnect_tests::workspace;
use toml::{Table, Value};

fn manifest(path: &str) -> Table {
    fs::read_to_string(workspace().join(path)).unwrap().parse().unwrap()
}

/// Returns the version requirement of a dependency, or `None` if the dependency has only a path.
fn requirement(dependency: &Value) -> Option<String> {
    let version = dependency.get("version").unwrap_or(dependency);
    version.as_str().map(str::to_owned)
}

/// Returns the dependencies that a crate needs at run time, with their version requirements.
fn needed_at_run_time(krate: &str) -> Vec<(String, String)> {
    let (root, own) = (manifest("Cargo.toml"), manifest(&format!("crates/{krate}/Cargo.toml")));
    let dependencies = own["dependencies"].as_table().expect("a table").iter();
    dependencies
        .filter_map(|(name, dependency)| {
            let is_inherited = dependency.get("workspace") == Some(&Value::Boolean(true));
            let dependency =
                if is_inherited { &root["workspace"]["dependencies"][name.as_str()] } else { dependency };
            Some((name.clone(), requirement(dependency)?))
        })
        .collect()
}

#[test]
fn what_services_compile_is_not_pinned() {
    let all: Vec<_> = ["mediaconnect", "mediaconnect-api"].into_iter().flat_map(needed_at_run_time).collect();
    assert!(all.len() > 20 && all.iter().any(|(name, _)| name == "progenitor-client"), "{all:?}");
    for (name, version) in all {
        let is_caret =
            version.starts_with(|first: char| first.is_ascii_digit()) && !version.contains(['*', ',']);
        assert!(
            is_caret,
            "{name} requires {version:?}: a service that needs another patch could not resolve it"
        );
    }
}

#[test]
fn the_generators_are_pinned_exactly() {
    let root = manifest("Cargo.toml");
    for name in ["progenitor-impl", "typify"] {
        let version = requirement(&root["workspace"]["dependencies"][name]).unwrap();
        assert!(
            version.starts_with('='),
            "{name} requires {version:?}: its output is rewritten, so pin it exactly"
        );
    }
}

/// Regeneration must work even if the client does not compile, so the tools must not depend on the client.
#[test]
fn what_regenerates_the_client_needs_nothing_of_it() {
    let mut needed = vec!["xtask/Cargo.toml".to_owned()];
    let mut index = 0;
    while let Some(path) = needed.get(index).cloned() {
        index += 1;
        let manifest = manifest(&path);
        let parts = ["dependencies", "build-dependencies"]
            .into_iter()
            .filter_map(|key| manifest.get(key)?.as_table());
        for name in parts.flat_map(|table| table.keys()).filter(|name| name.starts_with("mediaconnect")) {
            assert!(
                ["mediaconnect-codegen", "mediaconnect-contract"].contains(&name.as_str()),
                "{path} needs {name}"
            );
            let path = format!("crates/{name}/Cargo.toml");
            if !needed.contains(&path) {
                needed.push(path);
            }
        }
    }
    assert_eq!(needed.len(), 3, "{needed:?}");
}

/// The generated code needs the runtime crate in the version of the generator, or in a later version.
#[test]
fn the_runtime_part_is_as_old_as_the_generator() {
    let root = manifest("Cargo.toml");
    let version = |name: &str| requirement(&root["workspace"]["dependencies"][name]).unwrap();
    assert_eq!(version("progenitor-impl").trim_start_matches('='), version("progenitor-client"));
}
