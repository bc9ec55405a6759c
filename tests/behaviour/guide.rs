//! The guide is complete. Every page is a module, links work in the repository and in rustdoc, and each table has all
//! its rows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mediaconnect_tests::workspace;

fn directory() -> PathBuf {
    workspace().join("crates/mediaconnect/guide")
}

/// Returns the text of each page by its file name.
fn pages() -> BTreeMap<String, String> {
    let files = fs::read_dir(directory()).unwrap().map(|file| file.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Returns the target of each link label.
fn definitions(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    lines.collect()
}

/// Returns the labels that a page uses, as in `[text][label]`.
fn used(page: &str) -> Vec<&str> {
    page.split("][").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0)).collect()
}

#[test]
fn each_page_is_a_module() {
    let modules = fs::read_to_string(workspace().join("crates/mediaconnect/src/guide.rs")).unwrap();
    let pages = pages();
    assert!(pages.len() >= 11, "{:?}", pages.keys());
    for page in pages.keys() {
        assert!(modules.contains(&format!("\"../guide/{page}\"")), "{page}");
    }
}

#[test]
fn each_link_leads_somewhere_here_and_there() {
    let links = fs::read_to_string(directory().join("links.txt")).unwrap();
    let of_rustdoc = definitions(&links);
    for (page, text) in pages() {
        let defined = definitions(&text);
        let mut labels = used(&text);
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels, defined.keys().copied().collect::<Vec<_>>(), "{page}: labels used and defined");
        for (label, target) in defined {
            let file = target.trim_start_matches("../../../");
            let is_there = directory().join(target).exists();
            assert!(is_there, "{page}: the link target {target} does not exist");
            let rustdoc = of_rustdoc.get(label).unwrap_or_else(|| panic!("{label} is missing in links.txt"));
            let module = format!("crate::guide::{}", label.replace('-', "_"));
            assert!(rustdoc.ends_with(file) || **rustdoc == module, "{label}: {rustdoc}");
        }
        assert!(!text.contains("]("), "{page}: links in rustdoc need labels");
    }
}

#[test]
fn each_link_of_the_fleets_page_leads_somewhere_here_and_there() {
    let fleet = workspace().join("crates/mediaconnect-fleet");
    let source = fs::read_to_string(fleet.join("src/lib.rs")).unwrap();
    let page = fs::read_to_string(fleet.join("guide/many-processes.md")).unwrap();
    let links = definitions(&page);
    assert_eq!(used(&page), links.keys().copied().collect::<Vec<_>>());
    for (label, target) in links {
        assert!(fleet.join("guide").join(target).exists(), "the link target {target} does not exist");
        let module = Path::new(target).file_stem().unwrap().to_str().unwrap().replace('-', "_");
        let rustdoc = format!("#[doc = \"[{label}]: mediaconnect::guide::{module}\\n\"]");
        assert!(source.contains(&rustdoc), "lib.rs lacks {rustdoc}");
    }
}

#[test]
fn links_to_the_repository_are_to_that_of_the_manifest() {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let repository = manifest.lines().find_map(|line| line.strip_prefix("repository = \"")).unwrap();
    let repository = repository.trim_end_matches('"');
    let links = fs::read_to_string(directory().join("links.txt")).unwrap();
    for (label, target) in definitions(&links) {
        assert!(target.starts_with("crate::guide::") || target.starts_with(repository), "{label}");
    }
}

#[test]
fn the_page_of_errors_has_every_predicate_and_accessor() {
    let sources = ["error.rs", "error/predicates.rs"]
        .map(|file| workspace().join("crates/mediaconnect/src").join(file));
    let source = sources.map(|path| fs::read_to_string(path).unwrap()).concat();
    let page = &pages()["errors.md"];
    let heads = source.split("\n    pub fn ").skip(1).filter_map(|rest| rest.lines().next());
    let methods: Vec<_> = heads.filter_map(|head| Some(head.split_once("(&self)")?.0)).collect();
    assert!(methods.len() >= 20, "{methods:?}");
    for method in methods {
        let row =
            if method.starts_with("is_") { format!("| `{method}` |") } else { format!("| `{method}()` |") };
        assert!(page.contains(&row), "{method}");
    }
}

#[test]
fn each_feature_is_in_the_documentation_of_its_crate() {
    for package in [
        "mediaconnect",
        "mediaconnect-api",
        "mediaconnect-contract",
        "mediaconnect-fleet",
        "mediaconnect-sandbox",
    ] {
        let directory = workspace().join("crates").join(package);
        let manifest = fs::read_to_string(directory.join("Cargo.toml")).unwrap();
        let documentation = fs::read_to_string(directory.join("src/lib.rs")).unwrap();
        let features = manifest.split_once("\n[features]\n").map_or("", |(_, rest)| rest);
        let features = features.split("\n\n").next().unwrap_or_default();
        let names = features.lines().filter_map(|line| Some(line.split_once(" = ")?.0));
        for feature in names.filter(|name| *name != "default" && !name.starts_with('#')) {
            assert!(documentation.contains(&format!("//! | `{feature}`")), "{package}: {feature}");
        }
    }
}
