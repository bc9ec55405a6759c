//! Tests that the public API's values can be keys of maps, and that items are public only if they were exported
//! deliberately.

use std::fmt::Debug;
use std::fs;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use mediaconnect::models::{CredentialType, ExternalId, PhoneNumberType, ReferenceCode, VerificationLevel};
use mediaconnect::{
    Amount, Base64, ClientAuthentication, ConnectFailure, CountryCode, CustomerNumber, Date, DateTime,
    EmailAddress, Environment, EpochMillis, EpochSeconds, Found, Header, Method, PhoneNumber, PostalCode,
    ProductCode, RateLimit, Rule, StreetNumber, UnknownEnvironment, UnknownValue, Violation, Violations,
    WhenExhausted,
};
use mediaconnect_sandbox::{Quirk, Quirks, RetryHint};
use mediaconnect_tests::workspace;

#[test]
fn values_can_be_compared_and_be_keys() {
    fn key<T: Clone + Eq + Hash + Debug + Send + Sync>() {}
    fn small<T: Copy + Eq + Hash + Debug + Send + Sync>() {}
    fn ordered<T: Clone + Ord + Hash + Debug + Send + Sync>() {}
    small::<Environment>();
    small::<Method>();
    small::<WhenExhausted>();
    small::<RateLimit>();
    small::<ClientAuthentication>();
    small::<ConnectFailure>();
    small::<UnknownEnvironment>();
    small::<Header<u32>>();
    small::<Rule>();
    small::<Found>();
    small::<CustomerNumber>();
    small::<Quirk>();
    small::<Quirks>();
    small::<RetryHint>();
    key::<Violation>();
    key::<Violations>();
    key::<Header<String>>();
    ordered::<Environment>();
    ordered::<Method>();
    ordered::<CustomerNumber>();
    ordered::<CountryCode>();
    ordered::<EmailAddress>();
    ordered::<PhoneNumber>();
    ordered::<PostalCode>();
    ordered::<ProductCode>();
    ordered::<StreetNumber>();
    ordered::<UnknownValue>();
    ordered::<Amount>();
    ordered::<Base64>();
    ordered::<Date>();
    ordered::<DateTime>();
    small::<EpochMillis>();
    small::<EpochSeconds>();
    ordered::<ExternalId>();
    ordered::<ReferenceCode>();
    ordered::<PhoneNumberType>();
    ordered::<CredentialType>();
    ordered::<VerificationLevel>();
}

#[test]
fn rates_are_the_same_key_if_they_are_the_same_rate() {
    use std::collections::HashSet;
    let rates = [0.5, 0.25 * 2.0, 0.3].map(|share| RateLimit::default().with_share(share).unwrap());
    assert_eq!(HashSet::from(rates).len(), 2);
}

#[test]
fn words_that_people_search_for_lead_somewhere() {
    let mut text = String::new();
    let mut directories = vec![workspace().join("crates/mediaconnect/src")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    // `proxy` is not in this list, because rustdoc refuses an alias that is equal to the name of the item.
    for word in ["stream", "mtls", "retry", "pagination", "tenant", "https_proxy"] {
        assert!(text.contains(&format!("#[doc(alias = \"{word}\")]")), "{word}");
    }
    assert!(text.contains("pub fn proxy("));
}

/// A service must use the same versions of crates such as `tracing` as this library. With another version, the service
/// compiles two copies of the crate, and silently loses its trace or metrics.
#[test]
fn the_versions_that_a_service_must_share_are_named_as_they_are() {
    let text = fs::read_to_string(workspace().join("crates/mediaconnect/src/dependencies.rs")).unwrap();
    let manifest: toml::Table = fs::read_to_string(workspace().join("Cargo.toml")).unwrap().parse().unwrap();
    let dependencies = manifest["workspace"]["dependencies"].as_table().unwrap();
    let rows: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("//! | `")).collect();
    assert_eq!(rows.len(), 10, "{rows:?}");
    let exports = text.lines().filter(|line| line.starts_with("pub use ")).count();
    assert_eq!(exports, rows.len());
    for row in rows {
        let (name, rest) = row.split_once('`').unwrap();
        assert!(text.contains(&format!("\npub use {name};\n")), "{name} is not exported");
        let told = rest.split('|').nth(1).unwrap().trim();
        let dependency = &dependencies[&name.replace('_', "-")];
        let version = dependency.as_str().or_else(|| dependency["version"].as_str()).unwrap();
        assert!(version == told || version.starts_with(&format!("{told}.")), "{name}: {told} is {version}");
    }
}

#[test]
fn a_request_model_of_a_web_handler_leads_to_a_call() {
    use mediaconnect::models::ExternalReferenceChangeRequest;
    use mediaconnect::operations::ChangeExternalReference;

    let body = r#"{"externalId": "A-1024"}"#;
    let change: ExternalReferenceChangeRequest = serde_json::from_str(body).unwrap();
    let number = CustomerNumber::new(563_457).unwrap();
    let operation = ChangeExternalReference::new(number, "CRM".parse().unwrap(), change);
    let kept = serde_json::to_string(&operation).unwrap();
    assert!(serde_json::from_str::<ChangeExternalReference>(&kept).unwrap() == operation);
}

/// An item that is added to a module must not become public by accident.
#[test]
fn everything_that_is_exported_is_exported_by_name() {
    let mut looked_at = 0;
    for file in sources(&workspace().join("crates")) {
        let source = fs::read_to_string(&file).unwrap();
        let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for export in code.split("pub use ").skip(1) {
            let export = export.split(';').next().unwrap_or_default();
            let is_glob = export.contains("::*") || export.contains("{*");
            assert!(!is_glob, "{} exports by glob: pub use {export}", file.display());
            looked_at += 1;
        }
    }
    assert!(looked_at > 40, "{looked_at} exports found");
}

/// Returns the Rust files of the crates, including generated ones, without tests and cargo's output.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | "tests" | "benches") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
