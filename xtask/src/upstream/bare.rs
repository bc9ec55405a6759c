//! Bare outlines. They omit documentation, extensions and the names of security schemes, because these differ between
//! any two documents.

use std::collections::{BTreeMap, BTreeSet};

use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Operation, Outline, Scheme};
use serde_json::Value;

use super::lifecycle;

type Alternative = BTreeMap<String, Vec<String>>;

/// Returns the bare outline of a document. The outline also contains the deprecation of each operation, even if only an
/// extension states it. The pointers in the outline refer to the document.
pub(super) fn outline(contract: &Contract) -> Outline {
    let mut document = bare(contract.document(), Keys::Keywords);
    if let Some(root) = document.as_object_mut() {
        root.remove("info");
    }
    let mut outline = Outline::of_document(&document);
    name_schemes(&mut outline);
    for operation in &mut outline.operations {
        let Some(node) = contract.document().pointer(&operation.pointer) else { continue };
        operation.deprecated |= lifecycle::is_deprecated(node);
        operation.deprecation.sunset = node.get("x-sunset").and_then(Value::as_str).map(str::to_owned);
    }
    outline
}

/// Returns the title of an operation, which the bare outline lacks.
pub(super) fn title<'a>(contract: &'a Contract, operation: &Operation) -> Option<&'a str> {
    contract.document().pointer(&operation.pointer)?.get("summary")?.as_str()
}

/// The meaning of the keys of an object.
#[derive(Clone, Copy)]
enum Keys {
    Keywords,
    /// Names, such as those of properties. A name may look like a keyword.
    Names,
    /// Statuses, of which one may be `default`.
    Statuses,
}

impl Keys {
    /// Returns the meaning of the keys below a keyword.
    fn below(keyword: &str) -> Self {
        match keyword {
            "properties" | "headers" | "schemas" | "parameters" | "securitySchemes" => Self::Names,
            "responses" => Self::Statuses,
            _ => Self::Keywords,
        }
    }
}

/// Copies a node without documentation and extensions. Without the extension `x-list-wrapper`, the wrapper of a list is
/// an ordinary object, as on the wire.
fn bare(node: &Value, keys: Keys) -> Value {
    match (node, keys) {
        (Value::Object(members), Keys::Names) => {
            members.iter().map(|(name, value)| (name.clone(), bare(value, Keys::Keywords))).collect()
        }
        (Value::Object(members), Keys::Statuses) => {
            let statuses = members.iter().filter(|(key, _)| !key.starts_with("x-"));
            statuses.map(|(status, value)| (status.clone(), bare(value, Keys::Keywords))).collect()
        }
        (Value::Object(members), Keys::Keywords) => {
            // Export tools write the format `int64` for every integer, so this format is omitted.
            let is_integer = members.get("type").is_some_and(|kind| kind == "integer");
            let is_fact = |(key, value): &(&String, &Value)| match key.as_str() {
                "format" => !is_integer || *value != "int64",
                "description" | "summary" => !value.is_string(),
                key => !key.starts_with("x-") || key == "x-extensible-enum",
            };
            let copy = |(key, value): (&String, &Value)| match key.as_str() {
                "default" | "enum" | "x-extensible-enum" => (key.clone(), value.clone()),
                keyword => (key.clone(), bare(value, Keys::below(keyword))),
            };
            Value::Object(members.iter().filter(is_fact).map(copy).collect())
        }
        (Value::Array(items), _) => items.iter().map(|item| bare(item, Keys::Keywords)).collect(),
        (scalar, _) => scalar.clone(),
    }
}

/// Names each security scheme after its settings. A scheme with several flows is split into one scheme for each flow,
/// and the new schemes become alternatives.
fn name_schemes(outline: &mut Outline) {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut schemes = Vec::new();
    for scheme in std::mem::take(&mut outline.schemes) {
        for named in by_flow(&scheme) {
            names.entry(scheme.name.clone()).or_default().push(named.name.clone());
            schemes.push(named);
        }
    }
    outline.schemes = schemes;
    for operation in &mut outline.operations {
        let all = std::mem::take(&mut operation.alternatives);
        let split: BTreeSet<Alternative> = all.iter().flat_map(|one| alternatives(one, &names)).collect();
        operation.alternatives = split.into_iter().collect();
        operation.security =
            operation.alternatives.iter().flatten().map(|(a, b)| (a.clone(), b.clone())).collect();
    }
}

