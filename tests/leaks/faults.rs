//! Creates all faults of the servers, with a canary wherever the response can contain one.

use std::sync::Arc;

use crate::canaries::{CUSTOMER, text};
use crate::documents::{Documents, of_members};
use crate::server::{Fault, Own, answer};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Returns the faults of the API. The last three faults have a different response for each operation. The other faults
/// have the same response for all operations.
pub(crate) fn of_the_api(documents: &Documents) -> Vec<Fault> {
    let mut faults = below_http();
    faults.extend(errors());
    faults.extend(strange_bodies().into_iter().map(|body| success(&body)));
    let own = |respond: &dyn Fn(&str) -> Vec<u8>| {
        let all = documents.responses().into_iter().map(|(method, path, model)| Own {
            method: method.to_owned(),
            template: path.to_owned(),
            bytes: respond(&documents.poisoned(model).to_string()),
        });
        Fault::Own(Arc::new(all.collect()))
    };
    faults.push(own(&success_bytes));
    faults.push(own(&|whole| success_bytes(&whole[..whole.len() / 2])));
    faults.push(own(&truncated));
    faults
}

pub(crate) fn of_the_token_endpoint() -> Vec<Fault> {
    let mut faults = below_http();
    faults.extend(errors());
    faults.extend(strange_bodies().into_iter().map(|body| success(&body)));
    let stray = text("token");
    for body in [
        of_members(&["access_token", "token_type", "expires_in", "refresh_token", "scope"]).to_string(),
        of_members(&["access_token", "expires_in", "refresh_token"]).to_string(),
        format!(r#"{{"access_token": "{stray} with spaces\r\n"}}"#),
        format!(r#"{{"access_token": "{stray}ø"}}"#),
        format!(r#"{{"access_token": ["{stray}"]}}"#),
        format!(r#"{{"access_token": {CUSTOMER}}}"#),
        format!(r#"{{"access_token": {{"{stray}": "{stray}"}}}}"#),
        format!(r#"{{"access_token": "{stray}", "token_type": ["{stray}"]}}"#),
        format!(r#"{{"{stray}": "{stray}"}}"#),
    ] {
        faults.push(success(&body));
    }
    faults
}

pub(crate) fn success(body: &str) -> Fault {
    Fault::Bytes(success_bytes(body))
}

fn success_bytes(body: &str) -> Vec<u8> {
    let header = text("header");
    let headers = [JSON, ("x-rate-limit", &header), ("set-cookie", &header), ("etag", &header)];
    answer("200 OK", &headers, body)
}

fn truncated(body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len() + 100);
    [head.as_bytes(), body.as_bytes()].concat()
}

/// Returns faults of connections, and responses that are not HTTP.
fn below_http() -> Vec<Fault> {
    let stray = text("bytes");
    let head = |headers: &str| format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
    let mut faults = vec![
        Fault::Refused,
        Fault::Reset(Vec::new()),
        Fault::Reset(format!("{}{{\"{stray}\": ", head("content-length: 999")).into_bytes()),
        Fault::Silence(Vec::new()),
        Fault::Silence(format!("{}{{\"{stray}\": ", head("content-length: 999")).into_bytes()),
    ];
    let bytes = [
        String::new(),
        stray.clone(),
        format!("{stray}\r\n\r\n"),
        format!("HTTP/1.1 {stray}\r\n\r\n"),
        format!("HTTP/{stray} 200 OK\r\n\r\n"),
        format!("HTTP/1.1 200 {stray}\r\n\r\n{{}}"),
        format!("HTTP/1.1 200 OK\r\n{stray}\r\n\r\n"),
        head(&format!("{stray} {stray}: {stray}")),
        head(&format!("x: {stray}\u{1}\0")),
        head(&format!("content-length: {stray}")),
        head(&format!("transfer-encoding: {stray}")),
        format!("{}{stray}\r\n", head("transfer-encoding: chunked")),
        format!("{}{stray}", head(&format!("content-encoding: gzip\r\ncontent-length: {}", stray.len()))),
        head(&format!("content-type: text/html; charset={stray}\r\ncontent-length: 0")),
        head(&format!("x: {}", stray.repeat(40_000))),
    ];
    faults.extend(bytes.map(|bytes| Fault::Bytes(bytes.into_bytes())));
    faults
}

/// Returns errors of each status with bodies of each shape.
fn errors() -> Vec<Fault> {
    let stray = text("header");
    let headers = [
        ("retry-after", stray.as_str()),
        ("x-ratelimit-remaining", &stray),
        ("x-ratelimit-reset", &stray),
        ("location", &stray),
        ("www-authenticate", &stray),
        ("server", &stray),
        ("content-type", &stray),
    ];
    let api = of_members(&["exceptionType", "errorMessage"]).to_string();
    let oauth = of_members(&["error", "error_description", "error_uri"]).to_string();
    let mut faults = Vec::new();
    for status in [
        "204 No Content",
        "301 Moved",
        "302 Found",
        "400 Bad",
        "401 No",
        "403 No",
        "404 None",
        "409 No",
        "418 No",
        "422 No",
        "429 Slow",
        "500 Oh",
        "502 Bad",
        "503 No",
        "504 Late",
        "599 ?",
    ] {
        faults.push(Fault::Bytes(answer(status, &headers, &api)));
        faults.push(Fault::Bytes(answer(&format!("{status} {stray}"), &headers, &oauth)));
    }
    for body in strange_bodies() {
        for status in ["400 Bad", "502 Bad"] {
            faults.push(Fault::Bytes(answer(status, &headers, &body)));
        }
    }
    let elsewhere = format!("http://127.0.0.1:1/{stray}?token={stray}");
    faults.push(Fault::Bytes(answer("307 Moved", &[("location", &elsewhere)], "")));
    faults
}

/// Returns bodies that fit no model.
fn strange_bodies() -> Vec<String> {
    let stray = text("body");
    vec![
        String::new(),
        stray.clone(),
        format!("\"{stray}\""),
        format!("[\"{stray}\"]"),
        format!("{CUSTOMER}"),
        format!("<!DOCTYPE html><title>{stray}</title><p>{CUSTOMER}"),
        format!("<?xml version='1.0'?><customer id='{stray}'>{CUSTOMER}</customer>"),
        format!("{{\"{stray}\": \"{stray}\""),
        format!("{{\"{stray}\": \"{stray}\"}} {stray}"),
        format!("{{\"{stray}\": tru{stray}}}"),
        format!("{{\"errorMessage\": [\"{stray}\"], \"error\": {{\"{stray}\": 1}}}}"),
        format!("{{\"customerNumber\": {CUSTOMER}, \"customerNumber\": \"{stray}\"}}"),
        format!("{{\"emails\": \"{stray}\", \"name\": \"{stray}\", \"attachedUsers\": \"{stray}\"}}"),
        format!("{{\"customers\": \"{stray}\"}}"),
        format!("{{\"success\": \"{stray}\"}}"),
        format!("{{\"name\": {{\"firstName\": \"{stray}\\ud800\"}}}}"),
    ]
}
