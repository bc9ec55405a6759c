//! What the generator wrote, made fit to be public.
//!
//! Models: fields in the contract's order, tolerant decoding, no derived `Debug`, `#[non_exhaustive]`,
//! `#[deprecated]` where the contract says so. Client: methods return the answer as it came, without the
//! `api-version` header that nobody asked for, and the base URL is parsed once and not for each request.

use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Schema};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, ExprMethodCall, Fields, File, ImplItem, ImplItemFn, Item, ItemMod, ItemStruct, Lit,
    LitStr, Macro, Stmt, Token, parse_quote,
};

/// Rewrites the generated file in place.
pub(crate) fn rewrite(file: &mut File, outline: &Outline) {
    file.items.retain(|item| !is_module(item, "prelude"));
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => models(module, outline),
            Item::Struct(client) if client.ident == "Client" => parsed_base_url(client),
            Item::Impl(block) if block.trait_.is_none() => {
                block.items.retain(|item| !is_method(item, "new"));
                for item in &mut block.items {
                    if let ImplItem::Fn(method) = item {
                        client_method(method, outline);
                    }
                }
            }
            _ => {}
        }
    }
}

fn is_module(item: &Item, name: &str) -> bool {
    matches!(item, Item::Mod(module) if module.ident == name)
}

fn is_method(item: &ImplItem, name: &str) -> bool {
    matches!(item, ImplItem::Fn(method) if method.sig.ident == name)
}

fn models(module: &mut ItemMod, outline: &Outline) {
    let Some((_, items)) = &mut module.content else { return };
    // Conversion errors of types that the view does not let typify make.
    items.retain(|item| !is_module(item, "error"));
    for item in items {
        if let Item::Struct(item) = item
            && let Some(found) = outline.model(&item.ident.to_string())
        {
            model(item, found);
        }
    }
}

