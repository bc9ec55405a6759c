//! What was seen of upstream's pages: `openapi/upstream`. Facts, not upstream's sentences.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::catalogue::Page;
use super::read_yaml;

/// The directory of the record.
pub(super) const DIRECTORY: &str = "openapi/upstream";

/// The pages of the navigation that are no endpoints.
const PAGES: &str = "openapi/upstream/pages.yaml";

/// Returns the pages that are known to be no endpoints; none if nothing is recorded yet.
pub(super) fn pages(root: &Path) -> Result<BTreeSet<Page>> {
    if !root.join(PAGES).exists() {
        return Ok(BTreeSet::new());
    }
    let file = read_yaml(root, PAGES)?;
    let mut pages = BTreeSet::new();
    for group in file.document()["groups"].as_array().into_iter().flatten() {
        let name = group["name"].as_str().unwrap_or_default();
        let titles = group["pages"].as_array().into_iter().flatten().filter_map(Value::as_str);
        pages.extend(titles.map(|title| (name.to_owned(), title.to_owned())));
    }
    Ok(pages)
}
