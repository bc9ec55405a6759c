//! Emits each operation as a struct with its parameters and body. The struct calls the method that progenitor
//! generated.

mod confirm;
mod info;
mod input;
mod reserved;

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Operation, Outline};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, Ident, ImplItem, Item, parse_quote};

use crate::emit::validate;
use crate::rewrite::{doc_lines, evidence_of_operation, method};
use crate::unverified;
use crate::wire_types::output_type;
use input::{Input, InputKind, constructor};
use reserved::reserved;

pub(crate) fn operations(file: &File, contract: &Contract, outline: &Outline) -> Item {
    let (unverified, verified): (Vec<_>, Vec<_>) =
        outline.operations.iter().partition(|operation| operation.is_inferred());
    let emit = |operation: &Operation| OperationEmitter { contract, outline, operation }.operation(file);
    let verified = verified.into_iter().map(emit);
    let names: Vec<_> =
        unverified.iter().map(|operation| format_ident!("{}", operation.rust_type())).collect();
    let items: Vec<_> = unverified.into_iter().map(emit).collect();
    let unverified = unverified::module(&names, &items);
    let tables = unverified::for_each_build(outline, |operations| {
        let entries = operations.iter().map(|operation| {
            let name = format_ident!("{}", operation.rust_type());
            quote!(<#name as crate::operation::Operation>::INFO)
        });
        quote! {
            /// The contract's facts about each operation, in the order of the contract.
            pub const OPERATIONS: &[&crate::operation::OperationInfo] = &[#(#entries),*];
        }
    });
    parse_quote! {
        /// The operations of the contract, as values. Their fields are the parameters and the body.
        ///
        /// A client calls operations in client mode. A client acting for a user calls operations in user mode. The
        /// other combinations do not compile.
        #[allow(deprecated)]
        pub mod operations {
            pub use crate::operation::{
                ClientOperation, Evidence, Location, Mode, Operation, OperationInfo, ParameterInfo, ResponseKind,
                Sensitivity, UserOperation, ValueKind,
            };

            #[allow(unused_imports)]
            use crate::{limits, validate};

            #(#verified)*
            #unverified
            #(#tables)*
        }
    }
}

/// Returns a macro that lists all operations. Code that uses this macro covers new operations automatically.
pub(crate) fn for_each_operation(outline: &Outline) -> [Item; 2] {
    let macros = unverified::for_each_build(outline, |operations| {
        let names = operations.iter().map(|operation| {
            let mode = if operation.is_user_mode() { quote!(user) } else { quote!(client) };
            let name = format_ident!("{}", operation.rust_type());
            quote!(#name(#mode))
        });
        quote! {
            /// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
            #[doc(hidden)]
            #[macro_export]
            macro_rules! for_each_operation { ($call:ident) => { $call! { #(#names)* } }; }
        }
    });
    macros.map(|item| parse_quote!(#item))
}

/// Returns the required inputs of an operation with their types, in the order of the generated method's arguments.
pub(crate) fn required_inputs(operation: &Operation, file: &File) -> Vec<(Ident, TokenStream)> {
    let required = inputs(operation, file).into_iter().filter(|input| !input.is_optional());
    required.map(|input| (input.ident.clone(), input.owned())).collect()
}

/// Returns the inputs of an operation, in the order of the generated method's arguments.
fn inputs<'o>(operation: &'o Operation, file: &File) -> Vec<Input<'o>> {
    let method = operation.rust_name();
    let found = file.items.iter().find_map(|item| {
        let Item::Impl(block) = item else { return None };
        block.items.iter().find_map(|item| match item {
            ImplItem::Fn(found) if found.sig.ident == method => Some(found),
            _ => None,
        })
    });
    let names = found.map(method::argument_names).unwrap_or_default();
    let input = |name: String| {
        let parameter = method::parameter(operation, &name).map(InputKind::Parameter);
        let body = || operation.request.as_ref().filter(|_| name == method::BODY).map(InputKind::Body);
        // An argument that is neither a parameter nor the body is skipped, because `rewrite` has already reported it.
        Some(Input { ident: format_ident!("{name}"), kind: parameter.or_else(body)? })
    };
    names.into_iter().filter_map(input).collect()
}

pub(crate) struct OperationEmitter<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) outline: &'a Outline,
    pub(crate) operation: &'a Operation,
}

impl OperationEmitter<'_> {
    fn operation(&self, file: &File) -> TokenStream {
        let operation = self.operation;
        let Operation { id, method: verb, path, .. } = operation;
        let method = format_ident!("{}", operation.rust_name());
        let inputs = inputs(operation, file);
        let name = format_ident!("{}", operation.rust_type());
        let docs = doc_lines(&[
            operation.summary.clone(),
            operation.description.clone(),
            Some(format!("`{} {}`", operation.method, operation.path)),
            evidence_of_operation(operation.evidence.as_deref()),
        ]);
        let deprecated = operation.deprecated.then(|| {
            let note = operation.deprecation.rust_note("operation");
            quote!(#[deprecated(note = #note)])
        });
        let fields = inputs.iter().map(Input::declaration);
        let debugs = inputs.iter().map(Input::debug);
        let checks = inputs.iter().map(|input| self.check(input));
        let arguments = inputs.iter().map(Input::argument);
        let new = constructor(&inputs);
        let setters = inputs.iter().filter(|input| input.is_optional()).map(Input::setter);
        let mode = format_ident!("{}Operation", if operation.is_user_mode() { "User" } else { "Client" });
        let output = output_type(operation.success().and_then(|success| success.body.as_ref()));
        let info = self.info();
        let confirms = self.confirms();
        let checks: Vec<_> = checks.filter(|check| !check.is_empty()).collect();
        let check = (!checks.is_empty())
            .then(|| quote!(#[inline] fn check(&self, checks: &mut validate::Checks) { #(#checks)* }));
        quote! {
            #(#docs)*
            #deprecated
            #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            #[non_exhaustive]
            pub struct #name { #(#fields),* }

            impl #name { #new #(#setters)* }

            crate::wire::redact::redacting_debug!(#name { #(#debugs),* });

            impl validate::Validate for #name { #check }

            impl crate::operation::#mode for #name {}

            impl crate::operation::Operation for #name {
                type Output = #output;
                const INFO: &'static crate::operation::OperationInfo = &#info;
                #confirms
            }

            impl crate::operation::SendOperation for #name {
                #[inline]
                fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
                    crate::Client::of(connection).#method(#(#arguments),*)
                }

                crate::operation::span!(#id, #verb, #path);
            }
        }
    }

    fn check(&self, input: &Input<'_>) -> TokenStream {
        let ident = &input.ident;
        match input.kind {
            InputKind::Parameter(parameter) => {
                // Any value of an open enum can be sent, but in a path it must stay one segment.
                let is_open_segment = parameter.location == "path" && parameter.field.schema.open;
                let checks = if is_open_segment {
                    let name = &parameter.field.wire_name;
                    quote! {
                        let limits = validate::at_least(1).in_form(validate::Format::PathSegment);
                        checks.text(#name, Some(&self.#ident), &limits);
                    }
                } else {
                    validate::check(&parameter.field, parameter.field.required)
                };
                let is_header = method::is_header_text(parameter);
                let header = is_header.then(|| validate::check_header(&parameter.field));
                let words = reserved(self.outline, self.operation, parameter);
                let reserved = (!words.is_empty()).then(|| {
                    let name = &parameter.field.wire_name;
                    quote!(checks.reserved(#name, self.#ident.as_ref(), &[#(#words),*]);)
                });
                quote!(#checks #header #reserved)
            }
            InputKind::Body(body) => {
                let is_model = body.schema.model().is_some();
                let check = match (is_model, input.is_optional()) {
                    (true, _) => quote!(validate::Validate::check(body, checks);),
                    (false, _) => validate::check_value(&body.schema, &quote!(Some(body)), &quote!("")),
                };
                match (check.is_empty(), input.is_optional()) {
                    (true, _) => quote!(),
                    (false, true) => quote!(if let Some(body) = &self.#ident { #check }),
                    (false, false) if is_model => {
                        quote!(validate::Validate::check(&self.#ident, checks);)
                    }
                    (false, false) => quote!({ let body = &self.#ident; #check }),
                }
            }
        }
    }
}
