//! Emits the public methods: a struct for each group, with a method for each operation.
//!
//! The client's crate has no build script, so the methods are emitted as a macro. The client expands this macro where
//! `Client`, `Call`, `Error` and `UserToken` are in scope.

use heck::ToUpperCamelCase;
use mediaconnect_contract::outline::{Group, Operation, Outline};
use proc_macro2::{Group as TokenGroup, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{File, Ident};

use crate::emit::required_inputs;
use crate::rewrite::{doc_lines, evidence_of_operation};
use crate::unverified;
use crate::wire_types::output_type;

/// The placeholder for `$crate`, which Rust accepts only inside a macro. `facade` replaces the placeholder when it
/// writes the macro as text.
const CRATE: &str = "__crate";

/// Returns the source of the macro. `file` has the methods that progenitor generated.
///
/// prettyplease prints the content of a macro on one line. The body is therefore formatted first, and then put into the
/// macro.
pub(crate) fn facade(file: &File, outline: &Outline) -> Result<String, syn::Error> {
    let groups = outline.groups.iter().filter_map(|group| of_group(group, file, outline));
    let body = prettyplease::unparse(&syn::parse2(quote!(#(#groups)*))?).replace(CRATE, "$crate");
    Ok(format!(
        "/// Defines a struct for each group of operations, with a method for each operation.\n\
         #[doc(hidden)]\n#[macro_export]\nmacro_rules! facade {{\n() => {{\n{body}}};\n}}\n"
    ))
}

/// Returns the code of a group; `None` for a group without an accessor. The lint reports the missing accessor.
fn of_group(group: &Group, file: &File, outline: &Outline) -> Option<TokenStream> {
    let accessor = format_ident!("{}", group.accessor.as_deref()?);
    let name = format_ident!("{}", group.accessor.as_deref()?.to_upper_camel_case());
    let description = group.description.clone();
    let docs = doc_lines(&[
        Some(format!("The operations of the group {}.", group.name)),
        description.clone(),
        Some(format!("Get it from [`Client::{accessor}`].")),
    ]);
    let accessor_docs =
        doc_lines(&[Some(format!("Returns the operations of the group {}.", group.name)), description]);
    let operations = outline
        .operations
        .iter()
        .filter(|operation| outline.group(operation).is_some_and(|own| own.name == group.name));
    let (unverified, verified): (Vec<_>, Vec<_>) = operations.partition(|operation| operation.is_inferred());
    let method = |operation: &Operation| Method::of(operation, &accessor, file).tokens(outline);
    let methods = verified.into_iter().map(method);
    let unverified: Vec<_> = unverified.into_iter().map(method).collect();
    let unverified = unverified::methods(&quote!(#name<'_>), &unverified);
    Some(quote! {
        #(#docs)*
        #[derive(Clone, Copy, Debug)]
        pub struct #name<'a> {
            pub(crate) client: &'a Client,
        }

        impl Client {
            #(#accessor_docs)*
            #[must_use]
            pub fn #accessor(&self) -> #name<'_> {
                #name { client: self }
            }
        }

        impl #name<'_> { #(#methods)* }

        #unverified
    })
}

struct Method<'a> {
    operation: &'a Operation,
    accessor: &'a Ident,
    /// The arguments of the request's constructor, with their types.
    arguments: Vec<(Ident, TokenStream)>,
    output: TokenStream,
}

impl<'a> Method<'a> {
    fn of(operation: &'a Operation, accessor: &'a Ident, file: &File) -> Self {
        let body = operation.success().and_then(|success| success.body.as_ref());
        let arguments = required_inputs(operation, file);
        Self { operation, accessor, arguments, output: output_type(body) }
    }

    fn tokens(&self, outline: &Outline) -> TokenStream {
        let operation = self.operation;
        let request = format_ident!("{}", operation.rust_type());
        let (id, method) = (&operation.id, format_ident!("{}", operation.method_name()));
        let deprecated = operation.deprecated.then(|| {
            let note = operation.deprecation.rust_note("operation");
            quote!(#[deprecated(note = #note)])
        });
        let allow = operation.deprecated.then(|| quote!(#[allow(deprecated)]));
        let docs = doc_lines(&self.docs());
        let user = operation.is_user_mode().then(|| quote!(user: &UserToken,));
        let caller = if operation.is_user_mode() { quote!(.as_user(user)) } else { quote!() };
        let arguments = self.arguments.iter().map(|(name, ty)| {
            let owned = exported(ty.clone());
            if name == "body" {
                quote!(body: impl TryInto<#owned, Error: Into<Error>>)
            } else {
                quote!(#name: #owned)
            }
        });
        let names = self.arguments.iter().map(|(name, _)| name);
        let call = quote!(self.client #caller.call(__crate::operations::#request::new(#(#names),*)));
        let is_unit = has_only_success_flag(operation, outline);
        let output = if is_unit { quote!(()) } else { exported(self.output.clone()) };
        let call = if is_unit { quote!(#call.map(|outcome| outcome.map(drop))) } else { call };
        let call = if self.has_body() {
            quote! {
                match body.try_into() {
                    Ok(body) => #call,
                    Err(error) => Call::failed(error.into().in_operation(#id, 0)),
                }
            }
        } else {
            call
        };
        quote! {
            #(#docs)*
            #deprecated
            #allow
            #[inline] // Only crates that call the method compile it.
            pub fn #method(self, #user #(#arguments),*) -> Call<#output> { #call }
        }
    }

    fn has_body(&self) -> bool {
        self.arguments.iter().any(|(name, _)| name == "body")
    }

    /// Returns the documentation: summary, description, optional parameters, a compiling example, and errors.
    fn docs(&self) -> Vec<Option<String>> {
        let operation = self.operation;
        let request = operation.rust_type();
        let call = if operation.is_user_mode() { "as_user(&user).call" } else { "call" };
        let has_more = operation.parameters.iter().any(|parameter| !parameter.field.required);
        let more = has_more.then(|| {
            format!(
                "Optional parameters are set with `client.{call}({request}::new(..).with_…(..))`: see \
                 [`{request}`](crate::operations::{request})."
            )
        });
        vec![
            operation.summary.clone(),
            operation.description.clone(),
            more,
            evidence_of_operation(operation.evidence.as_deref()),
            Some(self.example()),
            Some(self.errors()),
        ]
    }

    /// Returns the example. To make it compile, a hidden line declares the arguments with their types.
    fn example(&self) -> String {
        let user = self.operation.is_user_mode();
        let of_user = if user { ", user: mediaconnect::UserToken" } else { "" };
        let mut parameters = String::new();
        for (name, ty) in &self.arguments {
            let ty = exported(ty.clone()).to_string().replace(' ', "").replace(CRATE, "mediaconnect_api");
            parameters.extend([", ", &name.to_string(), ": ", &ty]);
        }
        let names = self.arguments.iter().map(|(name, _)| name.to_string());
        let names: Vec<_> = user.then(|| "&user".to_owned()).into_iter().chain(names).collect();
        format!(
            "```no_run\n# async fn example(client: mediaconnect::Client{of_user}{parameters}) -> mediaconnect::Result<()> {{\n\
             client.{}().{}({}).await?;\n# Ok(())\n# }}\n```",
            self.accessor,
            self.operation.method_name(),
            names.join(", "),
        )
    }

    fn errors(&self) -> String {
        let operation = self.operation;
        let mut errors = Vec::new();
        if !self.arguments.is_empty() {
            errors.push(
                "- [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent."
                    .to_owned(),
            );
        }
        if let Some(not_found) = operation.responses.iter().find(|response| response.status == "404") {
            let why = not_found.description.as_deref().unwrap_or_default();
            errors.push(format!("- [`is_not_found`](Error::is_not_found): {why}"));
        }
        if operation.is_user_mode() {
            errors.push("- [`is_auth`](Error::is_auth) if the user's token has expired.".to_owned());
        }
        if operation.success_rule().is_some_and(|rule| rule.flag.is_some()) {
            errors.push(
                "- [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.".to_owned(),
            );
        }
        if operation.safe_to_retry != Some(true) {
            errors.push(
                "- [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation."
                    .to_owned(),
            );
        }
        if errors.is_empty() {
            return "# Errors\nReturns the errors that every call can return.".to_owned();
        }
        format!("# Errors\nReturns the errors that every call can return, and:\n{}", errors.join("\n"))
    }
}

/// Returns true if the success flag is the only field of the response. The method then returns `()`, because the flag
/// of an accepted response is always true.
#[must_use]
pub fn has_only_success_flag(operation: &Operation, outline: &Outline) -> bool {
    let flag = operation.success_rule().and_then(|rule| rule.flag);
    let model = operation.output().and_then(|name| outline.model(name));
    flag.is_some() && model.is_some_and(|model| model.fields.len() == 1)
}

/// Rewrites paths that begin with `crate` or `types`, so that they are valid in the client's crate.
fn exported(tokens: TokenStream) -> TokenStream {
    let mut result = TokenStream::new();
    let mut follows_a_path = false;
    for token in tokens {
        match token {
            TokenTree::Ident(name) if !follows_a_path && name == "crate" => result.extend(quote!(__crate)),
            TokenTree::Ident(name) if !follows_a_path && name == "types" => {
                result.extend(quote!(__crate::types));
            }
            TokenTree::Group(group) => {
                let inner = TokenGroup::new(group.delimiter(), exported(group.stream()));
                result.extend([TokenTree::Group(inner)]);
            }
            other => {
                follows_a_path = matches!(&other, TokenTree::Punct(mark) if mark.as_char() == ':');
                result.extend([other]);
                continue;
            }
        }
        follows_a_path = false;
    }
    result
}
