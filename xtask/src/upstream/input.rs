//! Reads what upstream publishes: a document, a page, or a directory of both.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mediaconnect_contract::lint::lint_structure;
use mediaconnect_contract::methods::METHODS;
use mediaconnect_contract::openapi31::{is_31, to_30};
use mediaconnect_contract::{Contract, Finding};
use serde_json::{Map, Value};

use super::known::Known;
use super::lines::{self, Line};
use super::page::{HOW_TO_SAVE, Page, is_footer};
use super::{document, fenced, html};

/// The input of a comparison, converted to OpenAPI 3.0.
pub(super) struct Input {
    /// The name for reports.
    pub(super) name: String,
    /// Upstream's documents, and documents that were made from upstream's pages.
    pub(super) documents: Vec<Contract>,
    /// The pages in text or HTML.
    pub(super) pages: Vec<Page>,
    /// A finding for each part that was not understood.
    pub(super) notes: Vec<Finding>,
    is_page: bool,
}

/// The maximum size of a file in bytes. A page has about 100 kB, and the largest documents have about 10 MB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The minimum number of lines of a page that was saved after its scripts ran.
const MIN_LINES: usize = 8;

impl Input {
    /// Reads a file or a directory.
    pub(super) fn read(path: &Path, known: &Known<'_>) -> Result<Self> {
        let name = path.display().to_string();
        let mut input =
            Self { name, documents: Vec::new(), pages: Vec::new(), notes: Vec::new(), is_page: false };
        if path.is_dir() {
            let files = files(path)?;
            if files.is_empty() {
                bail!(
                    "{} has no file with one of the extensions {}: save upstream's pages there",
                    input.name,
                    EXTENSIONS.map(|extension| format!(".{extension}")).join(", ")
                );
            }
            for file in files {
                input.file(&file, known)?;
            }
            input.is_page = false;
        } else {
            input.file(path, known)?;
        }
        if input.operations() == 0 && input.pages.is_empty() {
            let notes: Vec<String> = input.notes.iter().map(ToString::to_string).collect();
            bail!(
                "{} has no operation: expected an OpenAPI document, a page saved as text or HTML, or a Markdown \
                 page with a document in a fenced ```yaml block\n{}",
                input.name,
                notes.join("\n")
            );
        }
        Ok(input)
    }

    /// Returns true if the input is assumed to contain all of upstream's operations. An operation of the contract that
    /// is missing in the input is then reported as removed by upstream.
    ///
    /// An input is not assumed to be complete if it is a single page, has only one operation, or contains a text or
    /// HTML page. The navigation of a text or HTML page is compared separately, and this comparison finds removed
    /// operations.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_page && self.pages.is_empty() && self.operations() > 1
    }

    fn operations(&self) -> usize {
        self.documents.iter().map(operations).sum()
    }

    fn file(&mut self, path: &Path, known: &Known<'_>) -> Result<()> {
        let name = path.display().to_string();
        let text = read(path, &name)?;
        match form(path, &text) {
            Form::Document => {
                let document = Contract::parse(&name, &text)?;
                if document.document().get("swagger").is_some() {
                    bail!("{name} is Swagger 2.0: convert it to OpenAPI 3.0 (`npx swagger2openapi {name}`)");
                }
                self.document(document)
            }
            Form::Markdown => {
                self.is_page = true;
                let (documents, notes) = fenced::documents(&name, &text);
                if documents.is_empty() && notes.is_empty() {
                    self.notes.push(no_block(&name));
                }
                self.notes.extend(notes);
                documents.into_iter().try_for_each(|document| self.document(document))
            }
            Form::Text => self.page(&name, &lines::of_text(&text), known),
            Form::Html => {
                let lines = html::lines(&text);
                if lines.len() < MIN_LINES && text.contains("<script") {
                    bail!(
                        "{name} has scripts and no text: it was saved before the page was rendered. {HOW_TO_SAVE}"
                    );
                }
                self.page(&name, &lines, known)
            }
        }
    }

    fn page(&mut self, name: &str, lines: &[Line], known: &Known<'_>) -> Result<()> {
        self.is_page = true;
        let page = Page::read(name, lines, &mut self.notes)?;
        let is_endpoint = |title: &str| known.endpoints.iter().any(|one| one.title == title);
        let mut content = lines.iter().take_while(|line| !is_footer(&line.text));
        if page.endpoint.is_none()
            && let Some(title) = content.find(|line| !line.is_item && is_endpoint(&line.text))
        {
            bail!(
                "{name} was cut off: it ends before the method and the path of `{}`. To save the whole page, \
                 {HOW_TO_SAVE}",
                title.text
            );
        }
        if !page.navigation.iter().any(|entry| is_endpoint(&entry.title)) {
            if page.endpoint.is_none() {
                bail!(
                    "{name} names no endpoint of openapi/coverage.yaml, so it is probably a page of another site. \
                     {HOW_TO_SAVE}"
                );
            }
            let message =
                "the page does not have upstream's navigation, so the navigation is not compared".to_owned();
            let help = "expand the navigation, and save the page again".to_owned();
            self.notes.push(Finding {
                file: name.to_owned(),
                line: 1,
                pointer: String::new(),
                rule: "not-compared",
                message,
                help,
            });
        }
        let ours = page.endpoint.as_ref().and_then(|endpoint| known.operation(endpoint));
        let document = document::of_page(&page, ours.map(|one| (&known.outline, one)), &mut self.notes);
        self.documents.extend(document);
        self.pages.push(page);
        Ok(())
    }

    fn document(&mut self, document: Contract) -> Result<()> {
        let mut document = document;
        if is_31(&document) {
            let converted = to_30(&document);
            self.notes.extend(converted.remarks);
            document = converted.contract;
        }
        if let Err(findings) = lint_structure(&document) {
            // A broken reference affects only a part of the document, so the rest is still compared. After any other
            // error, such as a missing version, nothing can be compared.
            let (references, others): (Vec<&Finding>, Vec<&Finding>) =
                findings.iter().partition(|finding| finding.rule == "reference");
            if !others.is_empty() {
                bail!(
                    "{} is not an OpenAPI 3.0 or 3.1 document that can be compared; fix these \
                 errors:\n{findings}",
                    document.name()
                );
            }
            self.notes.extend(references.into_iter().cloned());
        }
        self.documents.push(document);
        Ok(())
    }
}

