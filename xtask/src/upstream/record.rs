//! The record of upstream's pages in `openapi/upstream`: what the pages document, without their descriptions and
//! examples.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use mediaconnect_contract::outline::{Operation, Outline};
use mediaconnect_contract::{Contract, Finding};
use serde_json::{Value, json};
use xtask::compare::{Change, diff_on_the_wire, rules};

use super::align::{ModelIndex, only};
use super::bare;
use super::catalogue::PageTitle;
use super::compare::Side;
use super::document::COLLAPSED;
use super::read_yaml;
use super::routes::Route;
use crate::workspace::{self, CONTRACT};

/// The directory of the record. It contains a file for each operation, and the list of other pages.
pub(super) const DIRECTORY: &str = "openapi/upstream";

/// The list of the pages that document no endpoint.
pub(super) const PAGES: &str = "openapi/upstream/pages.yaml";

/// The extension for the day on which the page was saved.
const SEEN: &str = "x-seen";

/// Returns the pages that document no endpoint. The set is empty if nothing was saved yet.
pub(super) fn pages(root: &Path) -> Result<BTreeSet<PageTitle>> {
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

/// A file of the record, before the file is written to disk.
pub(super) struct RecordFile {
    pub(super) name: String,
    text: String,
}

/// Returns the list of the pages that document no endpoint, in the given order.
pub(super) fn file_of_pages(pages: &[PageTitle]) -> RecordFile {
    let mut groups: Vec<Value> = Vec::new();
    for (group, title) in pages {
        match groups.iter_mut().find(|one| one["name"] == *group) {
            Some(known) => {
                known["pages"].as_array_mut().into_iter().for_each(|titles| titles.push(json!(title)));
            }
            None => groups.push(json!({ "name": group, "pages": [title] })),
        }
    }
    let head = "# The pages of upstream's navigation that document no endpoint. Written by `cargo xtask upstream \
         save`.\n";
    file(PAGES.to_owned(), head, json!({ "groups": groups }))
}

/// Returns the record of a document with one operation, without descriptions and examples.
pub(super) fn file_of_operation(document: &Contract, seen: Date) -> Result<RecordFile> {
    let outline = Outline::of(document);
    let [operation] = outline.operations.as_slice() else {
        bail!(
            "{} has several operations, but `save` is for pages with one: keep the document itself under version \
             control",
            document.name()
        );
    };
    let slug: String = format!("{} {}", operation.method, operation.path)
        .chars()
        .filter(|c| !matches!(c, '{' | '}'))
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let slug: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
    let name = format!("{DIRECTORY}/{}.yaml", slug.join("-"));
    let mut facts = document.document().clone();
    without_words(&mut facts);
    facts[SEEN] = json!(seen.to_string());
    Ok(file(name, "# The facts of upstream's page. Written by `cargo xtask upstream save`.\n", facts))
}

fn file(name: String, head: &str, document: Value) -> RecordFile {
    let text = head.to_owned() + &Contract::made(&name, document, HashMap::new()).bundle();
    RecordFile { name, text }
}

/// Writes the files. All texts are on disk in temporary files before the first file is replaced.
pub(super) fn write(root: &Path, files: &[RecordFile]) -> Result<()> {
    let permissions = fs::metadata(root.join(CONTRACT))?.permissions();
    let mut staged = Vec::new();
    for RecordFile { name, text } in files {
        let path = root.join(name);
        let stage = || {
            fs::create_dir_all(root.join(DIRECTORY))?;
            workspace::staged(&path, text, &permissions)
        };
        let file = stage().with_context(|| format!("{name} cannot be written, so nothing is saved"))?;
        staged.push((file, path));
    }
    for (file, path) in staged {
        file.persist(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Removes descriptions and examples. Titles are kept, because `openapi/coverage.yaml` identifies endpoints by them.
fn without_words(node: &mut Value) {
    match node {
        Value::Object(members) => {
            // The key `example` may also be the name of a field. Its value is then a schema, which is kept.
            let is_words = |key: &str, value: &Value| match key {
                "description" => value.is_string(),
                "example" | "examples" => value.get("type").is_none(),
                _ => false,
            };
            members.retain(|key, value| !is_words(key, value));
            members.values_mut().for_each(without_words);
        }
        Value::Array(items) => items.iter_mut().for_each(without_words),
        _ => {}
    }
}

pub(super) struct Record {
    operations: Vec<SavedOperation>,
    by_route: HashMap<Route, usize>,
    by_title: HashMap<String, Vec<usize>>,
}

/// An operation as upstream documented it when its page was saved.
struct SavedOperation {
    file: Contract,
    outline: Outline,
}

impl Record {
    /// Reads all files. The record is empty if nothing was saved yet.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut names = Vec::new();
        if let Ok(files) = fs::read_dir(root.join(DIRECTORY)) {
            for file in files {
                names.push(format!("{DIRECTORY}/{}", file?.file_name().to_string_lossy()));
            }
        }
        names.retain(|name| Path::new(name).extension().is_some_and(|one| one == "yaml") && name != PAGES);
        names.sort();
        let mut record = Self { operations: Vec::new(), by_route: HashMap::new(), by_title: HashMap::new() };
        for name in names {
            let file = read_yaml(root, &name)?;
            let outline = bare::outline(&file);
            let Some(operation) = outline.operations.first() else {
                bail!("{name} has no operation: write it again with `cargo xtask upstream save`");
            };
            let index = record.operations.len();
            record.by_route.entry(Route::of(operation)).or_insert(index);
            if let Some(title) = bare::title(&file, operation) {
                record.by_title.entry(title.to_owned()).or_default().push(index);
            }
            record.operations.push(SavedOperation { file, outline });
        }
        Ok(record)
    }

    /// Returns a finding for each change between the record and a document. Each finding has the line of the document.
    pub(super) fn changes(&self, side: &Side<'_>) -> Vec<Finding> {
        let document = side.document;
        let mut findings = Vec::new();
        for operation in &side.outline.operations {
            let Some(saved) = self.find(document, operation).map(|index| &self.operations[index]) else {
                continue;
            };
            let before = &saved.outline.operations[0];
            let rename = |one: &Operation| vec![Operation { id: "operation".to_owned(), ..one.clone() }];
            let (before, after) = (
                only(&saved.outline, &ModelIndex::of(&saved.outline), rename(before)),
                only(&side.outline, &side.models, rename(operation)),
            );
            let day = saved.file.document()[SEEN].as_str().unwrap_or("the last save");
            let changes = diff_on_the_wire(&before, &after).changes;
            let changes = changes.iter().filter(|change| !saved.is_collapsed(document, operation, change));
            findings.extend(changes.map(|change| finding(document, change, day)));
        }
        findings
    }

    /// Returns a finding for each saved operation that no document has.
    pub(super) fn missing(&self, sides: &[Side<'_>]) -> Vec<Finding> {
        let operations =
            sides.iter().flat_map(|side| side.outline.operations.iter().map(|one| (side.document, one)));
        let read: HashSet<usize> =
            operations.filter_map(|(document, one)| self.find(document, one)).collect();
        let missing = self.operations.iter().enumerate().filter(|(index, _)| !read.contains(index));
        let finding = |(_, saved): (usize, &SavedOperation)| {
            let operation = &saved.outline.operations[0];
            let message = format!("the input has no page of {} {}", operation.method, operation.path);
            let help = "save its page again; if upstream removed the endpoint, delete this file";
            saved.file.finding(&operation.pointer, "not-in-input", message, help)
        };
        missing.map(finding).collect()
    }

    /// Returns the index of the saved operation with the same route, or else with the same title and tags. Different
    /// endpoints may have the same title.
    fn find(&self, document: &Contract, operation: &Operation) -> Option<usize> {
        let by_title = || {
            let same = self.by_title.get(bare::title(document, operation)?)?.iter().copied();
            let mut same =
                same.filter(|index| self.operations[*index].outline.operations[0].tags == operation.tags);
            same.next()
        };
        self.by_route.get(&Route::of(operation)).copied().or_else(by_title)
    }
}

impl SavedOperation {
    /// Returns true if a change is only the effect of a collapsed object. The object is collapsed on the page in the
    /// input, or it was collapsed on the recorded page.
    fn is_collapsed(&self, document: &Contract, operation: &Operation, change: &Change) -> bool {
        let is_of_member = [
            &rules::FIELD_ADDED_RECEIVED,
            &rules::OPTIONAL_FIELD_ADDED_SENT,
            &rules::REQUIRED_FIELD_ADDED_SENT,
            &rules::FIELD_REMOVED_RECEIVED,
            &rules::FIELD_REMOVED_SENT,
            &rules::FIELD_RENAMED_RECEIVED,
            &rules::FIELD_RENAMED_SENT,
        ];
        let Some((owner, _)) = change.contract_pointer.rsplit_once("/properties/") else { return false };
        // The saved operation may have another path, and therefore another pointer.
        let below = owner.strip_prefix(&operation.pointer);
        let saved = below
            .map_or_else(|| owner.to_owned(), |below| self.outline.operations[0].pointer.clone() + below);
        let has_mark = |document: &Contract, owner: &str| {
            document.document().pointer(owner).is_some_and(|object| object.get(COLLAPSED).is_some())
        };
        is_of_member.contains(&change.rule) && (has_mark(document, owner) || has_mark(&self.file, &saved))
    }
}

fn finding(document: &Contract, change: &Change, seen: &str) -> Finding {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let part = change.places.first().map(|place| {
        format!(
            "{} {}",
            place.part.as_ref().map_or_else(|| "it".to_owned(), ToString::to_string),
            place.pointer
        )
    });
    let part = part.as_deref().unwrap_or("it").trim();
    let message =
        format!("{part} changed since {seen}, from {} to {}", value(&change.before), value(&change.after));
    let help = "update the contract, and save the page with `cargo xtask upstream save`";
    document.finding(&change.contract_pointer, change.rule.name, message, help)
}
