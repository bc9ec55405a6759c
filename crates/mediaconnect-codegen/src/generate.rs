//! Converts a contract to formatted Rust source.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mediaconnect_contract::contract::Contract;
use mediaconnect_contract::finding::{Finding, Findings};
use mediaconnect_contract::fingerprint::MARKER;
use mediaconnect_contract::lint::lint_for_build;
use mediaconnect_contract::outline::Outline;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

use crate::emit;
use crate::equality;
use crate::facade::facade;
use crate::rewrite::rewrite;
use crate::view::view;

/// Generates the source of the low-level client for a contract.
///
/// The output depends only on the contract, so it is the same on every machine.
///
/// # Errors
/// Returns the findings of the lint rules that stop a build. If no rule is broken but the code cannot be generated,
/// returns one finding with the reason.
pub fn generate(contract: &Contract) -> Result<String, Findings> {
    let outline = Outline::of(contract);
    lint_for_build(contract, &outline)?;
    let generated = progenitor(contract, &outline)?;
    let mut file: syn::File =
        syn::parse2(generated).map_err(|error| refused(contract, "", &error.to_string()))?;
    rewrite(&mut file, &outline).map_err(|reason| refused(contract, "", &reason))?;
    emit::append(&mut file, contract, &outline);
    equality::derive(&mut file);
    let facade = facade(&file, &outline).map_err(|error| refused(contract, "/tags", &error.to_string()))?;
    let source = prettyplease::unparse(&file) + &facade;
    let fingerprint = contract.fingerprint();
    Ok(format!(
        "// Generated from openapi/connect.yaml by `cargo xtask regenerate`. Do not edit.\n{MARKER}{fingerprint}\n\n{source}"
    ))
}

pub(crate) fn progenitor(
    contract: &Contract,
    outline: &Outline,
) -> Result<proc_macro2::TokenStream, Findings> {
    let view = view(contract.document(), outline);
    run(&view).map_err(|reason| {
        // progenitor's error does not name the operation. To find the operation, progenitor runs again with each
        // operation alone.
        let culprit = outline.operations.iter().find_map(|operation| {
            let reason = run(&alone(&view, operation)).err()?;
            Some((operation.pointer.as_str(), reason))
        });
        let (pointer, reason) = culprit.unwrap_or(("/components/schemas", reason));
        refused(contract, pointer, &reason)
    })
}

/// Returns a copy of progenitor's document with only one operation.
fn alone(view: &Value, operation: &mediaconnect_contract::outline::Operation) -> Value {
    let mut one = view.clone();
    let path = one["paths"][&operation.path].take();
    let method = operation.method.to_lowercase();
    one["paths"] = serde_json::json!({ &operation.path: { &method: path[&method] } });
    one
}

/// Runs progenitor. Returns its panic as an error, because progenitor panics on unexpected input.
fn run(view: &Value) -> Result<proc_macro2::TokenStream, String> {
    let document: openapiv3::OpenAPI = serde_json::from_value(view.clone())
        .map_err(|error| format!("progenitor's document is malformed: {error}"))?;
    let settings = settings();
    catch_unwind(AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(&document)))
        .map_err(|panic| {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
        })?
        .map_err(|error| error.to_string())
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Positional);
    settings
}

fn refused(contract: &Contract, pointer: &str, reason: &str) -> Findings {
    let finding: Finding = contract.finding(
        pointer,
        "generator",
        format!("no code can be generated for this contract: {reason}"),
        "write the affected part with OpenAPI features that the contract already uses, or extend mediaconnect-codegen to support it",
    );
    Findings::from(finding)
}
