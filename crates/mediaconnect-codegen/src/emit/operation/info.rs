//! Emits the `OperationInfo` of an operation: its metadata in the contract, as static data.

use std::collections::BTreeSet;

use mediaconnect_contract::outline::{Field, Has, Kind, Operation, Schema};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::{Map, Value};

use super::OperationEmitter;

impl OperationEmitter<'_> {
    pub(crate) fn info(&self) -> TokenStream {
        let Operation { id, method, path, .. } = self.operation;
        let group = self.outline.group(self.operation);
        let group_name = group.map_or("", |group| &group.name);
        let accessor = group.and_then(|group| group.accessor.as_deref()).unwrap_or_default();
        let name = self.operation.method_name();
        let summary = self.operation.summary.as_deref().unwrap_or_default();
        let evidence = evidence(self.operation.evidence.as_deref());
        let parameters = self.parameters();
        let body = self.body_fields();
        let statuses = self.operation.responses.iter().map(|response| &response.status);
        let safe = self.operation.safe_to_retry.unwrap_or(false);
        let mode = format_ident!("{}", if self.operation.is_user_mode() { "User" } else { "Client" });
        let rule = self.operation.success_rule().unwrap_or_default();
        let may_be_empty = rule.flag.is_some();
        let lists = match &rule.has {
            Some(Has::Fields(names)) => names.as_slice(),
            _ => &[],
        };
        let lists = lists.iter().filter(|name| {
            let field = self.output_fields().iter().find(|field| field.wire_name == **name);
            field.is_some_and(|field| matches!(field.schema.kind, Kind::List { .. }))
        });
        let kind = self.response_kind();
        let request = self.request_example().to_string();
        let response = self.operation.success().and_then(|success| success.body.as_ref());
        let response =
            response.and_then(|body| self.body_example(&body.pointer)).unwrap_or_default().to_string();
        quote! {
            crate::operation::OperationInfo {
                id: #id,
                group: #group_name,
                accessor: #accessor,
                name: #name,
                summary: #summary,
                method: #method,
                path: #path,
                evidence: #evidence,
                safe_to_retry: #safe,
                mode: crate::operation::Mode::#mode,
                parameters: &[#(#parameters),*],
                body: #body,
                statuses: &[#(#statuses),*],
                response: crate::operation::ResponseKind::#kind,
                lists: &[#(#lists),*],
                may_be_empty: #may_be_empty,
                request_example: #request,
                response_example: #response,
            }
        }
    }

    pub(crate) fn response_kind(&self) -> Ident {
        let body = self.operation.success().and_then(|success| success.body.as_ref());
        let is_proof = self.operation.success_rule().is_some_and(|rule| rule.origin);
        format_ident!(
            "{}",
            match body.map(|body| &body.schema.kind) {
                None => "Nothing",
                Some(_) if is_proof => "Unproven",
                Some(Kind::List { .. }) => "List",
                Some(_) => "Object",
            }
        )
    }

    /// Returns the parameters. Path parameters come first, in their order in the path.
    fn parameters(&self) -> Vec<TokenStream> {
        let mut parameters: Vec<_> = self.operation.parameters.iter().collect();
        parameters.sort_by_key(|parameter| {
            self.operation.path.find(&format!("{{{}}}", parameter.field.wire_name)).unwrap_or(usize::MAX)
        });
        let parameters = parameters.into_iter().map(|parameter| {
            let location = match parameter.location.as_str() {
                "path" => quote!(Path),
                "header" => quote!(Header),
                _ => quote!(Query),
            };
            let field = &parameter.field;
            parameter_info(&field.wire_name, &location, field.required, field)
        });
        parameters.collect()
    }

    fn body_fields(&self) -> TokenStream {
        let Some(body) = &self.operation.request else { return quote!(None) };
        let mut fields = Vec::new();
        self.add_fields("", true, &body.schema, &mut BTreeSet::new(), &mut fields);
        quote!(Some(&[#(#fields),*]))
    }

    /// Adds the fields of an object. A nested object is flattened into its fields. A list of objects is added as one
    /// field.
    fn add_fields<'a>(
        &'a self,
        prefix: &str,
        required: bool,
        object: &'a Schema,
        around: &mut BTreeSet<&'a str>,
        fields: &mut Vec<TokenStream>,
    ) {
        for field in self.outline.fields(object) {
            let path = format!("{prefix}{}", field.wire_name);
            let required = required && field.required;
            match &field.schema.kind {
                Kind::Object(Some(name)) if around.insert(name) => {
                    self.add_fields(&format!("{path}."), required, &field.schema, around, fields);
                    around.remove(name.as_str());
                }
                _ => fields.push(parameter_info(&path, &quote!(Body), required, field)),
            }
        }
    }

    /// Returns the examples of the parameters and the body, by name.
    fn request_example(&self) -> Value {
        let parameters = self.operation.parameters.iter().filter_map(|parameter| {
            let Field { wire_name, pointer, .. } = &parameter.field;
            Some((wire_name.clone(), self.contract.example(pointer)?.clone()))
        });
        let body = self.operation.request.as_ref().and_then(|body| self.body_example(&body.pointer));
        parameters.chain(body.map(|body| ("body".to_owned(), body))).collect::<Map<_, _>>().into()
    }

    /// Returns the example of a body. `schema` is the pointer of the body's schema.
    fn body_example(&self, schema: &str) -> Option<Value> {
        self.contract.example(schema.strip_suffix("/schema")?).cloned()
    }
}

fn parameter_info(name: &str, location: &TokenStream, required: bool, field: &Field) -> TokenStream {
    let (schema, repeated) = match &field.schema.kind {
        Kind::List { items, .. } => (&**items, true),
        _ => (&field.schema, false),
    };
    let kind = match schema.kind {
        Kind::Text => quote!(Text),
        Kind::Integer => quote!(Integer),
        Kind::Number => quote!(Number),
        Kind::Boolean => quote!(Boolean),
        _ => quote!(Json),
    };
    let description = field.description.as_deref().or(schema.description.as_deref()).unwrap_or_default();
    let sensitivity = match field.sensitivity.as_deref() {
        Some("none") => Some(quote!(.sensitivity(Sensitivity::None))),
        Some("secret") => Some(quote!(.sensitivity(Sensitivity::Secret))),
        _ => None,
    };
    let required = required.then(|| quote!(.required()));
    let repeated = repeated.then(|| quote!(.repeated()));
    let values = (!schema.values.is_empty()).then(|| {
        let (values, open) = (&schema.values, schema.open);
        quote!(.values(&[#(#values),*], #open))
    });
    let format = schema.format.as_ref().map(|format| quote!(.format(#format)));
    let limits = &schema.limits;
    let length = bounds("length", limits.min_length, limits.max_length);
    let range = bounds("range", limits.minimum, limits.maximum);
    quote! {
        ParameterInfo::new(Location::#location, ValueKind::#kind, #name)
            .description(#description) #required #repeated #values #format #length #range #sensitivity
    }
}

/// Returns the code `.method(min, max)`; `None` if there is neither a minimum nor a maximum.
fn bounds<T: ToTokens>(method: &str, min: Option<T>, max: Option<T>) -> Option<TokenStream> {
    let method = format_ident!("{method}");
    let has_bounds = min.is_some() || max.is_some();
    let [min, max] = [min, max].map(|bound| bound.map_or_else(|| quote!(None), |bound| quote!(Some(#bound))));
    has_bounds.then(|| quote!(.#method(#min, #max)))
}

fn evidence(word: Option<&str>) -> TokenStream {
    let variant = match word {
        Some("documented") => quote!(Documented),
        Some("example") => quote!(Example),
        Some("third-party") => quote!(ThirdParty),
        _ => quote!(Inferred),
    };
    quote!(crate::operation::Evidence::#variant)
}
