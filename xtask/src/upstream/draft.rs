//! Drafts a new operation from its page, as a patch of the group's file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use heck::{ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};
use mediaconnect_contract::Contract;
use mediaconnect_contract::outline::{Operation, Outline};
use serde_json::{Map, Value, json};
use similar::TextDiff;

use super::Workspace;
use super::align::aligned;
use super::draft_schemas::DraftSchemas;
use super::input::Input;
use super::page::PageEndpoint;
use crate::workspace;

pub(crate) const HELP: &str = "\
Prints a patch of the contract. It adds the operation and its schemas to the file of its group (upstream's tag), and its \
path to openapi/connect.yaml. Shared schemas are used where they fit. Every value is personal until you change that. The \
examples have invented people. Facts that the page omits are empty, and `cargo xtask lint` reports them: \
summary, descriptions, and limits of requests. Check the proposed names, which become Rust: operationId, x-method, \
x-success and the names of schemas.

EXIT STATUS
  0  the patch is printed
  2  the page cannot be read, or the contract already has the operation; the message says what to do

EXAMPLES
  cargo xtask upstream draft list-orders.txt              print the patch
  cargo xtask upstream draft list-orders.txt | git apply  apply it, then run: cargo xtask lint";

#[derive(Args)]
pub(crate) struct Arguments {
    /// A saved page, as text or HTML.
    page: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let workspace = Workspace::read()?;
    let known = workspace.known();
    let input = Input::read(&arguments.page, &known)?;
    let documented = input.pages.iter().filter_map(|page| {
        let document = input.documents.iter().find(|document| document.name() == page.name)?;
        Some((page.endpoint.as_ref()?, document))
    });
    let documented: Vec<(&PageEndpoint, &Contract)> = documented.collect();
    let (endpoint, document) = match documented.as_slice() {
        [] => bail!("{} documents no endpoint: name a page that documents one", input.name),
        [only] => *only,
        several => {
            let names: Vec<&str> = several.iter().map(|(_, document)| document.name()).collect();
            bail!(
                "{} has several pages that document an endpoint; name one of these pages: {}",
                input.name,
                names.join(", ")
            );
        }
    };
    if let Some(operation) = known.operation(endpoint) {
        bail!(
            "the contract already has {} {}, as {}: run `cargo xtask upstream check` to compare the page with the \
             contract",
            endpoint.method,
            endpoint.path,
            operation.id
        );
    }
    for note in &input.notes {
        eprintln!("{note}");
    }
    let path = known.routes.below_base(&endpoint.path);
    let draft = Draft::of(&workspace.contract, endpoint, path, document, known.neighbour(endpoint))?;
    workspace::print_lines(&draft.patch(&workspace.contract)?);
    Ok(ExitCode::SUCCESS)
}

/// A new operation and its location in the contract.
struct Draft {
    tag: String,
    path: String,
    /// The key of the path under `paths` in the group's file.
    key: String,
    method: String,
    operation: Value,
    schemas: Map<String, Value>,
    /// The pointer of an operation of the contract that has the same path and another method.
    neighbour: Option<String>,
}

