//! Emits `Operation::confirms`, which checks a response against `x-success`.

use mediaconnect_contract::outline::{Field, Has, Kind};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::OperationEmitter;
use crate::emit;
use crate::wire_types::{is_amount, is_list};

impl OperationEmitter<'_> {
    /// Returns the fields of a successful response. If the response is not an object, there are none.
    pub(crate) fn output_fields(&self) -> &[Field] {
        let model = self.operation.output().and_then(|name| self.outline.model(name));
        model.map_or(&[], |model| &model.fields)
    }

    pub(super) fn confirms(&self) -> TokenStream {
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
        // `has: any` does not count a field that error bodies also have, because such a field does not prove a success.
        let errors = emit::error_members(self.outline);
        let fields = self.output_fields().iter();
        let promised: Vec<&Field> = match &rule.has {
            None => Vec::new(),
            Some(Has::Any) => fields.filter(|field| !errors.contains(&field.wire_name.as_str())).collect(),
            Some(Has::Fields(names)) => fields.filter(|field| names.contains(&field.wire_name)).collect(),
        };
        let body = self.operation.success().and_then(|success| success.body.as_ref());
        let is_bare_list = body.is_some_and(|body| is_list(&body.schema));
        let is_named = matches!(&rule.has, Some(Has::Fields(_)));
        let output = quote!(output);
        let has = (!promised.is_empty()).then(|| {
            let present = promised.iter().map(|field| match self.item_has_value(field) {
                // The name of the list proves nothing, because another server may use the same name for other data. An
                // item must therefore have a value in a known field.
                Some(item) if !is_named => {
                    let ident = format_ident!("{}", field.rust_name);
                    quote!(output.#ident.iter().any(|item| #item))
                }
                _ => has_value(&output, field),
            });
            let present = quote!(#(#present)||*);
            let present = if is_bare_list {
                quote!((!output.is_empty() && output.iter().all(|output| #present)))
            } else {
                quote!((#present))
            };
            quote!(if !#present { return Err(crate::operation::Doubt::Nothing); })
        });
        let lists = promised.iter().filter(|_| is_named && !is_bare_list);
        let items = lists.filter_map(|field| {
            let (ident, item) = (format_ident!("{}", field.rust_name), self.item_has_value(field)?);
            let is_known = quote!(output.#ident.iter().all(|item| #item));
            Some(quote!(if !#is_known { return Err(crate::operation::Doubt::EmptyItem); }))
        });
        let matches = rule.matches.iter().map(|(found, sent)| {
            let matches = self.matches(found, sent);
            if is_bare_list { quote!(for output in output.iter() { #matches }) } else { matches }
        });
        let body: Vec<TokenStream> = flag.chain(matches).chain(items).chain(has).collect();
        let output = if body.is_empty() { format_ident!("_") } else { format_ident!("output") };
        quote! {
            #[inline]
            fn confirms(&self, #output: &Self::Output) -> Result<(), crate::operation::Doubt> {
                #(#body)*
                Ok(())
            }
        }
    }

    /// Returns code that compares a field of the response with a value of the request. `found` is the path of the
    /// field, and `sent` is the path of the value.
    fn matches(&self, found: &str, sent: &str) -> TokenStream {
        self.compare(&quote!(output), self.output_fields(), found, found, &self.sent(sent))
    }

    /// Returns an expression of the type `Option<&T>` for the request value at `path`, and the contract's field for
    /// this value.
    fn sent(&self, path: &str) -> Sent<'_> {
        let Some(path) = path.strip_prefix("body.") else {
            let parameter = self.operation.parameters.iter().map(|parameter| &parameter.field);
            let field = parameter.into_iter().find(|field| field.wire_name == path);
            let ident = format_ident!("{}", field.map_or(path, |field| field.rust_name.as_str()));
            let is_optional = field.is_some_and(|field| !field.required);
            let value = if is_optional { quote!(self.#ident.as_ref()) } else { quote!(Some(&self.#ident)) };
            return Sent { value, field };
        };
        let body = self.operation.request.as_ref();
        let mut fields = self.model_fields(body.and_then(|body| body.schema.model()));
        let is_optional = body.is_some_and(|body| !body.required);
        let value = if is_optional { quote!(self.body.as_ref()) } else { quote!(Some(&self.body)) };
        let mut sent = Sent { value, field: None };
        for name in path.split('.') {
            let (value, ident) = (sent.value, field_ident(fields, name));
            let field = fields.iter().find(|field| field.wire_name == name);
            sent = Sent { value: quote!(#value.and_then(|value| value.#ident.as_ref())), field };
            fields = self.model_fields(field.and_then(|field| field.schema.model()));
        }
        sent
    }

    fn compare(
        &self,
        value: &TokenStream,
        fields: &[Field],
        path: &str,
        whole: &str,
        sent: &Sent<'_>,
    ) -> TokenStream {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let name = first.trim_end_matches("[]");
        let ident = field_ident(fields, name);
        let field = fields.iter().find(|field| field.wire_name == name);
        let inner = if let Some(rest) = rest {
            let fields = self.model_fields(field.and_then(|field| field.schema.model()));
            self.compare(&quote!(found), fields, rest, whole, sent)
        } else {
            let differs = differs(field, sent.field);
            let sent = &sent.value;
            quote! {
                if #sent.is_some_and(|sent| #differs) {
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

    /// Returns an expression that is true if the list item `item` has a value in at least one of its fields. Returns
    /// `None` if `field` is not a list of models, or if the model has no fields.
    fn item_has_value(&self, field: &Field) -> Option<TokenStream> {
        let model = field.schema.model().filter(|_| is_list(&field.schema));
        let fields = self.model_fields(model).iter().map(|field| has_value(&quote!(item), field));
        let any = quote!(#(#fields)||*);
        (!any.is_empty()).then_some(any)
    }

    fn model_fields(&self, model: Option<&str>) -> &[Field] {
        model.and_then(|name| self.outline.model(name)).map_or(&[], |model| &model.fields)
    }
}

/// A value of the request.
struct Sent<'a> {
    value: TokenStream,
    field: Option<&'a Field>,
}

/// Returns an expression that is true if `found` is another value than `sent`.
fn differs(found: Option<&Field>, sent: Option<&Field>) -> TokenStream {
    let is_text = |field: &Field| match &field.schema.kind {
        Kind::List { items, .. } => items.kind == Kind::Text && !is_amount(items),
        kind => *kind == Kind::Text && !is_amount(&field.schema),
    };
    let is_code = |field: &Field| field.sensitivity.as_deref() == Some("none");
    match (found.is_some_and(is_text), sent.is_some_and(is_text)) {
        // The case of a code in the response may differ from the case in the request.
        (true, _) if found.is_some_and(is_code) => {
            quote!(!AsRef::<str>::as_ref(found).eq_ignore_ascii_case(AsRef::<str>::as_ref(sent)))
        }
        (true, _) => quote!(AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)),
        // Upstream may write the same id as a string in a request and as an integer in a response. A string that is not
        // a number differs from every integer.
        (false, true) => {
            quote!(AsRef::<str>::as_ref(sent).parse().ok() != Some(i64::from(*found)))
        }
        (false, false) => quote!(found != sent),
    }
}

fn field_ident(fields: &[Field], wire_name: &str) -> Ident {
    let field = fields.iter().find(|field| field.wire_name == wire_name);
    format_ident!("{}", field.map_or(wire_name, |field| field.rust_name.as_str()))
}

/// Returns an expression that is true if a field of `value` has a value. An empty string or an object without any known
/// field does not count.
fn has_value(value: &TokenStream, field: &Field) -> TokenStream {
    let ident = format_ident!("{}", field.rust_name);
    match &field.schema.kind {
        Kind::List { .. } => quote!(!#value.#ident.is_empty()),
        Kind::Object(Some(_)) | Kind::Map { .. } => {
            quote!(#value.#ident.as_ref().is_some_and(|found| *found != ::std::default::Default::default()))
        }
        Kind::Text if !is_amount(&field.schema) => {
            quote!(#value.#ident.as_ref().is_some_and(|found| !found.as_str().is_empty()))
        }
        _ => quote!(#value.#ident.is_some()),
    }
}
