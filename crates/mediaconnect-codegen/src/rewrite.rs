//! Rewrites progenitor's output.
//!
//! - Models get the contract's order of fields, tolerant decoding, `#[non_exhaustive]` and `#[deprecated]`. They lose
//!   the derived `Debug`.
//! - [`method`] rewrites the methods of the client.
//!
//! Each step expects a fixed number of matches in progenitor's output. If the number differs, the step fails with an
//! error that names the affected code.

pub(crate) mod method;

use mediaconnect_contract::outline::{Field, Kind, Model, Operation, Outline, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Fields, File, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, parse_quote};

use crate::decode;
use crate::wire_types::{field_type, is_amount, is_list};

/// The reason why progenitor's output cannot be rewritten.
pub(crate) type Refusal = String;

pub(crate) fn rewrite(file: &mut File, outline: &Outline) -> Result<(), Refusal> {
    let before = file.items.len();
    file.items.retain(|item| !is_module(item, "prelude"));
    once(before - file.items.len(), "module `prelude`")?;
    let (mut types, mut clients, mut methods) = (0, 0, Vec::new());
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                types += 1;
                models(module, outline)?;
            }
            Item::Struct(client) if client.ident == "Client" => {
                clients += 1;
                parsed_base_url(client)?;
            }
            Item::Impl(block) if block.trait_.is_none() => methods.extend(client(block, outline)?),
            _ => {}
        }
    }
    once(types, "module `types`")?;
    once(clients, "struct `Client`")?;
    for name in outline.operations.iter().map(Operation::rust_name) {
        once(methods.iter().filter(|method| **method == name).count(), &format!("method `{name}`"))?;
    }
    for name in ["new", "new_with_client"] {
        once(methods.iter().filter(|method| *method == name).count(), &format!("method `{name}`"))?;
    }
    Ok(())
}

pub(crate) fn once(count: usize, what: &str) -> Result<(), Refusal> {
    if count == 1 { Ok(()) } else { Err(format!("progenitor wrote {what} {count} times, expected once")) }
}

fn is_module(item: &Item, name: &str) -> bool {
    matches!(item, Item::Mod(module) if module.ident == name)
}

/// Rewrites the methods of an `impl` block, and returns their names.
fn client(block: &mut ItemImpl, outline: &Outline) -> Result<Vec<String>, Refusal> {
    let mut names = Vec::new();
    for item in &mut block.items {
        let ImplItem::Fn(found) = item else { continue };
        let name = found.sig.ident.to_string();
        if let Some(operation) = outline.operations.iter().find(|operation| operation.rust_name() == name) {
            method::rewrite(found, operation)
                .map_err(|reason| format!("in the method `{name}`: {reason}"))?;
        } else if name == "new_with_client" {
            found.attrs = doc_lines(&[Some("Creates a client for the base URL of a connection.".to_owned())]);
            found.sig = parse_quote!(fn of(connection: &crate::Connection) -> Self);
            found.block = parse_quote!({
                Self { baseurl: connection.base_url.clone(), client: connection.http.clone() }
            });
        } else if name != "new" {
            return Err(format!("progenitor wrote the method `{name}`, which is not an operation"));
        }
        names.push(name);
    }
    block.items.retain(|item| !matches!(item, ImplItem::Fn(method) if method.sig.ident == "new"));
    Ok(names)
}

fn models(module: &mut ItemMod, outline: &Outline) -> Result<(), Refusal> {
    let Some((_, items)) = &mut module.content else {
        return Err("the module `types` has no content".to_owned());
    };
    // The module `error` is removed: the generated models do not use its conversion errors.
    items.retain(|item| !is_module(item, "error"));
    let (mut decoders, mut names) = (Vec::new(), Vec::new());
    for item in items.iter_mut() {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let found = outline
            .model(&name)
            .ok_or_else(|| format!("progenitor wrote the type `{name}`, which is not a model"))?;
        decoders.extend(model(item, found).map_err(|reason| format!("in the model `{name}`: {reason}"))?);
        names.push(name);
    }
    for model in &outline.models {
        once(names.iter().filter(|name| **name == model.name).count(), &format!("model `{}`", model.name))?;
    }
    items.extend(decoders);
    let imports: [Item; 2] = [
        parse_quote!(
            #[allow(unused_imports)]
            use crate::{limits, validate};
        ),
        parse_quote!(
            #[allow(unused_imports)]
            use crate::wire::fields::*;
        ),
    ];
    items.splice(0..0, imports);
    Ok(())
}

