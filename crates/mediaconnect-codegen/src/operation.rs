//! An operation as a value: a struct of what is sent, around the method that progenitor wrote.

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Field, Has, Kind, Operation, Outline, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, FnArg, Ident, ImplItem, ImplItemFn, Item, Pat, Type, parse_quote};

use crate::emit::check_value;
use crate::rewrite::doc_lines;

/// Names of an error body's members: a response that has nothing else is no success.
const ERROR_FIELDS: [&str; 5] =
    ["exceptionType", "errorMessage", "error", "error_description", "description"];

/// All operations.
pub(crate) fn operations(file: &File, contract: &Contract, outline: &Outline) -> Item {
    let operations = outline.operations.iter();
    let items = operations.map(|operation| Emit { contract, outline, operation }.operation(file));
    let entries = outline.operations.iter().map(|operation| {
        let (name, cfg) = (format_ident!("{}", operation.rust_type()), cfg(operation));
        quote!(#cfg <#name as crate::operation::Operation>::INFO)
    });
    parse_quote! {
        /// The operations of the contract, as values: what is sent are their fields.
        ///
        /// The client calls those of client mode, a client on behalf of a user those of user mode; the other does not
        /// compile.
        #[allow(deprecated)]
        pub mod operations {
            use super::types;
            pub use crate::operation::{
                ClientOperation, Evidence, Location, Mode, Operation, OperationInfo, ParameterInfo, Sensitivity,
                UserOperation, ValueKind,
            };

            #(#items)*

            /// What the contract says of each operation, in its order.
            pub const OPERATIONS: &[&crate::operation::OperationInfo] =
                &[#(#entries),*];
        }
    }
}

/// Code for all operations must not forget the next one.
pub(crate) fn for_each_operation(outline: &Outline) -> [Item; 2] {
    let names = |unverified: bool| {
        let operations =
            outline.operations.iter().filter(move |operation| unverified || !operation.is_inferred());
        operations.map(|operation| {
            let mode = if operation.is_user_mode() { quote!(user) } else { quote!(client) };
            let name = format_ident!("{}", operation.rust_type());
            quote!(#name(#mode))
        })
    };
    let (all, verified) = (names(true), names(false));
    let calls_a_macro = quote! {
        /// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
        #[doc(hidden)]
        #[macro_export]
    };
    [
        parse_quote! {
            #calls_a_macro
            #[cfg(feature = "unverified")]
            macro_rules! for_each_operation { ($call:ident) => { $call! { #(#all)* } }; }
        },
        parse_quote! {
            #calls_a_macro
            #[cfg(not(feature = "unverified"))]
            macro_rules! for_each_operation { ($call:ident) => { $call! { #(#verified)* } }; }
        },
    ]
}

/// An operation that upstream does not document is behind a feature.
fn cfg(operation: &Operation) -> Option<TokenStream> {
    operation.is_inferred().then(|| quote!(#[cfg(feature = "unverified")]))
}

pub(crate) struct Emit<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) outline: &'a Outline,
    pub(crate) operation: &'a Operation,
}

/// What an operation sends besides its token: a parameter, or the body.
struct Part<'a> {
    /// The name in Rust; the generated method has the same.
    ident: Ident,
    wire_name: &'a str,
    docs: Option<&'a str>,
    /// As the field owns it.
    owned: Type,
    /// As the generated method takes it.
    argument: TokenStream,
    /// `None` for the body.
    schema: Option<&'a Schema>,
    is_optional: bool,
}

impl Emit<'_> {
    fn operation(&self, file: &File) -> TokenStream {
        let operation = self.operation;
        let method = format_ident!("{}", operation.rust_name());
        let parts = self.parts(file, &method);
        let name = format_ident!("{}", operation.rust_type());
        let text = operation.rust_type();
        let docs = doc_lines(&[
            operation.summary.clone(),
            operation.description.clone(),
            Some(format!("`{} {}`", operation.method, operation.path)),
        ]);
        let deprecated = operation.deprecated.then(|| {
            let note = operation.deprecation.rust_note("operation");
            quote!(#[deprecated(note = #note)])
        });
        let fields = parts.iter().map(|Part { ident, wire_name, docs, owned, .. }| {
            let docs = doc_lines(&[docs.map(str::to_owned)]);
            quote!(#(#docs)* #[serde(rename = #wire_name)] pub #ident: #owned)
        });
        let debugs = parts.iter().map(Part::debug);
        let checks = parts.iter().map(Part::check);
        let arguments = parts.iter().map(|part| &part.argument);
        let new = constructor(&parts);
        let mode = format_ident!("{}Operation", if operation.is_user_mode() { "User" } else { "Client" });
        let output = self.output();
        let info = self.info();
        let confirms = self.confirms();
        let span = self.span();
        let checks: Vec<_> = checks.filter(|check| !check.is_empty()).collect();
        let cfg = cfg(operation);
        let checks_argument = if checks.is_empty() { format_ident!("_") } else { format_ident!("checks") };
        quote! {
            #(#docs)*
            #deprecated
            #cfg
            #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
            #[non_exhaustive]
            pub struct #name { #(#fields),* }

            #cfg
            impl #name { #new }

            /// Prints which fields are there, never their values.
            #cfg
            impl ::std::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#text) #(#debugs)* .finish()
                }
            }

            #cfg
            impl crate::validate::Validate for #name {
                fn check(&self, #checks_argument: &mut crate::validate::Checks) { #(#checks)* }
            }

            #cfg
            impl crate::operation::#mode for #name {}

            #cfg
            impl crate::operation::Operation for #name {
                type Output = #output;
                const INFO: &'static crate::operation::OperationInfo = &#info;

                #confirms
            }

            #cfg
            impl crate::operation::SendOperation for #name {
                async fn send(
                    &self,
                    api: &crate::Client,
                ) -> ::std::result::Result<::reqwest::Response, crate::Error<()>> {
                    api.#method(#(#arguments),*).await
                }

                #span
            }
        }
    }

    /// The arguments of the generated method, in its order.
    fn parts(&self, file: &File, method: &Ident) -> Vec<Part<'_>> {
        let inputs = file.items.iter().find_map(|item| {
            let Item::Impl(block) = item else { return None };
            block.items.iter().find_map(|item| match item {
                ImplItem::Fn(ImplItemFn { sig, .. }) if sig.ident == *method => Some(&sig.inputs),
                _ => None,
            })
        });
        let arguments = inputs.into_iter().flatten().filter_map(|input| match input {
            FnArg::Typed(argument) => match &*argument.pat {
                Pat::Ident(name) => Some((name.ident.clone(), &*argument.ty)),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        arguments.map(|(ident, ty)| self.part(ident, ty)).collect()
    }

    fn part(&self, ident: Ident, ty: &Type) -> Part<'_> {
        let name = ident.to_string();
        let parameter = self.operation.parameters.iter().find(|parameter| parameter.field.rust_name == name);
        let field = parameter.map(|parameter| &parameter.field);
        let optional = inside(ty, "Option");
        let is_optional = optional.is_some();
        let (owned, argument): (Type, _) = match (optional, borrowed(optional.unwrap_or(ty))) {
            (None, Some(inner)) => (inner, quote!(&self.#ident)),
            (None, None) => (ty.clone(), quote!(self.#ident)),
            (Some(inner), Some(owned)) => {
                let reference = if is_str(inner) { quote!(as_deref) } else { quote!(as_ref) };
                (parse_quote!(::std::option::Option<#owned>), quote!(self.#ident.#reference()))
            }
            (Some(inner), None) => (parse_quote!(::std::option::Option<#inner>), quote!(self.#ident)),
        };
        Part {
            wire_name: field.map_or("body", |field| &field.wire_name),
            docs: field.map_or(Some("The body of the request."), |field| field.description.as_deref()),
            schema: field.map(|field| &field.schema),
            ident,
            owned,
            argument,
            is_optional,
        }
    }

    fn output(&self) -> TokenStream {
        self.operation.output().map_or_else(
            || quote!(()),
            |model| {
                let model = format_ident!("{model}");
                quote!(types::#model)
            },
        )
    }

    pub(crate) fn output_fields(&self) -> &[Field] {
        let model = self.operation.output().and_then(|name| self.outline.model(name));
        model.map_or(&[], |model| &model.fields)
    }

    fn confirms(&self) -> TokenStream {
        let rule = self.operation.success_rule().unwrap_or_default();
        let flag = rule.flag.iter().map(|name| {
            let ident = field_ident(self.output_fields(), name);
            quote! {
                match output.#ident {
                    Some(true) => {}
                    Some(false) => return Err(crate::operation::Doubt::NotDone),
                    None => return Err(crate::operation::Doubt::Nothing),
                }
            }
        });
        let fields = self.output_fields().iter();
        let promised: Vec<&Field> = match &rule.has {
            None => Vec::new(),
            Some(Has::Any) => {
                fields.filter(|field| !ERROR_FIELDS.contains(&field.wire_name.as_str())).collect()
            }
            Some(Has::Fields(names)) => fields.filter(|field| names.contains(&field.wire_name)).collect(),
        };
        let has = (!promised.is_empty()).then(|| {
            let present = promised.iter().map(|field| has_value(field));
            quote!(if !(#(#present)||*) { return Err(crate::operation::Doubt::Nothing); })
        });
        let matches = rule.matches.iter().map(|(found, asked)| self.matches(found, asked));
        let body: Vec<TokenStream> = flag.chain(has).chain(matches).collect();
        let output = if body.is_empty() { format_ident!("_") } else { format_ident!("output") };
        quote! {
            fn confirms(
                &self,
                #output: &Self::Output,
            ) -> ::std::result::Result<(), crate::operation::Doubt> {
                #(#body)*
                Ok(())
            }
        }
    }

    /// Code that compares the field of the response at a path with what was sent.
    fn matches(&self, found: &str, asked: &str) -> TokenStream {
        let asked = match asked.strip_prefix("body.") {
            None => {
                let parameter = self.operation.parameters.iter().map(|parameter| &parameter.field);
                let field = parameter.into_iter().find(|field| field.wire_name == asked);
                let ident = format_ident!("{}", field.map_or(asked, |field| field.rust_name.as_str()));
                let is_optional = field.is_some_and(|field| !field.required);
                if is_optional { quote!(self.#ident.as_ref()) } else { quote!(Some(&self.#ident)) }
            }
            Some(path) => {
                let body = self.operation.request.as_ref().and_then(|body| body.schema.model());
                let mut fields = self.model_fields(body);
                let mut asked = quote!(Some(&self.body));
                for name in path.split('.') {
                    let ident = field_ident(fields, name);
                    asked = quote!(#asked.and_then(|value| value.#ident.as_ref()));
                    let field = fields.iter().find(|field| field.wire_name == name);
                    fields = self.model_fields(field.and_then(|field| field.schema.model()));
                }
                asked
            }
        };
        self.compare(&quote!(output), self.output_fields(), found, found, &asked)
    }

    fn compare(
        &self,
        value: &TokenStream,
        fields: &[Field],
        path: &str,
        whole: &str,
        asked: &TokenStream,
    ) -> TokenStream {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let name = first.trim_end_matches("[]");
        let ident = field_ident(fields, name);
        let field = fields.iter().find(|field| field.wire_name == name);
        let inner = if let Some(rest) = rest {
            let fields = self.model_fields(field.and_then(|field| field.schema.model()));
            self.compare(&quote!(found), fields, rest, whole, asked)
        } else {
            let is_text = field.is_some_and(|field| match &field.schema.kind {
                Kind::List { items, .. } => items.kind == Kind::Text,
                kind => *kind == Kind::Text,
            });
            let differs = if is_text {
                quote!(AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(asked))
            } else {
                quote!(found != asked)
            };
            quote! {
                if #asked.is_some_and(|asked| #differs) {
                    return Err(crate::operation::Doubt::Mismatch(#whole));
                }
            }
        };
        if first.ends_with("[]") {
            quote!(for found in &#value.#ident { #inner })
        } else {
            quote!(if let Some(found) = &#value.#ident { #inner })
        }
    }

    fn model_fields(&self, model: Option<&str>) -> &[Field] {
        model.and_then(|name| self.outline.model(name)).map_or(&[], |model| &model.fields)
    }

    fn span(&self) -> TokenStream {
        let Operation { id, method, path, .. } = self.operation;
        quote! {
            fn span() -> ::tracing::Span {
                ::tracing::info_span!(
                    #id,
                    otel.kind = "internal",
                    otel.status_code = ::tracing::field::Empty,
                    http.request.method = #method,
                    url.template = #path,
                    http.response.status_code = ::tracing::field::Empty,
                    error.type = ::tracing::field::Empty,
                )
            }
        }
    }
}

impl Part<'_> {
    fn debug(&self) -> TokenStream {
        let (ident, name) = (&self.ident, self.ident.to_string());
        match self.schema {
            None => quote!(.field(#name, &self.#ident)),
            Some(_) if self.is_optional => quote!(.field(#name, &crate::wire::redact::present(&self.#ident))),
            Some(_) => quote!(.field(#name, &::std::format_args!(".."))),
        }
    }

    fn check(&self) -> TokenStream {
        let (ident, name) = (&self.ident, self.wire_name);
        match self.schema {
            None => quote!(crate::validate::Validate::check(&self.#ident, checks);),
            Some(schema) if self.is_optional => {
                check_value(schema, &quote!(self.#ident.as_ref()), &quote!(#name))
            }
            Some(schema) => check_value(schema, &quote!(Some(&self.#ident)), &quote!(#name)),
        }
    }
}

/// `new` with what is required.
fn constructor(parts: &[Part<'_>]) -> TokenStream {
    let (optional, required): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.is_optional);
    let (arguments, types): (Vec<_>, Vec<_>) = required.iter().map(|part| (&part.ident, &part.owned)).unzip();
    let absent = optional.iter().map(|part| &part.ident);
    quote! {
        /// Creates a request with what is required.
        #[must_use]
        pub fn new(#(#arguments: #types),*) -> Self {
            Self { #(#arguments,)* #(#absent: None),* }
        }
    }
}

fn field_ident(fields: &[Field], wire_name: &str) -> Ident {
    let field = fields.iter().find(|field| field.wire_name == wire_name);
    format_ident!("{}", field.map_or(wire_name, |field| field.rust_name.as_str()))
}

/// Whether a field of the response has a value; an object of which nothing was understood has none.
fn has_value(field: &Field) -> TokenStream {
    let ident = format_ident!("{}", field.rust_name);
    match &field.schema.kind {
        Kind::List { .. } => quote!(!output.#ident.is_empty()),
        Kind::Object(Some(_)) => {
            quote!(output.#ident.as_ref().is_some_and(|found| *found != ::std::default::Default::default()))
        }
        _ => quote!(output.#ident.is_some()),
    }
}

/// The type argument of a generic type, such as `Option`.
fn inside<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// The owned type behind a reference.
fn borrowed(ty: &Type) -> Option<Type> {
    let Type::Reference(reference) = ty else { return None };
    Some(if is_str(ty) { parse_quote!(::std::string::String) } else { (*reference.elem).clone() })
}

fn is_str(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else { return false };
    matches!(&*reference.elem, Type::Path(path) if path.path.is_ident("str"))
}
