//! Checks that the top-level modules of a crate do not depend on each other in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use syn::visit::{self, Visit};

use crate::workspace;

/// The number of imports between modules that lie on a circle, for the crates that still have some. Lower a number
/// when the check reports fewer.
const KNOWN: [(&str, usize); 6] = [
    ("mediaconnect-api", 0),
    ("mediaconnect-cli", 30),
    ("mediaconnect-codegen", 0),
    ("mediaconnect-contract", 0),
    ("mediaconnect-fleet", 8),
    ("mediaconnect-sandbox", 19),
];

/// Fails if a crate of the workspace has a new circle of modules. Lists the circles of that crate with their lines.
///
/// Returns a note with the known circles that are left.
pub(crate) fn check() -> Result<String> {
    let root = workspace::root();
    let metadata = workspace::metadata()?;
    let (mut known, mut wrong) = (Vec::new(), Vec::new());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let (mut circles, mut count) = (Vec::new(), 0);
        let targets = package["targets"].as_array().into_iter().flatten();
        for target in targets.filter(|target| is_library_or_program(target)) {
            let path = Path::new(target["src_path"].as_str().unwrap_or_default());
            let dependencies = Dependencies::read(path)?;
            count += dependencies.count_in_circles();
            circles.extend(dependencies.circles().iter().map(|circle| circle.describe(name, &root)));
        }
        let allowed = KNOWN.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
        if count > allowed {
            wrong.push(format!("{name} may have {allowed} imports in circles of modules, and has {count}:"));
            wrong.extend(circles);
        } else if count > 0 {
            known.push(format!("{name} {count} of {allowed}"));
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(if known.is_empty() {
        String::new()
    } else {
        format!("known imports in circles: {}", known.join(", "))
    })
}

fn is_library_or_program(target: &Value) -> bool {
    let kinds = target["kind"].as_array().into_iter().flatten().filter_map(Value::as_str);
    kinds.into_iter().any(|kind| matches!(kind, "lib" | "bin" | "rlib" | "proc-macro"))
}

/// A line that uses another top-level module.
#[derive(Clone, Debug)]
struct Use {
    file: PathBuf,
    line: usize,
}

/// The top-level modules of a crate. For each one: the modules that it uses, with the first line that does.
#[derive(Debug, Default)]
struct Dependencies(BTreeMap<String, BTreeMap<String, Use>>);

/// A circle of modules: each uses the next one, and the last uses the first.
struct Circle(Vec<(String, Use)>);

impl Dependencies {
    /// Reads a crate from its root file. Modules for tests are left out.
    fn read(root: &Path) -> Result<Self> {
        let file = SourceFile::read(root)?;
        let directory = root.parent().unwrap_or(root);
        let modules: BTreeSet<String> = file.modules().map(|module| module.ident.to_string()).collect();
        let mut dependencies = Self(modules.iter().map(|name| (name.clone(), BTreeMap::new())).collect());
        for module in file.modules() {
            let name = module.ident.to_string();
            let mut reader = Reader { modules: &modules, path: vec![name.clone()], found: BTreeMap::new() };
            reader.module(module, &file, directory)?;
            dependencies.0.insert(name, reader.found);
        }
        Ok(dependencies)
    }

    /// Returns the number of imports that lie on a circle. A new one always changes the number.
    fn count_in_circles(&self) -> usize {
        let uses = self.0.iter().flat_map(|(module, uses)| uses.keys().map(move |used| (used, module)));
        uses.filter(|(used, module)| self.reaches(used, module)).count()
    }

    /// Returns true if a module uses another one, directly or through others.
    fn reaches(&self, from: &str, to: &str) -> bool {
        let (mut known, mut left) = (BTreeSet::from([from]), vec![from]);
        while let Some(module) = left.pop() {
            if module == to {
                return true;
            }
            left.extend(self.0[module].keys().map(String::as_str).filter(|next| known.insert(next)));
        }
        false
    }

    /// Returns the shortest circle of each module, and each circle once.
    fn circles(&self) -> Vec<Circle> {
        let mut known = BTreeSet::new();
        let circles = self.0.keys().filter_map(|module| self.circle(module));
        circles
            .filter(|circle| {
                let mut names: Vec<String> = circle.0.iter().map(|(name, _)| name.clone()).collect();
                names.sort();
                known.insert(names)
            })
            .collect()
    }

    /// Returns the shortest circle through a module.
    fn circle(&self, start: &str) -> Option<Circle> {
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
                    return Some(Circle(names.iter().map(ToString::to_string).zip(uses).collect()));
                }
                if next != start && !before.contains_key(next.as_str()) {
                    before.insert(next, module);
                    left.push_back(next);
                }
            }
        }
        None
    }
}