fn operations(document: &Contract) -> usize {
    let paths = document.document().get("paths").and_then(Value::as_object).into_iter().flatten();
    let methods = paths.filter_map(|(_, item)| item.as_object()).flat_map(Map::keys);
    methods.filter(|method| METHODS.contains(&method.as_str())).count()
}

fn no_block(name: &str) -> Finding {
    Finding {
        file: name.to_owned(),
        line: 1,
        pointer: String::new(),
        rule: "not-understood",
        message: "the page has no fenced block of YAML or JSON".to_owned(),
        help: "save the page as Markdown that contains the OpenAPI document".to_owned(),
    }
}

enum Form {
    Document,
    Markdown,
    Html,
    Text,
}

/// Returns the kind of a file by its extension, or else by its content.
fn form(path: &Path, text: &str) -> Form {
    match extension(path).as_deref() {
        Some("md" | "markdown" | "mdx") => Form::Markdown,
        Some("yaml" | "yml" | "json") => Form::Document,
        Some("html" | "htm") => Form::Html,
        _ if html::is_html(text) => Form::Html,
        _ if text.lines().any(|line| line.trim_start().starts_with("```")) => Form::Markdown,
        _ => {
            let is_document = text.trim_start().starts_with('{')
                || text.lines().any(|line| line.starts_with("openapi:") || line.starts_with("swagger:"));
            if is_document { Form::Document } else { Form::Text }
        }
    }
}

/// Reads a file. Fails if the file is too large.
fn read(path: &Path, name: &str) -> Result<String> {
    let cannot = || format!("{name} cannot be read: check the path, and that it is a text file in UTF-8");
    let size = fs::metadata(path).with_context(cannot)?.len();
    if size > MAX_BYTES {
        bail!(
            "{name} has {size} bytes, but at most {MAX_BYTES} are allowed: {HOW_TO_SAVE}, with one page in each \
             file"
        );
    }
    let text = fs::read_to_string(path).with_context(cannot)?;
    if text.starts_with("From: <Saved by") || text.starts_with("MIME-Version:") {
        bail!(
            "{name} is an archive of a page (MHTML): save it as `Webpage, complete` or `Webpage, HTML only`"
        );
    }
    if text.trim().is_empty() {
        bail!("{name} is empty: {HOW_TO_SAVE}");
    }
    Ok(text)
}

/// The file name extensions that are read from a directory.
const EXTENSIONS: [&str; 9] = ["yaml", "yml", "json", "md", "markdown", "mdx", "txt", "html", "htm"];

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// Returns all documents and pages of a directory, also in subdirectories, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("{} cannot be listed: check its permissions", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        entries.push(entry.with_context(cannot)?.path());
    }
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            // Browsers save the images and scripts of a page in a directory `…_files`, so it is skipped.
            if !path.to_string_lossy().ends_with("_files") {
                files.extend(self::files(&path)?);
            }
        } else if extension(&path).is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) {
            files.push(path);
        }
    }
    Ok(files)
}
