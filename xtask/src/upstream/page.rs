//! Reads the description of one endpoint from the lines of a saved documentation page.

mod examples;
mod flows;

use anyhow::{Result, bail};
use mediaconnect_contract::{Contract, Finding};

use super::fields::{self, Flat, note};
use super::lines::{Line, after_dot};
use super::navigation::{self, Entry, METHODS};
use super::types::{self, PageType};

/// The part of an error that explains how to save a page.
pub(super) const HOW_TO_SAVE: &str = "open the page in a browser, wait until it is complete, expand the \
 navigation and all fields, and save it with `Save page as`, or copy its whole text to a .txt file";

pub(super) struct Page {
    pub(super) name: String,
    pub(super) navigation: Vec<Entry>,
    /// `None` if the page documents no endpoint.
    pub(super) endpoint: Option<PageEndpoint>,
}

/// The endpoint that a page documents.
pub(super) struct PageEndpoint {
    pub(super) title: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) tag: Option<String>,
    /// The stage in its lifecycle, such as `Deprecated`.
    pub(super) stage: Option<String>,
    /// The URL, the description and the line of each server.
    pub(super) servers: Vec<(String, String, usize)>,
    pub(super) flows: Vec<Flow>,
    /// Each parameter with its location: `path`, `query`, `header` or `cookie`.
    pub(super) parameters: Vec<(&'static str, Flat)>,
    pub(super) body: Option<PageBody>,
    pub(super) responses: Vec<PageResponse>,
    pub(super) request_example: Option<Contract>,
    /// The examples of responses, each with its status.
    pub(super) response_examples: Vec<(String, Contract)>,
}