impl Circle {
    fn describe(&self, package: &str, root: &Path) -> String {
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

/// A parsed file.
struct SourceFile {
    path: PathBuf,
    text: String,
    items: Vec<syn::Item>,
}

impl SourceFile {
    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let file = syn::parse_file(&text).with_context(|| format!("{} cannot be parsed", path.display()))?;
        Ok(Self { path: path.to_owned(), text, items: file.items })
    }

    /// Returns the modules that the file declares, without those for tests.
    fn modules(&self) -> impl Iterator<Item = &syn::ItemMod> {
        self.items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) if !is_for_tests(&module.attrs) => Some(module),
            _ => None,
        })
    }

    /// Returns the first line that uses a module, counted from 1.
    fn line_of(&self, module: &str) -> usize {
        let code = || self.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let is_path = |line: &str| {
            ["crate::", "super::"].iter().any(|start| starts_with_word(line, &format!("{start}{module}")))
        };
        let by_path = code().find(|(_, line)| is_path(line));
        // In a group such as `use crate::{a, b}`, nothing stands directly before the name.
        let found = by_path.or_else(|| code().find(|(_, line)| starts_with_word(line, module)));
        found.map_or(1, |(index, _)| index + 1)
    }
}

/// Returns whether a line contains a text that is not part of a longer word.
fn starts_with_word(line: &str, text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(text)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + text.len()..].starts_with(is_part))
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// Collects the other modules that one top-level module uses.
struct Reader<'a> {
    modules: &'a BTreeSet<String>,
    /// The path of the current module below the root of the crate.
    path: Vec<String>,
    found: BTreeMap<String, Use>,
}

