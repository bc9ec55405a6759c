//! Finds cycles among the modules of a crate.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use super::{Dependencies, Use};

/// A cycle of modules: each uses the next one, and the last uses the first.
pub(super) struct Cycle(Vec<(String, Use)>);

impl Dependencies {
    /// Returns the shortest cycle through each module, without duplicates.
    pub(super) fn cycles(&self) -> Vec<Cycle> {
        let mut known = BTreeSet::new();
        let cycles = self.0.keys().filter_map(|module| self.cycle(module));
        cycles
            .filter(|cycle| {
                let mut names: Vec<String> = cycle.0.iter().map(|(name, _)| name.clone()).collect();
                names.sort();
                known.insert(names)
            })
            .collect()
    }

    fn cycle(&self, start: &str) -> Option<Cycle> {
        let mut before: BTreeMap<&str, &str> = BTreeMap::new();
        let mut left = VecDeque::from([start]);
        while let Some(module) = left.pop_front() {
            for next in self.0[module].keys() {
                if next == start {
                    let mut names = vec![module];
                    while let Some(previous) = before.get(names[names.len() - 1]) {
                        names.push(previous);
                    }
                    names.reverse();
                    let nexts = names.iter().skip(1).chain([&start]);
                    let uses = names.iter().zip(nexts).map(|(one, next)| self.0[*one][*next].clone());
                    return Some(Cycle(names.iter().map(ToString::to_string).zip(uses).collect()));
                }
                if !before.contains_key(next.as_str()) {
                    before.insert(next, module);
                    left.push_back(next);
                }
            }
        }
        None
    }
}

impl Cycle {
    pub(super) fn describe(&self, package: &str, root: &Path) -> String {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.push(names[0]);
        let mut text = format!(
            "{package}: the modules {} depend on each other: move what they share to a module below them",
            names.join(" -> ")
        );
        for ((name, one), next) in self.0.iter().zip(&names[1..]) {
            let file = one.file.strip_prefix(root).unwrap_or(&one.file).display();
            text = format!("{text}\n  {file}:{}: {name} uses {next}", one.line);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    /// Returns the description of each cycle among the modules of a crate with these files.
    fn cycles(files: &[(&str, &str)]) -> Vec<String> {
        let (directory, dependencies) = read(files);
        dependencies.cycles().iter().map(|cycle| cycle.describe("sample", directory.path())).collect()
    }

    #[test]
    fn a_cycle_is_described_with_its_modules_and_lines() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\n"),
            ("a.rs", "//! crate::b\nuse crate::{\n    b::B,\n};\n"),
            ("b.rs", "mod inner;\n"),
            ("b/inner.rs", "fn f() {\n    println!(\"{}\", crate::c::f());\n}\n"),
            ("c/mod.rs", "fn f() -> super::a::A {}\n"),
            ("d.rs", "use crate::a;\n"),
        ];
        let expected = "sample: the modules a -> b -> c -> a depend on each other: move what they share to a module below \
                        them\n  a.rs:3: a uses b\n  b/inner.rs:2: b uses c\n  c/mod.rs:1: c uses a";
        assert_eq!(cycles(&files), [expected]);
    }

    #[test]
    fn tests_comments_and_paths_within_a_module_are_not_a_cycle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod tests;\n"),
            ("a.rs", "use crate::b::B;\nmod part;\nmod b {}\n#[cfg(test)]\nmod tests { use crate::b; }\n"),
            ("a/part.rs", "use super::b;\nuse super::super::b;\n"),
            (
                "b.rs",
                "// crate::a\nfn f() { quote!(crate::a); }\n#[cfg(all(unix, test))]\nmod tests { use crate::a; }\n",
            ),
            ("tests.rs", "use crate::a;\n"),
        ];
        assert_eq!(cycles(&files), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_the_root_imports_belongs_to_its_module() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\npub use a::A;\nuse self::b::{B as C, inner};\n"),
            ("a.rs", "use crate::inner;\n"),
            ("b.rs", "use crate::{\n    A,\n};\n"),
        ];
        let expected = "sample: the modules a -> b -> a depend on each other: move what they share to a module below \
                        them\n  a.rs:1: a uses b\n  b.rs:2: b uses a";
        assert_eq!(cycles(&files), [expected]);
        assert_eq!(cycles(&[files[0], ("a.rs", "use crate::B;\n"), files[2]]), Vec::<String>::new());
    }

    #[test]
    fn a_path_in_an_attribute_is_a_use() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "/// See crate::a.\nstruct A {\n    #[serde(with = \"crate::b\")]\n    b: u8,\n}\n"),
            ("b.rs", "use crate::a;\n"),
        ];
        let expected = "sample: the modules a -> b -> a depend on each other: move what they share to a module below \
                        them\n  a.rs:3: a uses b\n  b.rs:1: b uses a";
        assert_eq!(cycles(&files), [expected]);
    }

    #[test]
    fn two_cycles_are_both_found() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
            ("a.rs", "use crate::b;\nuse crate::c;\n"),
            ("b.rs", "use crate::a;\n"),
            ("c.rs", "use crate::a;\n"),
        ];
        assert_eq!(cycles(&files).len(), 2);
    }
}
