//! What upstream publishes: a document, a page, or a folder of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mediaconnect_contract::lint::lint_structure;
use mediaconnect_contract::openapi31::{is_31, to_30};
use mediaconnect_contract::{Contract, Finding, Outline};

use super::page;

/// All that was read, in the terms of OpenAPI 3.0.
pub(super) struct Input {
    /// What it is called.
    pub(super) name: String,
    /// The documents; at least one, with at least one operation among them.
    pub(super) documents: Vec<Contract>,
    /// What was not understood.
    pub(super) notes: Vec<Finding>,
    is_page: bool,
}

impl Input {
    /// Reads a file or folder.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let mut input = Self { name, documents: Vec::new(), notes: Vec::new(), is_page: false };
        if path.is_dir() {
            let files = files(path)?;
            if files.is_empty() {
                bail!(
                    "{} has no file that ends in .yaml, .yml, .json or .md: save upstream's pages there",
                    input.name
                );
            }
            for file in files {
                input.file(&file)?;
            }
            input.is_page = false;
        } else {
            input.file(path)?;
        }
        if input.operations() == 0 {
            let notes: Vec<String> = input.notes.iter().map(ToString::to_string).collect();
            bail!(
                "{} has no operation: an OpenAPI document, or a page in Markdown with one in a fenced ```yaml block, \
                 is expected\n{}",
                input.name,
                notes.join("\n")
            );
        }
        Ok(input)
    }

    /// Whether it can be taken for everything that upstream has.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_page && self.operations() > 1
    }

    fn operations(&self) -> usize {
        self.documents.iter().map(|document| Outline::of(document).operations.len()).sum()
    }

    fn file(&mut self, path: &Path) -> Result<()> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .with_context(|| format!("{name} cannot be read: check the path, and that it is a text file"))?;
        if is_page(path, &text) {
            self.is_page = true;
            let (documents, notes) = page::documents(&name, &text);
            if documents.is_empty() && notes.is_empty() {
                self.notes.push(no_block(&name));
            }
            self.notes.extend(notes);
            for document in documents {
                self.document(document)?;
            }
            return Ok(());
        }
        let document = Contract::parse(&name, &text)?;
        if document.document().get("swagger").is_some() {
            bail!("{name} is Swagger 2.0: convert it to OpenAPI 3.0 (`npx swagger2openapi {name}`)");
        }
        self.document(document)
    }

    fn document(&mut self, document: Contract) -> Result<()> {
        let mut document = document;
        if is_31(&document) {
            let converted = to_30(&document);
            self.notes.extend(converted.remarks);
            document = converted.contract;
        }
        if let Err(findings) = lint_structure(&document) {
            // A reference that leads nowhere hides a part; without version or paths there is nothing to read.
            let (references, others): (Vec<&Finding>, Vec<&Finding>) =
                findings.iter().partition(|finding| finding.rule == "reference");
            if !others.is_empty() {
                bail!("{} is no OpenAPI 3.0 or 3.1 that can be compared:\n{findings}", document.name());
            }
            self.notes.extend(references.into_iter().cloned());
        }
        self.documents.push(document);
        Ok(())
    }
}

fn no_block(name: &str) -> Finding {
    Finding {
        file: name.to_owned(),
        line: 1,
        pointer: String::new(),
        rule: "not-understood",
        message: "the page has no fenced block of YAML or JSON".to_owned(),
        remedy: "save the page as Markdown, with the OpenAPI document in it".to_owned(),
    }
}

/// By its extension, or else by whether it has fences and does not begin as a document does.
fn is_page(path: &Path, text: &str) -> bool {
    match extension(path).as_deref() {
        Some("md" | "markdown" | "mdx") => true,
        Some("yaml" | "yml" | "json") => false,
        _ => {
            let is_document = text.trim_start().starts_with('{')
                || text.lines().any(|line| line.starts_with("openapi:") || line.starts_with("swagger:"));
            let has_fence = text.lines().any(|line| line.trim_start().starts_with("```"));
            has_fence || !is_document
        }
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// All documents and pages of a folder, at any depth, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("{} cannot be listed: check that you may read it", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        entries.push(entry.with_context(cannot)?.path());
    }
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else if matches!(
            extension(&path).as_deref(),
            Some("yaml" | "yml" | "json" | "md" | "markdown" | "mdx")
        ) {
            files.push(path);
        }
    }
    Ok(files)
}
