//! Checks the predicted effects of a change on existing programs. The actual effects are found by comparing the code
//! that is generated before and after the change.
//!
//! A program breaks if a change removes a public item or changes its type. The program gets a warning if an item
//! becomes deprecated.

use std::collections::{BTreeMap, BTreeSet};

use mediaconnect_codegen::{generate, has_only_success_flag};
use mediaconnect_contract::{Contract, Outline};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Visibility};

use crate::edits::edits;

/// The public items of generated code: the types of items by path, and the deprecated paths.
#[derive(Default)]
struct Api {
    /// True for a build with the feature `unverified`.
    has_unverified: bool,
    items: BTreeMap<String, String>,
    deprecated: BTreeSet<String>,
}

#[test]
fn a_program_breaks_or_gets_a_warning_exactly_as_the_table_predicts() {
    let mut proved = 0;
    let (mut errors, mut warnings) = (0, 0);
    for edit in edits() {
        // Contracts that the lint refuses are skipped. They can be compared, but no code can be generated from them.
        let (Some(old), Some(new)) = (builds(&edit.old), builds(&edit.new)) else { continue };
        let pairs = || old.iter().zip(&new);
        let broken: Vec<_> = pairs()
            .flat_map(|(old, new)| old.items.iter().filter(|(path, ty)| new.items.get(*path) != Some(ty)))
            .collect();
        let says_error = edit.program == "compile error";
        assert_eq!(!broken.is_empty(), says_error, "{}: {broken:#?}", edit.what);
        let warned = pairs().any(|(old, new)| new.deprecated.difference(&old.deprecated).count() > 0);
        assert!(!warned || says_error || edit.program == "compiles with a warning", "{}", edit.what);
        assert!(warned || edit.program != "compiles with a warning", "{}", edit.what);
        proved += 1;
        errors += usize::from(says_error);
        warnings += usize::from(warned);
    }
    assert!(proved >= 90 && errors >= 20 && warnings >= 3, "{proved} {errors} {warnings}");
}

/// The name of a string type, from the macro that defines the type.
struct TextType(syn::Ident);

impl syn::parse::Parse for TextType {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let name = input.parse()?;
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(Self(name))
    }
}

/// The name and the variants of an open enum, from the macro that defines the enum.
struct OpenEnum(syn::Ident, Vec<syn::Ident>);

impl syn::parse::Parse for OpenEnum {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let name = input.parse()?;
        let body;
        syn::braced!(body in input);
        let mut variants = Vec::new();
        while !body.is_empty() {
            Attribute::parse_outer(&body)?;
            variants.push(body.parse()?);
            // Skips the wire values of the variant, up to the comma.
            while !body.peek(syn::Token![,]) {
                body.parse::<proc_macro2::TokenTree>()?;
            }
            body.parse::<syn::Token![,]>()?;
        }
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(Self(name, variants))
    }
}

/// Returns the items of two builds. Only the second build has the feature `unverified`.
fn builds(contract: &str) -> Option<[Api; 2]> {
    let contract = Contract::parse("contract.yaml", contract).unwrap();
    let source = generate(&contract).ok()?;
    let file = syn::parse_file(&source).unwrap();
    Some([false, true].map(|has_unverified| api(&Outline::of(&contract), &file, has_unverified)))
}

fn api(outline: &Outline, file: &syn::File, has_unverified: bool) -> Api {
    let mut api = Api { has_unverified, ..Api::default() };
    // The methods of the crate `mediaconnect` are not in the generated source, so they are added here.
    for operation in outline.operations.iter().filter(|one| has_unverified || !one.is_inferred()) {
        let accessor =
            outline.group(operation).and_then(|group| group.accessor.as_deref()).unwrap_or_default();
        let output = if has_only_success_flag(operation, outline) { "()" } else { "output" };
        api.add(format!("{accessor}::{}", operation.method_name()), &[], &output);
    }
    for item in &file.items {
        api.item("", item);
    }
    api
}

impl Api {
    /// Returns true if the build lacks an item with these attributes.
    fn lacks(&self, attributes: &[Attribute]) -> bool {
        let gate = quote::quote!(#[cfg(feature = "unverified")]).to_string();
        !self.has_unverified && attributes.iter().any(|one| one.to_token_stream().to_string() == gate)
    }

    fn add(&mut self, path: String, attributes: &[Attribute], ty: &impl ToTokens) {
        if attributes.iter().any(|attribute| attribute.path().is_ident("deprecated")) {
            self.deprecated.insert(path.clone());
        }
        self.items.insert(path, ty.to_token_stream().to_string());
    }

    fn item(&mut self, module: &str, item: &Item) {
        let path = |name: &dyn ToString| format!("{module}::{}", name.to_string());
        match item {
            Item::Mod(inner) if self.lacks(&inner.attrs) => {}
            Item::Impl(block) if self.lacks(&block.attrs) => {}
            Item::Mod(inner) => {
                // The surrounding module re-exports the items of a private module, so the path does not contain the
                // private module.
                let is_public = matches!(inner.vis, Visibility::Public(_));
                let module = if is_public { path(&inner.ident) } else { module.to_owned() };
                for item in inner.content.iter().flat_map(|(_, items)| items) {
                    self.item(&module, item);
                }
            }
            Item::Struct(item) => {
                self.add(path(&item.ident), &item.attrs, &"struct");
                if item.attrs.iter().any(|one| one.to_token_stream().to_string().contains("Hash")) {
                    self.add(format!("{}::Eq", path(&item.ident)), &[], &"derived, with Hash");
                }
                for (index, field) in item.fields.iter().enumerate() {
                    let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                    self.add(format!("{}::{name}", path(&item.ident)), &field.attrs, &field.ty);
                }
            }
            Item::Macro(item)
                if item.mac.path.segments.last().is_some_and(|name| name.ident == "open_enum") =>
            {
                let OpenEnum(name, variants) = item.mac.parse_body().unwrap();
                self.add(path(&name), &[], &"enum");
                for variant in variants {
                    self.add(format!("{}::{variant}", path(&name)), &[], &"variant");
                }
            }
            Item::Macro(item)
                if item.mac.path.segments.last().is_some_and(|name| name.ident == "text_type") =>
            {
                let definition: TextType = item.mac.parse_body().unwrap();
                self.add(path(&definition.0), &[], &"text");
            }
            Item::Const(item) => self.add(path(&item.ident), &item.attrs, &item.ty),
            Item::Impl(block) => {
                let ty = block.self_ty.to_token_stream().to_string();
                for item in &block.items {
                    match item {
                        ImplItem::Fn(method) => {
                            let inputs = method.sig.inputs.iter().map(|input| match input {
                                // The name of an argument does not affect callers, so only the type is recorded.
                                syn::FnArg::Typed(input) => input.ty.to_token_stream().to_string(),
                                syn::FnArg::Receiver(_) => "self".to_owned(),
                            });
                            let inputs: Vec<_> = inputs.collect();
                            let name = format!("{}::{}", path(&ty), method.sig.ident);
                            self.add(name, &method.attrs, &inputs.join(", "));
                        }
                        ImplItem::Type(item) => {
                            self.add(format!("{}::{}", path(&ty), item.ident), &item.attrs, &item.ty);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