impl Draft {
    fn of(
        contract: &Contract,
        endpoint: &PageEndpoint,
        path: &str,
        document: &Contract,
        neighbour: Option<&Operation>,
    ) -> Result<Self> {
        let outline = Outline::of(document);
        let theirs = outline.operations.first().context("the page has no operation")?;
        // The methods of a path share its placeholder names.
        let theirs = &neighbour.map_or_else(|| theirs.clone(), |ours| aligned(theirs, path, ours));
        let is_user_mode = endpoint.flows.iter().any(|flow| flow.name == "authorizationCode");
        let title = endpoint.title.trim_end_matches(" - client mode");
        let taken = Outline::of(contract);
        let mut id = title.to_lower_camel_case();
        if taken.operations.iter().any(|one| one.id == id) {
            id.push_str(if is_user_mode { "ForUser" } else { "ForClient" });
        }
        let example = |status: &str| {
            let same = endpoint.response_examples.iter().find(|(one, _)| one == status);
            same.map(|(_, example)| example.document())
        };
        let tag =
            endpoint.tag.clone().context("the page has no tag: expected a tag on the line below the path")?;
        let mut schemas = DraftSchemas::new(contract, &tag, &outline, document, id.to_upper_camel_case());
        let mut operation = json!({
            "operationId": id,
            "tags": [&tag],
            "x-method": title.to_snake_case(),
            "summary": "",
            "x-evidence": "documented",
            "x-safe-to-retry": theirs.method == "GET",
        });
        let parameters: Vec<Value> =
            theirs.parameters.iter().map(|parameter| schemas.parameter(parameter)).collect();
        let mut responses = Map::new();
        for response in &theirs.responses {
            let status = response.status.as_str();
            let shared = match status {
                // `x-operation-defaults` adds these statuses to each operation, so the draft omits them.
                "401" | "429" | "500" => continue,
                "400" => Some("BadRequest"),
                "403" => Some("Forbidden"),
                "404" => Some("NotFound"),
                _ => None,
            };
            let shared = shared.filter(|name| {
                contract.document().pointer(&format!("/components/responses/{name}")).is_some()
            });
            let mut node = json!({ "description": "" });
            if let Some(name) = shared {
                node = json!({ "$ref": format!("../connect.yaml#/components/responses/{name}") });
            } else if let Some(body) = &response.body {
                node["content"] = schemas.body(&body.schema, "Response", example(status));
                operation["x-success"] = json!({ "has": "any" });
                let echoed = theirs.parameters.iter().map(|one| &one.field.wire_name);
                let fields = outline.fields(&body.schema);
                let matches: Map<String, Value> = echoed
                    .filter(|name| fields.iter().any(|field| field.wire_name == **name))
                    .map(|name| (name.clone(), json!(name)))
                    .collect();
                if !matches.is_empty() {
                    operation["x-success"]["matches"] = Value::Object(matches);
                }
            }
            responses.insert(status.to_owned(), node);
        }
        if is_user_mode {
            operation["security"] = json!([{ "authorizationCode": ["read"] }]);
        }
        if !parameters.is_empty() {
            operation["parameters"] = Value::Array(parameters);
        }
        if let Some(body) = &theirs.request {
            let content = schemas.body(
                &body.schema,
                "Request",
                endpoint.request_example.as_ref().map(Contract::document),
            );
            operation["requestBody"] = json!({ "required": true, "description": "", "content": content });
        }
        operation["responses"] = Value::Object(responses);
        let method = theirs.method.to_ascii_lowercase();
        Ok(Self {
            tag: tag.clone(),
            path: theirs.path.clone(),
            key: id,
            method,
            operation,
            schemas: schemas.schemas,
            neighbour: neighbour.map(|one| one.pointer.clone()),
        })
    }

    /// Returns a patch that adds the operation to the file of its group, and the operation's path to the file that
    /// lists all paths.
    fn patch(&self, contract: &Contract) -> Result<String> {
        if let Some(pointer) = &self.neighbour {
            return self.beside(contract, pointer);
        }
        let outline = Outline::of(contract);
        let of_group = outline.operations.iter().find(|one| one.tags.first() == Some(&self.tag));
        let group = of_group.map(|one| contract.location(&one.pointer).file);
        let first = &contract.files()[0];
        let directory = directory(first.name());
        let slug = self.tag.to_snake_case().replace('_', "-");
        let path = group.map_or_else(|| format!("groups/{slug}.yaml"), |file| file.path().to_owned());
        let before = group.map_or("", |file| file.text());
        let after = if group.is_some() { self.in_group(before)? } else { self.new_group() };
        let mut text = unified(&format!("{directory}{path}"), before, &after);
        if group.is_none_or(|file| file.path() != first.path()) {
            text = unified(first.name(), first.text(), &self.in_first(first.text(), &path)) + &text;
        }
        Ok(text)
    }

    /// Returns a patch that adds the operation to the methods of its path, which the contract already has.
    fn beside(&self, contract: &Contract, neighbour: &str) -> Result<String> {
        let place = contract.location(neighbour);
        let mut lines: Vec<&str> = place.file.text().lines().collect();
        let method = yaml(&json!({ self.method.as_str(): self.operation }), 4);
        let at = place.line.saturating_sub(1);
        let width = |line: &str| line.len() - line.trim_start().len();
        let head =
            lines[..at].iter().rposition(|line| !line.trim().is_empty() && width(line) < width(lines[at]));
        let head = head.filter(|_| width(lines[at]) == 4).with_context(|| {
            format!(
                "the methods of {} are not indented by four spaces at {place}: correct the indentation",
                self.path
            )
        })?;
        let end = end_of_block(&lines, head);
        lines.splice(end..end, method.lines());
        let schemas = self.schemas();
        self.add_schemas(&mut lines, &schemas);
        let name = format!("{}{}", directory(contract.files()[0].name()), place.file.path());
        Ok(unified(&name, place.file.text(), &(lines.join("\n") + "\n")))
    }