/// A flow of OAuth 2.0.
pub(super) struct Flow {
    pub(super) name: &'static str,
    /// The URLs, each with its OpenAPI keyword, such as `tokenUrl`.
    pub(super) urls: Vec<(&'static str, String)>,
    pub(super) scopes: Vec<String>,
    pub(super) line: usize,
}

/// A request or response body.
pub(super) struct PageBody {
    pub(super) media_type: String,
    pub(super) line: usize,
    /// The type of the whole body, if the page states one. For example, the body may be a list.
    pub(super) root: Option<PageType>,
    pub(super) fields: Vec<Flat>,
}

pub(super) struct PageResponse {
    pub(super) status: String,
    pub(super) line: usize,
    pub(super) words: String,
    pub(super) body: Option<PageBody>,
}

impl Page {
    /// Reads a page from its lines.
    ///
    /// # Errors
    /// Returns an error if the page was cut off, or has neither an endpoint nor a navigation.
    pub(super) fn read(name: &str, lines: &[Line], notes: &mut Vec<Finding>) -> Result<Self> {
        let (listed, rest) = navigation::split(lines);
        let navigation = navigation::entries(listed);
        let endpoint = match anchor(&rest) {
            Some(anchor) => Some(PageEndpoint::read(name, &rest, anchor, &navigation, notes)?),
            None => None,
        };
        if endpoint.is_none() && navigation.is_empty() {
            bail!(
                "{name} has no endpoint (a method with a path below it) and no navigation, so it is not a \
                 documentation page of upstream's, or it was cut off: {HOW_TO_SAVE}"
            );
        }
        // The navigation is at the top of upstream's pages.
        if let (None, Some(last)) = (&endpoint, listed.last().filter(|last| lines.last() == Some(*last))) {
            bail!(
                "{name} was cut off: it ends at line {}, in the navigation. To save the whole page, {HOW_TO_SAVE}",
                last.number
            );
        }
        if endpoint.is_none() && !has_title(lines, listed, &navigation) {
            let last = listed.last().map_or(1, |last| last.number);
            let message = "the page has no endpoint, and no title of its navigation below the navigation, so its \
                           content was probably not loaded";
            notes.push(Finding { help: HOW_TO_SAVE.to_owned(), ..note(name, last, message.to_owned()) });
        }
        Ok(Self { name: name.to_owned(), navigation, endpoint })
    }
}

/// Returns true if the content below the navigation has a line that equals the title of a navigation entry.
fn has_title(lines: &[Line], listed: &[Line], navigation: &[Entry]) -> bool {
    let last = lines.iter().rposition(|line| Some(line) == listed.last()).map_or(0, |last| last + 1);
    let mut content = lines[last..].iter().take_while(|line| !is_footer(&line.text));
    content.any(|line| navigation.iter().any(|entry| entry.title == line.text))
}

/// Returns the index of the line with the HTTP method. The next line is the path.
fn anchor(lines: &[Line]) -> Option<usize> {
    lines
        .windows(2)
        .position(|pair| METHODS.contains(&pair[0].text.as_str()) && pair[1].text.starts_with('/'))
}

pub(super) fn is_footer(text: &str) -> bool {
    matches!(text, "Previous" | "Next" | "Built with") || text.starts_with("Built with ")
}

impl PageEndpoint {
    fn read(
        page: &str,
        lines: &[Line],
        anchor: usize,
        navigation: &[Entry],
        notes: &mut Vec<Finding>,
    ) -> Result<Self> {
        let path = &lines[anchor + 1];
        let (title, servers) = above(&lines[..anchor], navigation);
        let below = &lines[anchor + 2..];
        let cut_off = |what: &str| {
            let last = lines.last().map_or(0, |line| line.number);
            format!(
                "{page} was cut off: it ends at line {last}, before {what}. To save the whole page, {HOW_TO_SAVE}"
            )
        };
        let Some(responses) = below.iter().rposition(|line| line.text == "Responses") else {
            bail!(cut_off("the section `Responses`"));
        };
        let Some(footer) = below[responses..].iter().position(|line| is_footer(&line.text)) else {
            bail!(cut_off("the footer (`Previous`, `Next`)"));
        };
        // A tab of the examples may also be named `Request`. The tabs come before the section `Request`, so the last
        // match is the section.
        let request = below[..responses].iter().rposition(|line| line.text == "Request").unwrap_or(responses);
        let (head, examples) = below[..request].split_at(
            below[..request].iter().position(|line| examples::is_example(&line.text)).unwrap_or(request),
        );
        let mut endpoint = Self {
            title,
            method: lines[anchor].text.clone(),
            path: path.text.clone(),
            line: path.number,
            tag: head.first().map(|line| line.text.clone()),
            stage: head.iter().take(3).find(|line| is_stage(&line.text)).map(|line| line.text.clone()),
            servers,
            flows: Vec::new(),
            parameters: Vec::new(),
            body: None,
            responses: Vec::new(),
            request_example: None,
            response_examples: Vec::new(),
        };
        fields::unplaced(page, head, notes);
        endpoint.examples(page, examples, notes);
        endpoint.request(page, &below[request..responses], notes);
        endpoint.responses(page, &below[responses + 1..responses + footer], notes);
        if endpoint.responses.is_empty() {
            bail!(cut_off("the first status"));
        }
        Ok(endpoint)
    }

    fn request(&mut self, page: &str, lines: &[Line], notes: &mut Vec<Finding>) {
        let mut starts: Vec<usize> =
            (0..lines.len()).filter(|index| heading(&lines[*index].text).is_some()).collect();
        let first = starts.first().copied().unwrap_or(lines.len());
        self.flows = flows::flows(page, &lines[..first], notes);
        fields::unplaced(page, &lines[..first], notes);
        starts.push(lines.len());
        for pair in starts.windows(2) {
            let (heading, below) = (&lines[pair[0]], &lines[pair[0] + 1..pair[1]]);
            let location = match self::heading(&heading.text) {
                Some(("Path", "")) => "path",
                Some(("Query", "")) => "query",
                Some(("Header", "")) => "header",
                Some(("Cookie", "")) => "cookie",
                Some(("Body", media_type)) => {
                    let end = below.iter().position(|line| line.text == "Examples").unwrap_or(below.len());
                    self.body =
                        Some(PageBody::read(page, heading.number, media_type.trim(), &below[..end], notes));
                    fields::unplaced(page, &below[end..], notes);
                    continue;
                }
                _ => {
                    notes.push(note(
                        page,
                        heading.number,
                        format!("the section {} is not understood", heading.text),
                    ));
                    continue;
                }
            };
            self.parameters.extend(fields::read(page, below, notes).into_iter().map(|flat| (location, flat)));
        }
    }

