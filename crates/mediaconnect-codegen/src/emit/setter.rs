//! Emits the `with_*` methods of operations and of the models that they send.

use mediaconnect_contract::outline::{Kind, Model, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Ident, parse_quote};

use crate::rewrite::doc_lines;
use crate::wire_types::{ScalarType, is_hidden_text, rust_type};

/// Returns the `with_*` methods of a model in a request.
pub(super) fn setters(model: &Model) -> TokenStream {
    let name = format_ident!("{}", model.name);
    let setters = model.fields.iter().map(|field| {
        let ident = format_ident!("{}", field.rust_name);
        let mut attributes = doc_lines(&[Some(format!("Sets [`{ident}`](Self::{ident})."))]);
        if field.deprecated {
            let note = field.deprecation.rust_note("field");
            attributes.push(parse_quote!(#[deprecated(note = #note)]));
        }
        setter(&ident, &field.schema, field.sends_empty(), &attributes)
    });
    quote! {
        #[allow(deprecated)]
        impl #name {
            #(#setters)*
        }
    }
}

/// Returns the method that sets a field. `is_optional_list` is true for a list that is an `Option`.
pub(super) fn setter(
    ident: &Ident,
    schema: &Schema,
    is_optional_list: bool,
    attributes: &[Attribute],
) -> TokenStream {
    let name = format_ident!("with_{}", ident.to_string().trim_end_matches('_'));
    let (argument, set) = match &schema.kind {
        Kind::List { items, .. } => {
            let item = argument(items);
            let argument = quote!(impl ::std::iter::IntoIterator<Item = #item>);
            let list = quote!(#ident.into_iter().map(::std::convert::Into::into).collect());
            (argument, if is_optional_list { quote!(Some(#list)) } else { list })
        }
        _ => (argument(schema), quote!(Some(#ident.into()))),
    };
    quote! {
        #(#attributes)*
        #[must_use]
        pub fn #name(mut self, #ident: #argument) -> Self {
            self.#ident = #set;
            self
        }
    }
}

/// Returns the argument type of a setter, usually `impl Into<T>`. For a type `T` that is usually parsed from text, the
/// argument type is `T` itself. The compiler can then infer the type: `.with_product("CO27409".parse()?)`.
fn argument(schema: &Schema) -> TokenStream {
    let value = rust_type(schema);
    let is_number = ScalarType::of_schema(schema) == ScalarType::ByHand("CustomerNumber");
    let is_parsed = is_number || (is_hidden_text(schema) && schema.values.is_empty());
    if is_parsed { value } else { quote!(impl ::std::convert::Into<#value>) }
}
