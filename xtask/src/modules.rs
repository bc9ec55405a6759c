//! Checks the imports between the top-level modules of a crate. Imports must not form a cycle. A module must not import
//! a module that is in a higher row of the crate's table in `ARCHITECTURE.md`.

mod cycles;
mod order;
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::visit::Visit;

use self::order::Rows;
use self::paths::{GLOB, Imports, Paths};
use crate::workspace;

/// Fails if the modules of a crate import each other in a cycle, or if a module imports a module in a higher row of the
/// table in `ARCHITECTURE.md`.
pub(crate) fn check() -> Result<()> {
    let root = workspace::root();
    let metadata = workspace::metadata()?;
    let architecture = fs::read_to_string(root.join(order::FILE))
        .with_context(|| format!("{} cannot be read", order::FILE))?;
    let (mut problems, mut has_table) = (Vec::new(), false);
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let targets = package["targets"].as_array().into_iter().flatten();
        for target in targets.filter(|target| is_library_or_program(target)) {
            let path = Path::new(target["src_path"].as_str().unwrap_or_default());
            let dependencies = Dependencies::read(path)?;
            problems.extend(dependencies.cycles().iter().map(|cycle| cycle.describe(name, &root)));
            let directory = path.parent().unwrap_or(path);
            let directory = directory.strip_prefix(&root).unwrap_or(directory).display().to_string();
            if let Some(rows) = Rows::of(&architecture, &directory) {
                has_table = true;
                problems.extend(rows.problems(&dependencies, &root));
            }
        }
    }
    if !has_table {
        problems.push(format!(
            "{} has no table of modules: write one below a heading that ends with a source directory, such as \
             `xtask/src`",
            order::FILE
        ));
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
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

/// Maps each top-level module of a crate to the modules that it uses. Each entry has the first line that uses the other
/// module.
#[derive(Debug, Default)]
struct Dependencies(BTreeMap<String, BTreeMap<String, Use>>);

impl Dependencies {
    /// Reads a crate from its root file. Skips test modules.
    fn read(root: &Path) -> Result<Self> {
        let file = SourceFile::read(root)?;
        let directory = root.parent().unwrap_or(root);
        let modules: BTreeSet<String> = file.modules().map(|module| module.ident.to_string()).collect();
        let owners = file.owners(&modules);
        let mut dependencies = Self(modules.iter().map(|name| (name.clone(), BTreeMap::new())).collect());
        for module in file.modules() {
            let name = module.ident.to_string();
            let mut reader = Reader { owners: &owners, path: vec![name.clone()], found: BTreeMap::new() };
            reader.module(module, &file, directory)?;
            dependencies.0.insert(name, reader.found);
        }
        Ok(dependencies)
    }
}

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

    /// Returns the modules that the file declares, without test modules.
    fn modules(&self) -> impl Iterator<Item = &syn::ItemMod> {
        self.items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) if !is_for_tests(&module.attrs) => Some(module),
            _ => None,
        })
    }

    /// Maps each name that can follow `crate::` to its top-level module. These names are the top-level modules
    /// themselves, and the items that the root file imports from them. A glob import adds no names.
    fn owners(&self, modules: &BTreeSet<String>) -> BTreeMap<String, String> {
        let mut owners: BTreeMap<String, String> =
            modules.iter().map(|module| (module.clone(), module.clone())).collect();
        for item in &self.items {
            let syn::Item::Use(item) = item else { continue };
            if is_for_tests(&item.attrs) {
                continue;
            }
            for (name, path) in Imports::of(&item.tree).0 {
                let module = path.iter().find(|step| !matches!(step.as_str(), "crate" | "self"));
                if let (Some(name), Some(module)) = (name, module.filter(|module| modules.contains(*module)))
                {
                    owners.entry(name).or_insert_with(|| module.clone());
                }
            }
        }
        owners
    }

    /// Returns the first line that uses a name of the root file, counted from 1.
    fn line_of(&self, name: &str) -> usize {
        let code = || self.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let is_path = |line: &str| {
            ["crate::", "super::"].iter().any(|start| starts_with_word(line, &format!("{start}{name}")))
        };
        let by_path = code().find(|(_, line)| is_path(line));
        // In a group such as `use crate::{a, b}`, `crate::` is not directly before each name. So if the first search
        // finds nothing, the second search looks for the name without `crate::`.
        let found = by_path.or_else(|| code().find(|(_, line)| starts_with_word(line, name)));
        found.map_or(1, |(index, _)| index + 1)
    }
}

