//! Notices what live answers have that the contract does not, so that a service learns of an upstream change before
//! anybody reads about it. Counted with the feature `metrics`, by the name of the field, never by its value.

use mediaconnect_api::drift::Drift;
use serde::de::DeserializeOwned;

#[cfg(feature = "metrics")]
use crate::answer::explain;
use crate::answer::{Unreadable, decode};
use crate::path::Traits;

/// Decodes a body as [`decode`] does, and counts unknown fields and unknown values of enumerations.
#[cfg(feature = "metrics")]
pub(crate) fn decode_and_notice<T: DeserializeOwned + Drift>(
    operation: Traits,
    body: &[u8],
) -> Result<T, Unreadable> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return decode(body);
    }
    let count = |kind: &'static str, field: String| {
        metrics::counter!("mediaconnect_drift_total", "operation" => operation.id, "kind" => kind, "field" => field)
            .increment(1);
    };
    let mut unknown_fields = std::collections::BTreeSet::new();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let output: T = serde_ignored::deserialize(&mut deserializer, |path| {
        unknown_fields.insert(field_name(&path));
    })
    .and_then(|output| deserializer.end().map(|()| output))
    .map_err(|error| explain::<T>(body, &error))?;
    for field in unknown_fields {
        count("field", field);
    }
    output.unknown_values(&mut |field| count("value", field.to_owned()));
    Ok(output)
}

/// Without the feature `metrics` there is nobody to tell.
#[cfg(not(feature = "metrics"))]
pub(crate) fn decode_and_notice<T: DeserializeOwned + Drift>(
    _: Traits,
    body: &[u8],
) -> Result<T, Unreadable> {
    decode(body)
}

/// The name of an unknown field. A name that does not look like upstream's may be data, and is not told.
#[cfg(feature = "metrics")]
fn field_name(path: &serde_ignored::Path<'_>) -> String {
    match path {
        serde_ignored::Path::Map { key, .. } if is_name(key) => key.clone(),
        serde_ignored::Path::Some { parent }
        | serde_ignored::Path::NewtypeStruct { parent }
        | serde_ignored::Path::NewtypeVariant { parent } => field_name(parent),
        _ => "?".to_owned(),
    }
}

#[cfg(feature = "metrics")]
fn is_name(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.chars().all(|character| character.is_ascii_alphabetic() || character == '_')
}
