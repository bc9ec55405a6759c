//! The inputs of an operation: its parameters and its body. Each becomes a field of the operation's struct.

use mediaconnect_contract::outline::{Body, Parameter, Schema};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use crate::decode::rename;
use crate::emit::setter::setter;
use crate::rewrite::{doc_lines, limits};
use crate::wire_types::{is_list, is_plain_text, is_primitive, rust_type};

/// A parameter or the body of an operation. `ident` names both the struct's field and the generated method's argument.
pub(super) struct Input<'a> {
    pub(super) ident: Ident,
    pub(super) kind: InputKind<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum InputKind<'a> {
    Parameter(&'a Parameter),
    Body(&'a Body),
}

impl Input<'_> {
    fn schema(&self) -> &Schema {
        match self.kind {
            InputKind::Parameter(parameter) => &parameter.field.schema,
            InputKind::Body(body) => &body.schema,
        }
    }

    /// Returns true if the value is optional. `new` has no argument for an optional value.
    pub(super) fn is_optional(&self) -> bool {
        match self.kind {
            InputKind::Parameter(parameter) => !parameter.field.required,
            InputKind::Body(body) => !body.required,
        }
    }

    fn docs(&self) -> Vec<Option<String>> {
        match self.kind {
            InputKind::Parameter(parameter) => {
                vec![parameter.field.description.clone(), limits(&parameter.field.schema)]
            }
            InputKind::Body(_) => vec![Some("The body of the request.".to_owned())],
        }
    }

    /// Returns the type of the field. An optional list is a `Vec`, which may be empty. Any other optional value is an
    /// `Option`.
    pub(super) fn owned(&self) -> TokenStream {
        let value = rust_type(self.schema());
        if self.is_optional() && !is_list(self.schema()) {
            quote!(::std::option::Option<#value>)
        } else {
            value
        }
    }

    pub(super) fn declaration(&self) -> TokenStream {
        let (ident, owned) = (&self.ident, self.owned());
        let docs = doc_lines(&self.docs());
        let rename = match self.kind {
            InputKind::Parameter(parameter) => rename(&parameter.field),
            InputKind::Body(_) => None,
        };
        let default = self.is_optional().then(|| quote!(default));
        let attribute = (rename.is_some() || default.is_some()).then(|| quote!(#[serde(#rename #default)]));
        quote!(#(#docs)* #attribute pub #ident: #owned)
    }

    /// Returns the expression that passes the field to the generated method.
    pub(super) fn argument(&self) -> TokenStream {
        let (ident, schema) = (&self.ident, self.schema());
        let is_optional = self.is_optional() && !is_list(schema);
        match is_optional {
            _ if is_primitive(schema) => quote!(self.#ident),
            true if is_plain_text(schema) => quote!(self.#ident.as_deref()),
            true => quote!(self.#ident.as_ref()),
            false => quote!(&self.#ident),
        }
    }

    /// Returns the `with_*` method of an optional field.
    pub(super) fn setter(&self) -> TokenStream {
        let mut docs = vec![Some(format!("Sets `{}`.", self.ident))];
        docs.extend(self.docs());
        setter(&self.ident, self.schema(), false, &doc_lines(&docs))
    }

    pub(super) fn debug(&self) -> TokenStream {
        let ident = &self.ident;
        let shown = match self.kind {
            InputKind::Body(_) => quote!(nested),
            _ if is_list(self.schema()) => quote!(list),
            _ if self.is_optional() => quote!(present),
            InputKind::Parameter(_) => quote!(hidden),
        };
        quote!(#ident: #shown)
    }
}

/// Returns the function `new`, which takes the required fields as arguments.
pub(super) fn constructor(inputs: &[Input<'_>]) -> TokenStream {
    let (optional, required): (Vec<_>, Vec<_>) = inputs.iter().partition(|input| input.is_optional());
    let (arguments, types): (Vec<_>, Vec<_>) =
        required.iter().map(|input| (&input.ident, input.owned())).unzip();
    let absent = optional.iter().map(|input| &input.ident);
    quote! {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(#(#arguments: #types),*) -> Self {
            Self { #(#arguments,)* #(#absent: ::std::default::Default::default()),* }
        }
    }
}