/// Returns true if a line contains the text as a whole word or path, not as a part of a longer word.
fn starts_with_word(line: &str, text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(text)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + text.len()..].starts_with(is_part))
}

/// Returns true if only tests compile the item: `cfg(test)` or `cfg(all(test, …))`.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    fn needs_test(condition: &syn::Meta) -> bool {
        let syn::Meta::List(list) = condition else { return condition.path().is_ident("test") };
        let conditions = list.parse_args_with(Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated);
        list.path.is_ident("all") && conditions.is_ok_and(|all| all.iter().any(needs_test))
    }
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args().is_ok_and(|condition| needs_test(&condition))
    })
}

/// Collects the modules that a top-level module uses.
struct Reader<'a> {
    /// The names below `crate::`, each with its top-level module.
    owners: &'a BTreeMap<String, String>,
    /// The path of the current module below the root of the crate.
    path: Vec<String>,
    found: BTreeMap<String, Use>,
}

impl Reader<'_> {
    /// Reads a module. If its items are in a separate file, this file is searched for in `directory`.
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
        // A module that a build script generates has no file here, so it is skipped.
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
                        self.add(&path, file)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the top-level module of a path, if it is not the current module. Fails for a glob import of the crate root,
    /// because such an import does not show which modules are used.
    fn add(&mut self, path: &[String], file: &SourceFile) -> Result<()> {
        let ups = path.iter().take_while(|step| *step == "super").count();
        let name = match path.first().map(String::as_str) {
            Some("crate") => path.get(1),
            Some("super") if ups == self.path.len() => path.get(ups),
            _ => None,
        };
        if name.is_some_and(|name| name == GLOB) {
            let (file, line) = (file.path.display(), file.line_of(GLOB));
            bail!(
                "{file}:{line}: `*` imports all names of the crate, so the modules are unknown: import each name"
            );
        }
        let Some((name, module)) = name.and_then(|name| self.owners.get_key_value(name)) else {
            return Ok(());
        };
        if *module != self.path[0] {
            self.found
                .entry(module.clone())
                .or_insert_with(|| Use { file: file.path.clone(), line: file.line_of(name) });
        }
        Ok(())
    }
}

/// Returns the file of `#[path = "…"]`.
fn path_attribute(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &pair.value else { return None };
    pair.path.is_ident("path").then(|| path.value())
}

#[cfg(test)]
mod testing {
    use super::*;

    /// Writes the files of a crate to a temporary directory, and reads the crate. The directory is deleted when the
    /// returned `TempDir` is dropped.
    pub(super) fn read(files: &[(&str, &str)]) -> (tempfile::TempDir, Dependencies) {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let dependencies = Dependencies::read(&directory.path().join("lib.rs")).unwrap();
        (directory, dependencies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_import_of_the_root_is_an_error_and_one_of_a_module_is_not() {
        let read_crate = |text: &str| {
            let directory = tempfile::tempdir().unwrap();
            fs::write(directory.path().join("lib.rs"), "mod a;\nmod b;\n").unwrap();
            fs::write(directory.path().join("a.rs"), text).unwrap();
            fs::write(directory.path().join("b.rs"), "").unwrap();
            Dependencies::read(&directory.path().join("lib.rs")).map_err(|error| error.to_string())
        };
        for text in ["\nuse crate::*;\n", "\nuse super::*;\n"] {
            let error = read_crate(text).unwrap_err();
            assert!(error.contains("a.rs:2: `*` imports all names of the crate"), "{error}");
        }
        let dependencies = read_crate("use crate::b::*;\nmod part {\n    use super::*;\n}\n").unwrap();
        assert_eq!(dependencies.0["a"].keys().collect::<Vec<_>>(), ["b"]);
    }
}