fn model(item: &mut ItemStruct, model: &Model) {
    let docs = doc_lines(&[model.description.clone(), evidence(model.evidence.as_deref())]);
    item.attrs = vec![
        parse_quote!(#[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]),
        parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
        parse_quote!(#[non_exhaustive]),
    ];
    item.attrs.splice(0..0, docs);
    let Fields::Named(fields) = &mut item.fields else { return };
    let mut generated: Vec<_> = std::mem::take(&mut fields.named).into_iter().collect();
    for field in &model.fields {
        let rust_name = format_ident!("{}", field.rust_name);
        let found = generated.iter().position(|candidate| candidate.ident.as_ref() == Some(&rust_name));
        if let Some(index) = found {
            let mut rewritten = generated.remove(index);
            rewritten.attrs = field_attributes(field, model);
            fields.named.push(rewritten);
        }
    }
    // Whatever the outline does not know stays as the generator wrote it.
    fields.named.extend(generated);
}

fn field_attributes(field: &Field, model: &Model) -> Vec<Attribute> {
    let mut attributes =
        doc_lines(&[field.description.clone(), limits(&field.schema), evidence(field.evidence.as_deref())]);
    if field.deprecated {
        let note = field.deprecation.rust_note("field");
        attributes.push(parse_quote!(#[deprecated(note = #note)]));
    }
    let wire_name = &field.wire_name;
    let decode = decoder(field).map(|path| quote!(, deserialize_with = #path));
    let is_list = matches!(field.schema.kind, Kind::List { .. });
    let skip = match (is_list, model.sent && !field.required) {
        (false, _) => Some("::std::option::Option::is_none"),
        (true, true) => Some("::std::vec::Vec::is_empty"),
        // Whoever prints an answer finds each list, be it empty; and a required one is sent empty.
        (true, false) => None,
    };
    let skip = skip.map(|path| quote!(, skip_serializing_if = #path));
    attributes.push(parse_quote!(#[serde(rename = #wire_name, default #skip #decode)]));
    attributes
}

/// The function of `wire::lenient` that decodes a field; `None` for the field's own implementation.
fn decoder(field: &Field) -> Option<String> {
    let name = match &field.schema.kind {
        Kind::List { wrapper: Some(_), .. } => "wrapped_list",
        Kind::List { wrapper: None, .. } => "list",
        Kind::Text if field.schema.name.is_none() => "text",
        Kind::Boolean => "boolean",
        // Texts of a type of their own keep an empty text as it came.
        Kind::Text => return None,
        Kind::Integer | Kind::Number | Kind::Object(_) | Kind::Other(_) => "optional",
    };
    Some(format!("crate::wire::lenient::{name}"))
}

fn limits(schema: &Schema) -> Option<String> {
    let schema = match &schema.kind {
        Kind::List { items, .. } if schema.limits.max_items.is_none() => items,
        _ => schema,
    };
    let limit = &schema.limits;
    let text = limit.max_length.map(|max| format!("Documented limit: {max} characters."));
    text.or_else(|| limit.max_items.map(|max| format!("Documented limit: {max} items.")))
}

fn evidence(evidence: Option<&str>) -> Option<String> {
    let text = match evidence? {
        "documented" => return None,
        "example" => "Upstream shows it in an example only.",
        "third-party" => "Known from third-party clients; upstream does not document it.",
        _ => "Inferred; upstream does not document it.",
    };
    Some(text.to_owned())
}

/// Doc comments: the first part is the summary, the others are paragraphs.
pub(crate) fn doc_lines(parts: &[Option<String>]) -> Vec<Attribute> {
    let text: Vec<String> = parts.iter().flatten().map(|part| part.trim().to_owned()).collect();
    text.join("\n\n")
        .lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

fn parsed_base_url(client: &mut ItemStruct) {
    for field in &mut client.fields {
        if field.ident.as_ref().is_some_and(|name| name == "baseurl") {
            field.ty = parse_quote!(::reqwest::Url);
        }
    }
}

fn client_method(method: &mut ImplItemFn, outline: &Outline) {
    let name = method.sig.ident.to_string();
    if let Some(operation) = outline.operations.iter().find(|operation| operation.rust_name() == name) {
        operation_method(method, operation);
    } else if name == "new_with_client" {
        method.attrs = doc_lines(&[Some(
            "A client of a base URL, with the HTTP client to use and what each request needs.".to_owned(),
        )]);
        method.sig.inputs =
            parse_quote!(baseurl: ::reqwest::Url, client: ::reqwest::Client, inner: crate::Context);
        method.block = parse_quote!({ Self { baseurl, client, inner } });
    }
}

fn operation_method(method: &mut ImplItemFn, operation: &Operation) {
    method.attrs = doc_lines(&[
        operation.summary.clone(),
        operation.description.clone(),
        Some(format!("`{} {}`", operation.method, operation.path)),
        deprecated_parameters(operation),
        evidence(operation.evidence.as_deref()),
        Some("# Errors\nWhen no answer came. Any answer is `Ok`, whatever its status.".to_owned()),
    ]);
    if operation.deprecated {
        let note = operation.deprecation.rust_note("operation");
        method.attrs.push(parse_quote!(#[deprecated(note = #note)]));
    }
    method.sig.output = parse_quote!(-> Result<::reqwest::Response, Error<()>>);
    WithoutApiVersion.visit_block_mut(&mut method.block);
    TextsOfPath(operation).visit_block_mut(&mut method.block);
    UrlOfPath.visit_block_mut(&mut method.block);
    // The generator ends with a match on the status that decodes the body; ours is decoded above it, with a cap.
    if let Some(last) = method.block.stmts.last_mut() {
        *last = Stmt::Expr(parse_quote!(Ok(response)), None);
    }
}

/// Rust has no attribute for a deprecated argument, so the documentation says it.
fn deprecated_parameters(operation: &Operation) -> Option<String> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.field);
    let lines = parameters.filter(|field| field.deprecated).map(|field| {
        format!("Deprecated: `{}`: {}.", field.rust_name, field.deprecation.rust_note("parameter"))
    });
    Some(lines.collect::<Vec<_>>().join("\n\n")).filter(|text| !text.is_empty())
}

/// Removes the header `api-version`, and the header map when nothing else is in it.
struct WithoutApiVersion;

impl VisitMut for WithoutApiVersion {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| !text_of(statement).contains("api-version"));
        let is_empty =
            block.stmts.iter().filter(|statement| text_of(statement).contains("header_map")).count() == 2;
        if is_empty {
            block.stmts.retain(|statement| !text_of(statement).starts_with("let mut header_map"));
            visit_mut::visit_block_mut(self, block);
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            *expression = (*call.receiver).clone();
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// Makes `text.as_str()` of `text.to_string()`: the types of texts have no `Display`, so that nothing prints them.
struct TextsOfPath<'a>(&'a Operation);

impl VisitMut for TextsOfPath<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        let receiver = text_of(&call.receiver);
        let is_text = self.0.parameters.iter().any(|parameter| {
            let Field { rust_name, schema, .. } = &parameter.field;
            *rust_name == receiver && schema.name.is_some() && schema.kind == Kind::Text
        });
        if is_text && call.method == "to_string" {
            call.method = format_ident!("as_str");
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let arguments = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        if let Ok(mut arguments) = arguments {
            arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            call.tokens = arguments.to_token_stream();
        }
    }
}

/// Makes `self.url(&format!("/path"))` of `format!("{}/path", self.baseurl)`.
struct UrlOfPath;

impl VisitMut for UrlOfPath {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match path_of(expression) {
            Some(path) => *expression = parse_quote!(self.url(&#path)),
            None => visit_mut::visit_expr_mut(self, expression),
        }
    }
}

/// The text of the path in an expression that formats the base URL and a path.
fn path_of(expression: &Expr) -> Option<Expr> {
    let Expr::Macro(found) = expression else { return None };
    let arguments = found.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
    let mut arguments = arguments.into_iter();
    let Expr::Lit(template) = arguments.next()? else { return None };
    let Lit::Str(template) = template.lit else { return None };
    let path = LitStr::new(template.value().strip_prefix("{}")?, template.span());
    (text_of(&arguments.next()?) == "self . baseurl").then(|| parse_quote!(format!(#path #(, #arguments)*)))
}

fn text_of(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}

/// Items of a module `types`.
pub(crate) fn append_to_types(file: &mut File, items: Vec<TokenStream>) {
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "types"
            && let Some((_, content)) = &mut module.content
        {
            content.extend(items.into_iter().map(|tokens| -> Item { parse_quote!(#tokens) }));
            return;
        }
    }
}
