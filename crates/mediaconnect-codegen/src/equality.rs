//! Derives `Eq` and `Hash` for each type that contains no `f64`, neither directly nor in the types of its fields.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, File, Item, ItemStruct, parse_quote};

pub(crate) fn derive(file: &mut File) {
    let mut inexact: BTreeSet<String> = BTreeSet::from(["f64".to_owned()]);
    let mut types = Vec::new();
    collect(&mut file.items, &mut types);
    // A type may contain a type that is defined later. The loop therefore runs until it finds no further type with an
    // `f64`.
    loop {
        let before = inexact.len();
        for item in &types {
            if holds(item.fields.to_token_stream(), &inexact) {
                inexact.insert(item.ident.to_string());
            }
        }
        if inexact.len() == before {
            break;
        }
    }
    for item in types.into_iter().filter(|item| !inexact.contains(&item.ident.to_string())) {
        // `Eq` and `Hash` get a `derive` attribute of their own, so that the existing attribute still fits on one line.
        item.attrs.push(parse_quote!(#[derive(Eq, Hash)]));
    }
}

/// Collects the structs that derive `PartialEq`, including those in nested modules.
fn collect<'f>(items: &'f mut [Item], found: &mut Vec<&'f mut ItemStruct>) {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &mut module.content {
                    collect(items, found);
                }
            }
            Item::Struct(item) if item.attrs.iter().any(is_comparison) => found.push(item),
            _ => {}
        }
    }
}

fn is_comparison(attribute: &Attribute) -> bool {
    let derived = BTreeSet::from(["PartialEq".to_owned()]);
    attribute.path().is_ident("derive") && holds(attribute.to_token_stream(), &derived)
}

fn holds(tokens: TokenStream, names: &BTreeSet<String>) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => holds(group.stream(), names),
        TokenTree::Ident(name) => names.contains(&name.to_string()),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_with_a_nested_f64_has_neither_eq_nor_hash() {
        let mut file: File = parse_quote! {
            pub mod types {
                #[derive(Clone, PartialEq)]
                pub struct Outer { pub list: Vec<super::types::Middle> }
                #[derive(Clone, PartialEq)]
                pub struct Middle { pub inner: Option<Inner> }
                #[derive(Clone, PartialEq)]
                pub struct Inner { pub share: Option<f64> }
                #[derive(Clone, PartialEq)]
                pub struct Exact { pub name: Option<String> }
                #[derive(Clone)]
                pub struct NotCompared { pub name: String }
            }
        };
        derive(&mut file);
        let source = prettyplease::unparse(&file);
        assert_eq!(source.matches("#[derive(Eq, Hash)]").count(), 1, "{source}");
        assert!(
            source.contains("#[derive(Clone, PartialEq)]\n    #[derive(Eq, Hash)]\n    pub struct Exact"),
            "{source}"
        );
        assert!(source.contains("#[derive(Clone)]\n    pub struct NotCompared"), "{source}");
    }
}
