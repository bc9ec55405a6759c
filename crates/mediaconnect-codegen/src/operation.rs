//! Emits an operation as a value: a struct of its parameters and body, which calls the method that progenitor
//! generated.

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::outline::{Body, Field, Has, Kind, Operation, Outline, Parameter, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, Ident, ImplItem, Item, parse_quote};

use crate::decode::rename;
use crate::emit;
use crate::method;
use crate::reserved::reserved;
use crate::rewrite::{doc_lines, evidence, limits};
use crate::wire_types::{is_amount, is_list, is_plain_text, is_primitive, output_type, rust_type};

/// Returns the module of all operations.
pub(crate) fn operations(file: &File, contract: &Contract, outline: &Outline) -> Item {
    let operations = outline.operations.iter();
    let items = operations.map(|operation| Emit { contract, outline, operation }.operation(file));
    let entries = outline.operations.iter().map(|operation| {
        let (name, cfg) = (format_ident!("{}", operation.rust_type()), cfg(operation));
        quote!(#cfg <#name as crate::operation::Operation>::INFO)
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

            #(#items)*

            /// The contract's facts about each operation, in the order of the contract.
            pub const OPERATIONS: &[&crate::operation::OperationInfo] =
                &[#(#entries),*];
        }
    }
}

/// Returns a macro over all operations, so that code for all of them covers new ones automatically.
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

/// Returns the `cfg` attribute of an operation that upstream does not document.
fn cfg(operation: &Operation) -> Option<TokenStream> {
    operation.is_inferred().then(|| quote!(#[cfg(feature = "unverified")]))
}

pub(crate) struct Emit<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) outline: &'a Outline,
    pub(crate) operation: &'a Operation,
}

/// A parameter or the body, as a field of the operation's struct. The argument of the generated method has the same
/// name.
struct Part<'a> {
    ident: Ident,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Parameter(&'a Parameter),
    Body(&'a Body),
}

impl Emit<'_> {
    fn operation(&self, file: &File) -> TokenStream {
        let operation = self.operation;
        let Operation { id, method: verb, path, .. } = operation;
        let method = format_ident!("{}", operation.rust_name());
        let parts = self.parts(file, &method);
        let name = format_ident!("{}", operation.rust_type());
        let docs = doc_lines(&[
            operation.summary.clone(),
            operation.description.clone(),
            Some(format!("`{} {}`", operation.method, operation.path)),
            evidence(operation.evidence.as_deref()),
        ]);
        let deprecated = operation.deprecated.then(|| {
            let note = operation.deprecation.rust_note("operation");
            quote!(#[deprecated(note = #note)])
        });
        let fields = parts.iter().map(Part::declaration);
        let debugs = parts.iter().map(Part::debug);
        let checks = parts.iter().map(|part| self.check(part));
        let arguments = parts.iter().map(Part::argument);
        let new = constructor(&parts);
        let setters = parts.iter().filter(|part| part.is_optional()).map(Part::setter);
        let mode = format_ident!("{}Operation", if operation.is_user_mode() { "User" } else { "Client" });
        let output = output_type(operation.success().and_then(|success| success.body.as_ref()));
        let info = self.info();
        let confirms = self.confirms();
        let checks: Vec<_> = checks.filter(|check| !check.is_empty()).collect();
        let cfg = cfg(operation);
        let check = (!checks.is_empty())
            .then(|| quote!(#[inline] fn check(&self, checks: &mut validate::Checks) { #(#checks)* }));
        quote! {
            #(#docs)*
            #deprecated
            #cfg
            #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            #[non_exhaustive]
            pub struct #name { #(#fields),* }

            #cfg
            impl #name { #new #(#setters)* }

            #cfg
            crate::wire::redact::redacting_debug!(#name { #(#debugs),* });

            #cfg
            impl validate::Validate for #name { #check }

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
                #[inline]
                fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
                    crate::Client::of(connection).#method(#(#arguments),*)
                }

                crate::operation::span!(#id, #verb, #path);
            }
        }
    }

    /// Returns the arguments of the generated method, in its order.
    fn parts(&self, file: &File, method: &Ident) -> Vec<Part<'_>> {
        let found = file.items.iter().find_map(|item| {
            let Item::Impl(block) = item else { return None };
            block.items.iter().find_map(|item| match item {
                ImplItem::Fn(found) if found.sig.ident == *method => Some(found),
                _ => None,
            })
        });
        let names = found.map(method::argument_names).unwrap_or_default();
        let part = |name: String| {
            let parameter = method::parameter(self.operation, &name).map(What::Parameter);
            let body = || self.operation.request.as_ref().filter(|_| name == method::BODY).map(What::Body);
            // `rewrite` has already refused a method with other arguments.
            Some(Part { ident: format_ident!("{name}"), what: parameter.or_else(body)? })
        };
        names.into_iter().filter_map(part).collect()
    }

    fn check(&self, part: &Part<'_>) -> TokenStream {
        let ident = &part.ident;
        match part.what {
            What::Parameter(parameter) => {
                let checks = emit::check(&parameter.field, parameter.field.required);
                let is_header = method::is_header_text(parameter);
                let header = is_header.then(|| emit::check_header(&parameter.field));
                let words = reserved(self.outline, self.operation, parameter);
                let reserved = (!words.is_empty()).then(|| {
                    let name = &parameter.field.wire_name;
                    quote!(checks.reserved(#name, self.#ident.as_ref(), &[#(#words),*]);)
                });
                quote!(#checks #header #reserved)
            }
            What::Body(body) => {
                let is_model = body.schema.model().is_some();
                let check = match (is_model, part.is_optional()) {
                    (true, _) => quote!(validate::Validate::check(body, checks);),
                    (false, _) => emit::check_value(&body.schema, &quote!(Some(body)), &quote!("")),
                };
                match (check.is_empty(), part.is_optional()) {
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

    /// Returns the fields of a successful response, if it is an object.
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
        // A response that contains only members of an error body is not a success.
        let errors = emit::error_members(self.outline);
        let fields = self.output_fields().iter();
        let promised: Vec<&Field> = match &rule.has {
            None => Vec::new(),
            Some(Has::Any) => fields.filter(|field| !errors.contains(&field.wire_name.as_str())).collect(),
            Some(Has::Fields(names)) => fields.filter(|field| names.contains(&field.wire_name)).collect(),
        };
        let is_list = self.response_kind() == "List";
        let has = (!promised.is_empty()).then(|| {
            let present = promised.iter().map(|field| has_value(field));
            let present = quote!(#(#present)||*);
            let present =
                if is_list { quote!(output.iter().any(|output| #present)) } else { quote!((#present)) };
            quote!(if !#present { return Err(crate::operation::Doubt::Nothing); })
        });
        let matches = rule.matches.iter().map(|(found, asked)| {
            let matches = self.matches(found, asked);
            if is_list { quote!(for output in output.iter() { #matches }) } else { matches }
        });
        let body: Vec<TokenStream> = flag.chain(has).chain(matches).collect();
        let output = if body.is_empty() { format_ident!("_") } else { format_ident!("output") };
        quote! {
            #[inline]
            fn confirms(&self, #output: &Self::Output) -> Result<(), crate::operation::Doubt> {
                #(#body)*
                Ok(())
            }
        }
    }

    /// Returns code that compares the response's field at the path `found` with the sent value at the path `asked`.
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
                let body = self.operation.request.as_ref();
                let mut fields = self.model_fields(body.and_then(|body| body.schema.model()));
                let is_optional = body.is_some_and(|body| !body.required);
                let mut asked =
                    if is_optional { quote!(self.body.as_ref()) } else { quote!(Some(&self.body)) };
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
                Kind::List { items, .. } => items.kind == Kind::Text && !is_amount(items),
                kind => *kind == Kind::Text && !is_amount(&field.schema),
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
}

impl Part<'_> {
    fn schema(&self) -> &Schema {
        match self.what {
            What::Parameter(parameter) => &parameter.field.schema,
            What::Body(body) => &body.schema,
        }
    }

    /// Returns true if `new` does not need the value.
    fn is_optional(&self) -> bool {
        match self.what {
            What::Parameter(parameter) => !parameter.field.required,
            What::Body(body) => !body.required,
        }
    }

    fn docs(&self) -> Vec<Option<String>> {
        match self.what {
            What::Parameter(parameter) => {
                vec![parameter.field.description.clone(), limits(&parameter.field.schema)]
            }
            What::Body(_) => vec![Some("The body of the request.".to_owned())],
        }
    }

    /// Returns the type of the field. An optional list may be empty. Any other optional value is an `Option`.
    fn owned(&self) -> TokenStream {
        let value = rust_type(self.schema());
        if self.is_optional() && !is_list(self.schema()) {
            quote!(::std::option::Option<#value>)
        } else {
            value
        }
    }

    fn declaration(&self) -> TokenStream {
        let (ident, owned) = (&self.ident, self.owned());
        let docs = doc_lines(&self.docs());
        let rename = match self.what {
            What::Parameter(parameter) => rename(&parameter.field),
            What::Body(_) => None,
        };
        let default = self.is_optional().then(|| quote!(default));
        let attribute = (rename.is_some() || default.is_some()).then(|| quote!(#[serde(#rename #default)]));
        quote!(#(#docs)* #attribute pub #ident: #owned)
    }

    /// Returns the expression that passes the field to the generated method.
    fn argument(&self) -> TokenStream {
        let (ident, schema) = (&self.ident, self.schema());
        let is_optional = self.is_optional() && !is_list(schema);
        match is_optional {
            _ if is_primitive(schema) => quote!(self.#ident),
            true if is_plain_text(schema) => quote!(self.#ident.as_deref()),
            true => quote!(self.#ident.as_ref()),
            false => quote!(&self.#ident),
        }
    }

    /// Returns the method `with_*` of an optional field.
    fn setter(&self) -> TokenStream {
        let (ident, value) = (&self.ident, rust_type(self.schema()));
        let name = format_ident!("with_{}", self.ident.to_string().trim_end_matches('_'));
        let mut docs = vec![Some(format!("Sets `{}`.", self.ident))];
        docs.extend(self.docs());
        let docs = doc_lines(&docs);
        let (argument, set) = match &self.schema().kind {
            Kind::List { items, .. } => {
                let item = rust_type(items);
                let argument =
                    quote!(impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<#item>>);
                (argument, quote!(#ident.into_iter().map(::std::convert::Into::into).collect()))
            }
            _ => (quote!(impl ::std::convert::Into<#value>), quote!(Some(#ident.into()))),
        };
        quote! {
            #(#docs)*
            #[must_use]
            pub fn #name(mut self, #ident: #argument) -> Self {
                self.#ident = #set;
                self
            }
        }
    }

    fn debug(&self) -> TokenStream {
        let ident = &self.ident;
        let shown = match self.what {
            What::Body(_) => quote!(nested),
            _ if is_list(self.schema()) => quote!(list),
            _ if self.is_optional() => quote!(present),
            What::Parameter(_) => quote!(hidden),
        };
        quote!(#ident: #shown)
    }
}

/// Returns the function `new`, which takes the required fields.
fn constructor(parts: &[Part<'_>]) -> TokenStream {
    let (optional, required): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.is_optional());
    let (arguments, types): (Vec<_>, Vec<_>) =
        required.iter().map(|part| (&part.ident, part.owned())).unzip();
    let absent = optional.iter().map(|part| &part.ident);
    quote! {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(#(#arguments: #types),*) -> Self {
            Self { #(#arguments,)* #(#absent: ::std::default::Default::default()),* }
        }
    }
}

fn field_ident(fields: &[Field], wire_name: &str) -> Ident {
    let field = fields.iter().find(|field| field.wire_name == wire_name);
    format_ident!("{}", field.map_or(wire_name, |field| field.rust_name.as_str()))
}

/// Returns an expression that is true if a field of the response has a value. An object without any known field
/// counts as empty.
fn has_value(field: &Field) -> TokenStream {
    let ident = format_ident!("{}", field.rust_name);
    match &field.schema.kind {
        Kind::List { .. } => quote!(!output.#ident.is_empty()),
        Kind::Object(Some(_)) | Kind::Map { .. } => {
            quote!(output.#ident.as_ref().is_some_and(|found| *found != ::std::default::Default::default()))
        }
        _ => quote!(output.#ident.is_some()),
    }
}
