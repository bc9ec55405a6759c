//! Writes to standard error. Only results go to standard output.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

/// Writes a note, unless `--quiet` is given.
pub(crate) fn say(text: &str) {
    if !is_quiet() {
        log("info", text, &[]);
    }
}

/// Writes a text to standard error. In JSON format, the text becomes a JSON object on one line, with the additional
/// fields `more`. Write errors are ignored, because there is no other place to report them.
pub(crate) fn log(level: &str, text: &str, more: &[(&str, Value)]) {
    let mut stderr = io::stderr();
    if !IS_JSON.load(Ordering::Relaxed) {
        let _ = writeln!(stderr, "{text}");
        return;
    }
    let mut line =
        json!({ "timestamp": jiff::Timestamp::now().to_string(), "level": level, "message": text });
    for (name, value) in more {
        line[*name] = value.clone();
    }
    let _ = writeln!(stderr, "{line}");
}

pub(crate) fn set_up(is_quiet: bool, is_json: bool) {
    IS_QUIET.store(is_quiet, Ordering::Relaxed);
    IS_JSON.store(is_json, Ordering::Relaxed);
}

pub(crate) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

pub(crate) fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

static IS_QUIET: AtomicBool = AtomicBool::new(false);
static IS_JSON: AtomicBool = AtomicBool::new(false);