    fn paths(&self) -> String {
        yaml(&json!({ self.key.as_str(): { self.method.as_str(): self.operation } }), 2)
    }

    fn schemas(&self) -> String {
        yaml(&Value::Object(self.schemas.clone()), 4)
    }

    fn new_group(&self) -> String {
        format!(
            "# The group {}.\npaths:\n{}components:\n  schemas:\n{}",
            self.tag,
            self.paths(),
            self.schemas()
        )
    }

    fn in_group(&self, text: &str) -> Result<String> {
        let mut lines: Vec<&str> = text.lines().collect();
        let (paths, schemas) = (self.paths(), self.schemas());
        self.add_schemas(&mut lines, &schemas);
        let head =
            lines.iter().position(|line| *line == "paths:").context("the file of the group has no paths")?;
        let end = end_of_block(&lines, head);
        lines.splice(end..end, paths.lines());
        Ok(lines.join("\n") + "\n")
    }

    /// Adds the text of the schemas to the lines of a file.
    fn add_schemas<'a>(&self, lines: &mut Vec<&'a str>, schemas: &'a str) {
        if self.schemas.is_empty() {
            return;
        }
        if let Some(head) = lines.iter().position(|line| *line == "  schemas:") {
            let end = end_of_block(lines, head);
            lines.splice(end..end, schemas.lines());
        } else {
            lines.extend(["components:", "  schemas:"]);
            lines.extend(schemas.lines());
        }
    }

    /// Adds the new path to the text of the file that lists all paths, after the other paths of its group. If the group
    /// is new, its tag is added as well.
    fn in_first(&self, text: &str, group: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let line = format!("  {}: {{$ref: '{group}#/paths/{}'}}", self.path, self.key);
        let reference = format!("'{group}#/paths/");
        if let Some(last) = lines.iter().rposition(|line| line.contains(&reference)) {
            lines.insert(last + 1, line);
            return lines.join("\n") + "\n";
        }
        let refs: Vec<&str> = lines.iter().map(String::as_str).collect();
        let block =
            |name: &str| refs.iter().position(|line| *line == name).map(|head| end_of_block(&refs, head));
        let (tags, paths) = (block("tags:"), block("paths:"));
        if let Some(end) = paths {
            lines.splice(end..end, [format!("  # {}", self.tag), line]);
        }
        if let Some(end) = tags {
            let accessor = format!("{}s", self.tag.to_snake_case());
            let tag = [
                format!("  - name: {}", self.tag),
                format!("    x-accessor: {accessor}"),
                "    description: ''".to_owned(),
            ];
            lines.splice(end..end, tag);
        }
        lines.join("\n") + "\n"
    }
}

/// Returns the directory of a file, with the last slash.
fn directory(file: &str) -> &str {
    file.rfind('/').map_or("", |end| &file[..=end])
}

/// Returns the index of the line after the YAML block that starts at line `head`. Comments directly before the next
/// block belong to that next block.
fn end_of_block(lines: &[&str], head: usize) -> usize {
    let width = |line: &str| line.len() - line.trim_start().len();
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let next =
        lines[head + 1..].iter().position(|line| is_content(line) && width(line) <= width(lines[head]));
    let mut end = next.map_or(lines.len(), |count| head + 1 + count);
    while end > head + 1 && !is_content(&lines[end - 1]) {
        end -= 1;
    }
    end
}

fn yaml(value: &Value, width: usize) -> String {
    let text = Contract::made("draft", value.clone(), std::collections::HashMap::new()).bundle();
    text.lines().fold(String::new(), |all, line| all + &" ".repeat(width) + line + "\n")
}

fn unified(name: &str, before: &str, after: &str) -> String {
    let old = if before.is_empty() { "/dev/null".to_owned() } else { format!("a/{name}") };
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(&old, &format!("b/{name}")).to_string()
}