/// Rewrites a model, and returns the items that decode it.
fn model(item: &mut ItemStruct, model: &Model) -> Result<Vec<Item>, Refusal> {
    let mut decoders = decode::by_country(item, model);
    let is_derived = decoders.is_empty();
    decoders.extend(decode::wrapped_lists(model));
    let deserialize = is_derived.then(|| quote!(::serde::Deserialize));
    let docs = doc_lines(&[model.description.clone(), evidence(model.evidence.as_deref())]);
    item.attrs = vec![
        parse_quote!(#[derive(Clone, Default, PartialEq, ::serde::Serialize, #deserialize)]),
        parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
        parse_quote!(#[serde(rename_all = "camelCase")]),
        parse_quote!(#[non_exhaustive]),
    ];
    item.attrs.splice(0..0, docs);
    if model.fields.is_empty() {
        item.fields = Fields::Named(parse_quote!({}));
        item.semi_token = None;
        return Ok(decoders);
    }
    let Fields::Named(fields) = &mut item.fields else {
        return Err("the struct has no named fields".to_owned());
    };
    let mut generated: Vec<_> = std::mem::take(&mut fields.named).into_iter().collect();
    for field in &model.fields {
        let rust_name = format_ident!("{}", field.rust_name);
        let found = generated.iter().position(|candidate| candidate.ident.as_ref() == Some(&rust_name));
        let index = found.ok_or_else(|| format!("progenitor did not write the field `{rust_name}`"))?;
        let mut rewritten = generated.remove(index);
        let ty = field_type(field);
        rewritten.ty = parse_quote!(#ty);
        rewritten.attrs = field_attributes(field, model, is_derived);
        fields.named.push(rewritten);
    }
    match generated.first().and_then(|field| field.ident.as_ref()) {
        Some(unknown) => {
            Err(format!("progenitor wrote the field `{unknown}`, which the contract does not have"))
        }
        None => Ok(decoders),
    }
}

fn field_attributes(field: &Field, model: &Model, is_decoded: bool) -> Vec<Attribute> {
    let mut attributes =
        doc_lines(&[field.description.clone(), limits(&field.schema), evidence(field.evidence.as_deref())]);
    if field.deprecated {
        let note = field.deprecation.rust_note("field");
        attributes.push(parse_quote!(#[deprecated(note = #note)]));
    }
    let rename = decode::rename(field);
    let decode =
        is_decoded.then(|| decode::decoder(field, model)).map(|path| quote!(, deserialize_with = #path));
    let skip = match (is_list(&field.schema), model.sent && !field.required) {
        _ if field.sends_empty() => Some("absent"),
        (false, _) => Some("absent"),
        (true, true) => Some("Vec::is_empty"),
        // An empty list is serialized if the field is required. An empty list is also serialized if the client only
        // receives the model, for example when a response is printed.
        (true, false) => None,
    };
    let skip = skip.map(|path| quote!(, skip_serializing_if = #path));
    let encode = encoder(&field.schema).map(|path| quote!(, serialize_with = #path));
    attributes.push(parse_quote!(#[serde(#rename default #skip #encode #decode)]));
    attributes
}

/// Returns the path of the function that serializes a field; `None` if serde's default is correct. The default writes
/// an amount as a string, which is wrong for an amount that the contract defines as a number.
fn encoder(schema: &Schema) -> Option<&'static str> {
    match &schema.kind {
        Kind::Number if is_amount(schema) => Some("decimal"),
        Kind::List { items, .. } if items.kind == Kind::Number && is_amount(items) => Some("decimals"),
        _ => None,
    }
}

pub(crate) fn limits(schema: &Schema) -> Option<String> {
    let schema = match &schema.kind {
        Kind::List { items, .. } if schema.limits.max_items.is_none() => items,
        _ => schema,
    };
    let limit = &schema.limits;
    let text = limit.max_length.map(|max| format!("At most {max} characters."));
    text.or_else(|| limit.max_items.map(|max| format!("At most {max} items.")))
}

pub(crate) fn evidence(evidence: Option<&str>) -> Option<String> {
    let text = match evidence? {
        "documented" => return None,
        "example" => "Known only from an example in upstream's documentation.",
        "third-party" => "Used by third-party clients. Upstream does not document it.",
        _ => "Inferred. Upstream does not document it.",
    };
    Some(text.to_owned())
}

/// Returns the sentence about an operation that upstream does not fully document. The `x-evidence` of an operation
/// covers only the parts that have no `x-evidence` of their own, and states the source of the least certain of these
/// parts.
pub(crate) fn evidence_of_operation(evidence: Option<&str>) -> Option<String> {
    let text = match evidence? {
        "documented" => return None,
        "example" => "Part of this operation is known only from an example in upstream's documentation.",
        "third-party" => "Part of this operation, such as its path, is known only from third-party clients.",
        _ => {
            "Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`."
        }
    };
    Some(text.to_owned())
}

/// Returns doc comments. The first part is the summary, and each other part is a paragraph.
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

fn parsed_base_url(client: &mut ItemStruct) -> Result<(), Refusal> {
    let mut found = 0;
    for field in &mut client.fields {
        if field.ident.as_ref().is_some_and(|name| name == "baseurl") {
            field.ty = parse_quote!(::std::sync::Arc<::reqwest::Url>);
            found += 1;
        }
    }
    once(found, "field `baseurl` of the client")
}

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

#[cfg(test)]
mod tests;