    fn responses(&mut self, page: &str, lines: &[Line], notes: &mut Vec<Finding>) {
        let mut starts: Vec<usize> =
            (0..lines.len()).filter(|index| status(&lines[*index].text).is_some()).collect();
        for line in lines.iter().filter(|line| is_unknown_status(&line.text)) {
            notes.push(note(page, line.number, format!("the status {} is not understood", line.text)));
        }
        fields::unplaced(page, &lines[..starts.first().copied().unwrap_or(lines.len())], notes);
        starts.push(lines.len());
        for pair in starts.windows(2) {
            let line = &lines[pair[0]];
            let Some((status, words)) = status(&line.text) else { continue };
            let below = &lines[pair[0] + 1..pair[1]];
            let body = below.iter().position(|line| line.text == "Body");
            fields::unplaced(page, &below[..body.unwrap_or(below.len())], notes);
            let media_type = below[..body.unwrap_or(0)].iter().find(|line| is_media_type(&line.text));
            let body = body.map(|at| {
                let media_type = media_type.map_or("application/json", |line| &line.text);
                PageBody::read(page, below[at].number, media_type, &below[at + 1..], notes)
            });
            self.responses.push(PageResponse { status, line: line.number, words, body });
        }
    }
}

impl PageBody {
    fn read(page: &str, line: usize, media_type: &str, lines: &[Line], notes: &mut Vec<Finding>) -> Self {
        let (media_type, lines) = match lines.split_first() {
            Some((first, rest)) if media_type.is_empty() && is_media_type(&first.text) => {
                (first.text.as_str(), rest)
            }
            _ => (media_type, lines),
        };
        let media_type = if media_type.is_empty() { "application/json" } else { media_type };
        // If the first line is a type without a name, it is the type of the whole body.
        let root = lines.first().and_then(|line| types::read(&line.text));
        let lines = if root.is_some() { &lines[1..] } else { lines };
        Self { media_type: media_type.to_owned(), line, root, fields: fields::read(page, lines, notes) }
    }
}

/// Returns the title and the servers, from the lines above the HTTP method.
fn above(lines: &[Line], navigation: &[Entry]) -> (String, Vec<(String, String, usize)>) {
    let mut servers = Vec::new();
    let mut end = lines.len();
    while end > 0 && lines[end - 1].text.contains("://") {
        let url = &lines[end - 1];
        let is_label = end >= 3 && !lines[end - 2].text.contains("://");
        let words = if is_label { lines[end - 2].text.clone() } else { String::new() };
        servers.push((url.text.trim_end_matches('/').to_owned(), words, url.number));
        end -= if is_label { 2 } else { 1 };
    }
    servers.reverse();
    let is_known = |line: &&Line| navigation.iter().any(|entry| entry.title == line.text);
    let known = lines[..end].iter().rev().take(4).find(is_known);
    let title = known.or(lines[..end].last()).map_or_else(String::new, |line| line.text.clone());
    (title, servers)
}

fn is_stage(text: &str) -> bool {
    matches!(text, "Deprecated" | "Obsolete" | "Deprecated Warning" | "Ready for Sunset" | "Sunset")
}

fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, rest)| {
        matches!(kind, "application" | "text" | "multipart" | "image" | "*") && !rest.contains(' ')
    })
}

/// Returns the parts of a heading such as `Path Params` or `Body Params application/json`: the words before and after
/// `Params`.
fn heading(text: &str) -> Option<(&str, &str)> {
    let parts = text.split_once(" Params").or_else(|| text.split_once(" Parameters"))?;
    (text.split(' ').count() <= 3).then_some(parts)
}

/// Returns the status and the description of `🟠 400Bad Request`.
fn status(text: &str) -> Option<(String, String)> {
    let text = after_dot(text)?;
    if let Some(words) = text.strip_prefix("default") {
        return Some(("default".to_owned(), words.trim().to_owned()));
    }
    let end = text.char_indices().nth(3).map_or(text.len(), |(at, _)| at);
    let (status, words) = text.split_at(end);
    is_status(status).then(|| (status.to_owned(), words.trim().to_owned()))
}

/// Returns true if a text looks like a status, but is not a valid one.
fn is_unknown_status(text: &str) -> bool {
    status(text).is_none()
        && after_dot(text).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_status(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|first| ('1'..='5').contains(&first));
    first && text.len() == 3 && characters.all(|c| c.is_ascii_digit() || c == 'X')
}
