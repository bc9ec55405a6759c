//! Finds the paths in Rust code.

use syn::visit::{self, Visit};

/// The last segment of the path of a glob import.
pub(super) const GLOB: &str = "*";

/// Collects all paths of an item, including those in imports, attributes and macro arguments.
#[derive(Default)]
pub(super) struct Paths(pub(super) Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for (name, mut path) in Imports::of(&item.tree).0 {
            if name.is_none() {
                path.push(GLOB.to_owned());
            }
            self.0.push(path);
        }
    }

    /// Finds the paths in `#[serde(with = "crate::a")]`.
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens.to_string());
        }
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        // The paths in these macros belong to generated code, so they are skipped.
        let name = item.path.segments.last().map(|segment| segment.ident.to_string());
        if matches!(name.as_deref(), Some("quote" | "parse_quote")) {
            return;
        }
        self.tokens(item.tokens.to_string().as_str());
        visit::visit_macro(self, item);
    }
}

impl Paths {
    /// Finds paths in the text of tokens. In this text, spaces separate the tokens: `crate :: a :: b`.
    fn tokens(&mut self, text: &str) {
        let text = text.replace(" :: ", "::").replace(":: ", "::").replace(" ::", "::");
        for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')) {
            if word.starts_with("crate::") || word.starts_with("super::") {
                self.0.push(word.split("::").map(str::to_owned).collect());
            }
        }
    }
}

/// The imports of a `use` item, each with the name that it adds. A glob import adds no name.
#[derive(Default)]
pub(super) struct Imports(pub(super) Vec<(Option<String>, Vec<String>)>);

impl Imports {
    pub(super) fn of(tree: &syn::UseTree) -> Self {
        let mut imports = Self::default();
        imports.tree(tree, &mut Vec::new());
        imports
    }

    fn tree(&mut self, tree: &syn::UseTree, path: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.tree(&step.tree, path);
                path.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, path)),
            syn::UseTree::Name(name) => self.add(&name.ident, &name.ident, path),
            syn::UseTree::Rename(name) => self.add(&name.rename, &name.ident, path),
            syn::UseTree::Glob(_) => self.0.push((None, path.clone())),
        }
    }

    fn add(&mut self, name: &syn::Ident, last: &syn::Ident, path: &[String]) {
        self.0.push((Some(name.to_string()), [path, &[last.to_string()]].concat()));
    }
}
