//! The web page of the sandbox: its files and its data.
//!
//! | request | response |
//! |---|---|
//! | `GET /` | the page |
//! | `GET /ui/…` | its scripts, its style, and Swagger UI |
//! | `GET /ui/settings` | the data that does not change: credentials, operations |
//! | `GET /ui/contract` | the contract as one document |
//! | `GET /ui/state?after=7&search=kari&customersAfter=3` | the data that changes: faults, requests, and the customers of a search |
//!
//! The page polls the state. In `after` and `customersAfter`, it sends the revisions of the requests and customers that
//! it already has. In the response, requests or customers are null if they have not changed since that revision.
//!
//! To change something, the page uses the [admin](crate::admin) routes.

use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::contract::BASE_PATH;
use crate::customers::{Customers, Listed};
use crate::guard;
use crate::message::{Request, Response, response, set};
use crate::state::State;
use crate::token::{TOKEN_PATH, USER_TOKEN};

/// The maximum number of requests and of customers that the page shows.
const MAX_SHOWN: usize = 200;

/// The content security policy of the page. The browser may load and run only the page's own files, must not contact
/// any other host, and must not show the page in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

struct File {
    path: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! own {
    ($path:literal, $name:literal, $content_type:ident) => {
        File { path: $path, content_type: $content_type, bytes: include_bytes!(concat!("../ui/", $name)) }
    };
}

macro_rules! viewer {
    ($name:literal, $content_type:ident) => {
        File {
            path: concat!("/ui/", $name),
            content_type: $content_type,
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

const OWN: [File; 10] = [
    own!("/", "index.html", HTML),
    own!("/ui/page.css", "page.css", CSS),
    own!("/ui/page.js", "page.js", SCRIPT),
    own!("/ui/api.js", "api.js", SCRIPT),
    own!("/ui/dom.js", "dom.js", SCRIPT),
    own!("/ui/customers.js", "customers.js", SCRIPT),
    own!("/ui/faults.js", "faults.js", SCRIPT),
    own!("/ui/requests.js", "requests.js", SCRIPT),
    own!("/ui/reference.js", "reference.js", SCRIPT),
    own!("/ui/third-party.txt", "third-party.txt", TEXT),
];

/// The files of Swagger UI, compressed with gzip by the build script. Every browser accepts gzip.
const VIEWER: [File; 3] = [
    viewer!("swagger-ui-bundle.js", SCRIPT),
    viewer!("swagger-ui.css", CSS),
    viewer!("swagger-ui-license.txt", TEXT),
];

pub(crate) struct Page {
    /// The time at which the sandbox was started, as a Unix timestamp in milliseconds. If this value changes, the page
    /// knows that the sandbox was restarted.
    run: u64,
}

impl Page {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { run: u64::try_from(now.as_millis()).unwrap_or_default() }
    }

    pub(crate) fn has(request: &Request) -> bool {
        let path = request.uri().path();
        path == "/" || path.starts_with("/ui/")
    }

    pub(crate) fn respond(&self, sandbox: &State, request: &Request) -> Response {
        let mut response = self.content(sandbox, request);
        let headers = response.headers_mut();
        set(headers, "content-security-policy", POLICY);
        set(headers, "x-content-type-options", "nosniff");
        set(headers, "referrer-policy", "no-referrer");
        set(headers, "cross-origin-resource-policy", "same-origin");
        set(headers, "cache-control", "no-store");
        response
    }

    fn content(&self, sandbox: &State, request: &Request) -> Response {
        // The file at `/` contains no data, so other sites may link to it. All other paths refuse requests from other
        // sites.
        let path = request.uri().path();
        let refusal = if path == "/" { guard::remote(request) } else { guard::refusal(request) };
        if let Some(why) = refusal {
            return response(403, TEXT, why);
        }
        // For HEAD, the server sends the headers alone.
        if !["GET", "HEAD"].contains(&request.method().as_str()) {
            let mut refused = response(405, TEXT, "the page only accepts GET and HEAD");
            set(refused.headers_mut(), "allow", "GET, HEAD");
            return refused;
        }
        if let Some(file) = OWN.iter().find(|file| file.path == path) {
            return response(200, file.content_type, Bytes::from_static(file.bytes));
        }
        if let Some(file) = VIEWER.iter().find(|file| file.path == path) {
            let mut found = response(200, file.content_type, Bytes::from_static(file.bytes));
            set(found.headers_mut(), "content-encoding", "gzip");
            return found;
        }
        match path {
            "/ui/settings" => json_response(&self.settings(sandbox)),
            "/ui/contract" => json_response(sandbox.operations.contract.document()),
            "/ui/state" => json_response(&self.state(sandbox, request)),
            _ => response(404, TEXT, "the page has no such file"),
        }
    }

    fn settings(&self, sandbox: &State) -> Value {
        json!({
            "run": self.run,
            "basePath": BASE_PATH,
            "tokenPath": TOKEN_PATH,
            "clientId": sandbox.tokens.client_id,
            "clientSecret": sandbox.tokens.client_secret,
            "userToken": USER_TOKEN,
            "operations": sandbox.operations.ids(),
            "viewer": concat!("Swagger UI ", env!("SWAGGER_UI_VERSION")),
        })
    }

    fn state(&self, sandbox: &State, request: &Request) -> Value {
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let parameter = |name: &str| {
            let found = form_urlencoded::parse(query).find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        // Each revision is read before its data. If the data changes in between, the response has the old revision with
        // the new data. The next poll then returns the data again.
        let revision = sandbox.log.revision();
        let is_known = parameter("after").parse() == Ok(revision);
        let requests = if is_known { Value::Null } else { sandbox.log.to_json(MAX_SHOWN) };
        let customers_revision = sandbox.customers.revision();
        let is_known = parameter("customersAfter").parse() == Ok(customers_revision);
        let customers =
            if is_known { Value::Null } else { customers(&sandbox.customers, &parameter("search")) };
        json!({
            "run": self.run,
            "revision": revision,
            "requests": requests,
            "faults": sandbox.faults.to_json(),
            "customersRevision": customers_revision,
            "customers": customers,
        })
    }
}

/// Returns the first customers that contain all words of a search, the number of customers found, and the number of all
/// customers.
fn customers(customers: &Customers, search: &str) -> Value {
    let search = search.to_lowercase();
    let words: Vec<_> = search.split_whitespace().collect();
    let Listed { all, found, shown } = customers.listed(&words, MAX_SHOWN);
    json!({ "all": all, "found": found, "shown": shown })
}

fn json_response(value: &Value) -> Response {
    response(200, "application/json", value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Customer;

    #[test]
    fn the_licences_are_those_of_the_version() {
        let text = include_str!("../ui/third-party.txt");
        let version = concat!("Swagger UI ", env!("SWAGGER_UI_VERSION"));
        assert!(
            text.contains(version),
            "ui/third-party.txt must name {version}: copy swagger-ui-bundle.js.LICENSE.txt from that version's npm \
             package swagger-ui-dist"
        );
    }

    /// The page must never interpret customer data as markup.
    #[test]
    fn the_own_files_write_no_markup_and_name_no_host() {
        for file in OWN.iter().filter(|file| file.content_type != TEXT) {
            let text = std::str::from_utf8(file.bytes).unwrap();
            for refused in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "http://",
                "https://",
                "style=",
            ] {
                assert!(!text.contains(refused), "{} has {refused}", file.path);
            }
        }
    }

    #[test]
    fn customers_are_found_by_all_words_of_a_search() {
        let all = Customers::new(vec![
            Customer::new(1).name("Kari", "Nordmann"),
            Customer::new(2).name("Ola", "Nordmann"),
        ]);
        assert_eq!(customers(&all, "nordmann KARI")["shown"][0]["customerNumber"], 1);
        assert_eq!(customers(&all, "nordmann")["found"], 2);
        assert_eq!(customers(&all, "hansen"), json!({ "all": 2, "found": 0, "shown": [] }));
        let many = Customers::new((1..=300).map(Customer::new).collect());
        for search in ["", "customernumber"] {
            let shown = customers(&many, search);
            assert_eq!((shown["shown"].as_array().unwrap().len(), &shown["found"]), (MAX_SHOWN, &json!(300)));
        }
    }
}