impl Reader<'_> {
    /// Reads a module whose items are inline or in a file of its own. `directory` contains the files of its siblings.
    fn module(&mut self, module: &syn::ItemMod, file: &SourceFile, directory: &Path) -> Result<()> {
        let name = module.ident.to_string();
        if let Some((_, items)) = &module.content {
            return self.items(items, file, &directory.join(&name));
        }
        let given = module.attrs.iter().find_map(path_attribute);
        let paths = match given {
            Some(path) => vec![file.path.parent().unwrap_or(directory).join(path)],
            None => vec![directory.join(format!("{name}.rs")), directory.join(&name).join("mod.rs")],
        };
        // A file that a build script writes is not in the source directory.
        let Some(path) = paths.into_iter().find(|path| path.is_file()) else { return Ok(()) };
        let file = SourceFile::read(&path)?;
        self.items(&file.items, &file, &directory.join(&name))
    }

    fn items(&mut self, items: &[syn::Item], file: &SourceFile, directory: &Path) -> Result<()> {
        for item in items {
            match item {
                syn::Item::Mod(module) if is_for_tests(&module.attrs) => {}
                syn::Item::Mod(module) => {
                    self.path.push(module.ident.to_string());
                    self.module(module, file, directory)?;
                    self.path.pop();
                }
                item => {
                    let mut paths = Paths::default();
                    paths.visit_item(item);
                    for path in paths.0 {
                        self.add(&path, file);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the top-level module of a path, if the path leads to another one.
    fn add(&mut self, path: &[String], file: &SourceFile) {
        let ups = path.iter().take_while(|step| *step == "super").count();
        let name = match path.first().map(String::as_str) {
            Some("crate") => path.get(1),
            Some("super") if ups == self.path.len() => path.get(ups),
            _ => None,
        };
        let Some(name) = name.filter(|name| self.modules.contains(*name) && **name != self.path[0]) else {
            return;
        };
        self.found
            .entry(name.clone())
            .or_insert_with(|| Use { file: file.path.clone(), line: file.line_of(name) });
    }
}

/// Returns the file of `#[path = "…"]`.
fn path_attribute(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &pair.value else { return None };
    pair.path.is_ident("path").then(|| path.value())
}

/// Collects all paths of an item, also in imports and in the arguments of macros.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &mut Vec::new());
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        // The paths in a quotation are those of generated code.
        let name = item.path.segments.last().map(|segment| segment.ident.to_string());
        if matches!(name.as_deref(), Some("quote" | "parse_quote")) {
            return;
        }
        self.tokens(item.tokens.to_string().as_str());
        visit::visit_macro(self, item);
    }
}

impl Paths {
    fn tree(&mut self, tree: &syn::UseTree, path: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.tree(&step.tree, path);
                path.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, path)),
            syn::UseTree::Name(name) => self.0.push([path.as_slice(), &[name.ident.to_string()]].concat()),
            syn::UseTree::Rename(name) => self.0.push([path.as_slice(), &[name.ident.to_string()]].concat()),
            syn::UseTree::Glob(_) => self.0.push(path.clone()),
        }
    }

    /// Finds paths in tokens, which are separated by spaces: `crate :: a :: b`.
    fn tokens(&mut self, text: &str) {
        let text = text.replace(" :: ", "::").replace(":: ", "::").replace(" ::", "::");
        for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')) {
            if word.starts_with("crate::") || word.starts_with("super::") {
                self.0.push(word.split("::").map(str::to_owned).collect());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a crate, and reads its modules.
    fn dependencies(files: &[(&str, &str)]) -> Dependencies {
        read(files).0
    }

    /// Writes a crate, and returns the descriptions of its circles.
    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let (dependencies, directory) = read(files);
        dependencies.circles().iter().map(|circle| circle.describe("sample", directory.path())).collect()
    }

    fn read(files: &[(&str, &str)]) -> (Dependencies, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        (Dependencies::read(&directory.path().join("lib.rs")).unwrap(), directory)
    }

    #[test]
    fn a_circle_is_described_with_its_modules_and_lines() {
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
        assert_eq!(circles(&files), [expected]);
    }

    #[test]
    fn tests_comments_and_relative_paths_within_a_module_are_no_circle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod tests;\n"),
            ("a.rs", "use crate::b::B;\nmod part;\nmod b {}\n#[cfg(test)]\nmod tests { use crate::b; }\n"),
            ("a/part.rs", "use super::b;\nuse super::super::b;\n"),
            (
                "b.rs",
                "// crate::a\nfn f() { quote!(crate::a); }\n#[cfg(test)]\nmod tests { use crate::a; }\n",
            ),
            ("tests.rs", "use crate::a;\n"),
        ];
        assert_eq!(circles(&files), Vec::<String>::new());
    }

    #[test]
    fn an_import_that_joins_two_known_circles_is_counted() {
        let lib = ("lib.rs", "mod a;\nmod b;\nmod m;\nmod n;\n");
        let (a, b, n) = (
            ("a.rs", "use crate::m;\n"),
            ("b.rs", "use crate::n;\n"),
            ("n.rs", "use crate::b;\nuse crate::m;\n"),
        );
        let count = |m: &str| dependencies(&[lib, a, b, n, ("m.rs", m)]).count_in_circles();
        assert_eq!(count("use crate::a;\n"), 4);
        assert_eq!(count("use crate::a;\nuse crate::n;\n"), 6);
    }

    #[test]
    fn two_circles_are_both_found() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
            ("a.rs", "use crate::b;\nuse crate::c;\n"),
            ("b.rs", "use crate::a;\n"),
            ("c.rs", "use crate::a;\n"),
        ];
        assert_eq!(circles(&files).len(), 2);
    }
}
