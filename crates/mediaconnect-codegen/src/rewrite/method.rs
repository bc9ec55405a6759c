//! Rewrites the methods of the generated client.
//!
//! A rewritten method only builds a request. `Connection` sends all requests, so the sending code is compiled only
//! once. Further changes:
//!
//! - The base URL is parsed once per client.
//! - The arguments get the types of the [outline](mediaconnect_contract::outline), because progenitor sees only
//!   strings.
//! - The header `api-version` is removed.

use mediaconnect_contract::outline::{Field, Kind, Operation, Parameter};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprMethodCall, FnArg, ImplItemFn, Lit, LitStr, Local, Macro, Pat, Stmt, Token, parse_quote,
};

use crate::rewrite::{Refusal, doc_lines, once};
use crate::wire_types::{is_amount, is_hidden_text, is_list, is_plain_text, is_primitive, rust_type};

pub(crate) fn rewrite(method: &mut ImplItemFn, operation: &Operation) -> Result<(), Refusal> {
    let request = operation.rust_type();
    // The type of an inferred operation exists only with the feature `unverified`. Its name is therefore not a link,
    // because the link would be broken without this feature.
    let request = if operation.is_inferred() {
        format!("`{request}`")
    } else {
        format!("[`{request}`](crate::operations::{request})")
    };
    method.attrs = doc_lines(&[
        Some(format!("Builds the request of {request} without sending it.")),
        deprecated_parameters(operation),
        Some("# Errors\nReturns an error if a value cannot be written into a request.".to_owned()),
    ]);
    if operation.deprecated {
        let note = operation.deprecation.rust_note("operation");
        method.attrs.push(parse_quote!(#[deprecated(note = #note)]));
    }
    // `#[inline]` saves compile time, because a method is then compiled only in the crates that call it.
    method.attrs.push(parse_quote!(#[inline]));
    arguments(method, operation)?;
    method.sig.asyncness = None;
    method.sig.output = parse_quote!(-> Result<::reqwest::Request, Error<()>>);
    headers(&mut method.block, operation)?;
    texts(&mut method.block, operation)?;
    url(&mut method.block)?;
    optional_body(&mut method.block, operation)?;
    built(&mut method.block, &operation.rust_name())
}

/// The name of the argument for the request's body.
pub(crate) const BODY: &str = "body";

pub(crate) fn argument_names(method: &ImplItemFn) -> Vec<String> {
    let names = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(name) => Some(name.ident.to_string()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    names.collect()
}

/// Changes the types of the arguments to those of the outline. Fails if the names of the arguments differ from those in
/// the contract.
fn arguments(method: &mut ImplItemFn, operation: &Operation) -> Result<(), Refusal> {
    let names = argument_names(method);
    let parameters = operation.parameters.iter().map(|parameter| parameter.field.rust_name.clone());
    let mut expected: Vec<_> = parameters.chain(operation.request.iter().map(|_| BODY.to_owned())).collect();
    let mut found = names.clone();
    expected.sort();
    found.sort();
    if found != expected {
        return Err(format!("progenitor wrote the arguments {found:?}, expected {expected:?}"));
    }
    let arguments = names.iter().map(|name| {
        let ident = format_ident!("{name}");
        let ty = match parameter(operation, name) {
            Some(parameter) => argument_type(&parameter.field),
            None => body_type(operation),
        };
        quote!(#ident: #ty)
    });
    method.sig.inputs = parse_quote!(&'a self, #(#arguments),*);
    Ok(())
}

pub(crate) fn parameter<'o>(operation: &'o Operation, name: &str) -> Option<&'o Parameter> {
    operation.parameters.iter().find(|parameter| parameter.field.rust_name == name)
}

fn argument_type(field: &Field) -> TokenStream {
    let value = rust_type(&field.schema);
    let borrowed = match &field.schema {
        schema if is_primitive(schema) => value,
        schema if is_plain_text(schema) => quote!(&'a str),
        _ => quote!(&'a #value),
    };
    // A list needs no `Option`, because an empty list already adds nothing to the query.
    if field.required || is_list(&field.schema) { borrowed } else { quote!(::std::option::Option<#borrowed>) }
}

fn body_type(operation: &Operation) -> TokenStream {
    let Some(body) = &operation.request else { return quote!(()) };
    let ty = rust_type(&body.schema);
    if body.required { quote!(&'a #ty) } else { quote!(::std::option::Option<&'a #ty>) }
}

/// Returns a note for each deprecated parameter, because Rust has no attribute for a deprecated argument.
fn deprecated_parameters(operation: &Operation) -> Option<String> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.field);
    let lines = parameters.filter(|field| field.deprecated).map(|field| {
        format!("Deprecated: `{}`: {}.", field.rust_name, field.deprecation.rust_note("parameter"))
    });
    Some(lines.collect::<Vec<_>>().join("\n\n")).filter(|text| !text.is_empty())
}

/// Removes the header `api-version`. If no other header is left, the header map is removed too.
fn headers(block: &mut Block, operation: &Operation) -> Result<(), Refusal> {
    let before = block.stmts.len();
    block.stmts.retain(|statement| !text_of(statement).contains("from_static (\"api-version\")"));
    once(before - block.stmts.len(), "the header `api-version`")?;
    let count = operation.parameters.iter().filter(|parameter| parameter.location == "header").count();
    let mut maps = 0;
    block.stmts.retain_mut(|statement| {
        let Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) = statement else {
            return true;
        };
        if name.ident != "header_map" {
            return true;
        }
        maps += 1;
        init.expr = parse_quote!(::reqwest::header::HeaderMap::with_capacity(#count));
        count > 0
    });
    once(maps, "the map of headers")?;
    let mut uses = UsesOfHeaders { count: 0, are_kept: count > 0 };
    uses.visit_block_mut(block);
    once(uses.count, "the call that adds the headers to the request")?;
    let appended =
        block.stmts.iter().filter(|statement| text_of(statement).contains("header_map . append")).count();
    if appended == count {
        Ok(())
    } else {
        Err(format!("progenitor appends {appended} headers, the contract has {count}"))
    }
}

struct UsesOfHeaders {
    count: usize,
    are_kept: bool,
}

impl VisitMut for UsesOfHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            self.count += 1;
            if !self.are_kept {
                *expression = (*call.receiver).clone();
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// Replaces `text.to_string()` by `text.as_str()`, because the redacted string types do not implement `Display`.
fn texts(block: &mut Block, operation: &Operation) -> Result<(), Refusal> {
    for parameter in operation.parameters.iter().filter(|parameter| parameter.location != "query") {
        if !is_hidden_text(&parameter.field.schema) {
            continue;
        }
        let name = &parameter.field.rust_name;
        let mut texts = Texts { name, count: 0 };
        match (parameter.location.as_str(), parameter.field.required) {
            // For an optional header, progenitor writes `if let Some(value) = name { … }`. The call to `to_string` is
            // therefore `value.to_string()`, and not `name.to_string()`.
            ("header", false) => {
                let condition = format!("Some (value) = {name} ");
                for statement in &mut block.stmts {
                    if text_of(statement).contains(&condition) {
                        (Texts { name: "value", count: 0 }).in_statement(statement, &mut texts.count);
                    }
                }
            }
            _ => texts.visit_block_mut(block),
        }
        once(texts.count, &format!("the conversion of `{name}` to a string"))?;
    }
    Ok(())
}

struct Texts<'a> {
    name: &'a str,
    count: usize,
}

impl Texts<'_> {
    fn in_statement(mut self, statement: &mut Stmt, count: &mut usize) {
        self.visit_stmt_mut(statement);
        *count += self.count;
    }
}

impl VisitMut for Texts<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "to_string" && text_of(&call.receiver) == self.name {
            call.method = format_ident!("as_str");
            self.count += 1;
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

/// Replaces `format!("{}/path", self.baseurl)` by `crate::url(&self.baseurl, &format!("/path"))`.
fn url(block: &mut Block) -> Result<(), Refusal> {
    let mut urls = Urls(0);
    urls.visit_block_mut(block);
    once(urls.0, "the URL formatted from the base URL and the path")
}

struct Urls(usize);

impl VisitMut for Urls {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match path_of(expression) {
            Some(path) => {
                self.0 += 1;
                *expression = parse_quote!(crate::url(&self.baseurl, &#path));
            }
            None => visit_mut::visit_expr_mut(self, expression),
        }
    }
}

/// Returns the path in `format!("{}/path", self.baseurl)` as an expression; `None` for any other expression.
fn path_of(expression: &Expr) -> Option<Expr> {
    let Expr::Macro(found) = expression else { return None };
    let arguments = found.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
    let mut arguments = arguments.into_iter();
    let Expr::Lit(template) = arguments.next()? else { return None };
    let Lit::Str(template) = template.lit else { return None };
    let path = LitStr::new(template.value().strip_prefix("{}")?, template.span());
    (text_of(&arguments.next()?) == "self . baseurl").then(|| parse_quote!(format!(#path #(, #arguments)*)))
}

/// Replaces `request.json(&body)` by `with_json(request, body)` if the body is optional.
fn optional_body(block: &mut Block, operation: &Operation) -> Result<(), Refusal> {
    let Some(body) = &operation.request else { return Ok(()) };
    let mut bodies = Bodies { count: 0, is_optional: !body.required };
    bodies.visit_block_mut(block);
    once(bodies.count, "the body of the request")
}

struct Bodies {
    count: usize,
    is_optional: bool,
}

impl VisitMut for Bodies {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "json"
            && call.args.first().is_some_and(|argument| text_of(argument) == "& body")
        {
            self.count += 1;
            let request = &call.receiver;
            if self.is_optional {
                *expression = parse_quote!(crate::operation::with_json(#request, body));
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// Removes all code after the line that builds the request.
///
/// The removed code would send the request and decode the response. Instead, `Connection` sends requests, and the
/// client decodes responses with a size limit.
fn built(block: &mut Block, name: &str) -> Result<(), Refusal> {
    let info = format!("let info = OperationInfo {{ operation_id : \"{name}\" , }} ;");
    let hooks = [
        info.as_str(),
        "self . pre (& mut request , & info) . await ? ;",
        "let result = self . exec (request , & info) . await ;",
        "self . post (& result , & info) . await ? ;",
        "let response = result ? ;",
        "match response . status () . as_u16 ()",
    ];
    let text = |statement: &Stmt| match statement {
        Stmt::Expr(Expr::Match(end), None) => format!("match {}", text_of(&end.expr)),
        statement => text_of(statement),
    };
    let end = block.stmts.len().saturating_sub(hooks.len());
    once(
        usize::from(block.stmts[end..].iter().map(text).eq(hooks)),
        "the statements that send the request and decode the response",
    )?;
    block.stmts.truncate(end);
    match block.stmts.pop() {
        Some(Stmt::Local(Local { pat, init: Some(init), .. })) if text_of(&pat) == "mut request" => {
            let built = init.expr;
            block.stmts.push(Stmt::Expr(parse_quote!(Ok(#built)), None));
            Ok(())
        }
        _ => once(0, "the statement that builds the request"),
    }
}

fn text_of(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}

/// Returns true if the parameter is a header whose value is a string, but not a closed enum or an amount. The string
/// needs a check for characters that are invalid in a header.
pub(crate) fn is_header_text(parameter: &Parameter) -> bool {
    let schema = &parameter.field.schema;
    let is_free = schema.values.is_empty() || schema.open;
    let is_text = schema.kind == Kind::Text && is_free && !is_amount(schema);
    parameter.location == "header" && is_text
}