fn by_flow(scheme: &Scheme) -> Vec<Scheme> {
    let flow =
        |key: &str| key.strip_prefix("flows.").and_then(|key| key.split('.').next()).map(str::to_owned);
    let flows: BTreeSet<String> = scheme.facts.keys().filter_map(|key| flow(key)).collect();
    if flows.is_empty() {
        let facts = ["type", "scheme", "in", "name"].iter().filter_map(|key| scheme.facts.get(*key));
        let name = facts.map(String::as_str).collect::<Vec<_>>().join(" ");
        return vec![Scheme { name, ..scheme.clone() }];
    }
    let of_flow = |name: &String| {
        let facts = scheme.facts.iter().filter(|(key, _)| flow(key).is_none_or(|other| other == *name));
        let facts = facts.map(|(key, value)| (key.clone(), value.clone())).collect();
        Scheme { name: format!("oauth2 {name}"), facts, ..scheme.clone() }
    };
    flows.iter().map(of_flow).collect()
}

fn alternatives(one: &Alternative, names: &BTreeMap<String, Vec<String>>) -> Vec<Alternative> {
    let mut all = vec![Alternative::new()];
    for (scheme, scopes) in one {
        let unknown = vec![scheme.clone()];
        let names = names.get(scheme).unwrap_or(&unknown);
        let with = |before: &Alternative| -> Vec<Alternative> {
            let with = |name: &String| {
                let mut after = before.clone();
                after.insert(name.clone(), scopes.clone());
                after
            };
            names.iter().map(with).collect()
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline_of(yaml: &str) -> Outline {
        outline(&Contract::parse("c.yaml", yaml).unwrap())
    }

    #[test]
    fn flows_of_one_scheme_are_alternatives_with_the_names_of_the_flows() {
        let outline = outline_of(
            "paths: {/a: {get: {security: [{Connect: [read]}]}}}\ncomponents: {securitySchemes: {Connect: {type: \
             oauth2, flows: {clientCredentials: {tokenUrl: a}, authorizationCode: {tokenUrl: b}}}}}",
        );
        let names: Vec<_> = outline.operations[0].alternatives.iter().flat_map(BTreeMap::keys).collect();
        assert_eq!(names, ["oauth2 authorizationCode", "oauth2 clientCredentials"]);
        assert_eq!(outline.schemes[0].facts["flows.authorizationCode.tokenUrl"], "b");
        assert_eq!(outline.schemes[0].facts.len(), 2);
    }

    #[test]
    fn properties_named_like_keywords_are_kept() {
        let outline = outline_of(
            "components: {schemas: {A: {description: D, x-a: 1, properties: {description: {type: string}, \
             summary: {type: string}, examples: {type: string}, x-flag: {type: string}, default: {type: string, \
             description: D}, properties: {type: object, x-a: 1, properties: {enum: {type: string}}}}}}}",
        );
        let fields = &outline.models[0].fields;
        let names: Vec<_> = fields.iter().map(|field| field.wire_name.as_str()).collect();
        assert_eq!(
            (names, outline.models[0].description.as_deref()),
            (vec!["description", "summary", "examples", "x-flag", "default", "properties"], None)
        );
        assert_eq!(fields[4].description, None);
        assert_eq!(fields[5].schema.fields[0].wire_name, "enum");
    }

    #[test]
    fn headers_named_like_extensions_and_the_response_default_are_kept() {
        let outline = outline_of(
            "paths: {/a: {get: {responses: {x-a: 1, default: {description: D, headers: {x-rate: {schema: {type: \
             integer}}}}}}}}",
        );
        let [response] = outline.operations[0].responses.as_slice() else { panic!("{outline:?}") };
        assert_eq!((response.status.as_str(), &response.description), ("default", &None));
        assert_eq!(response.headers[0].wire_name, "x-rate");
    }

    #[test]
    fn a_wrapper_of_a_list_is_an_object() {
        let outline = outline_of(
            "components: {schemas: {A: {type: object, x-list-wrapper: b, properties: {b: {type: array, items: \
             {type: string}}}}}}",
        );
        assert_eq!(outline.models[0].fields[0].wire_name, "b");
    }
}
