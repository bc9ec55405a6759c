//! Applies the jq filter of `--jq` to a result.

use jaq_core::data::JustLut;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, unwrap_valr};
use jaq_json::{Val, read};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::{escape_controls, escape_controls_in_json};

/// The functions of jq that a filter must not use, because they read environment variables, write to standard error or
/// end the process.
const REFUSED: [&str; 7] = ["debug", "debug_empty", "env", "halt", "halt_error", "stderr", "stderr_empty"];

type Filter = jaq_core::compile::Filter<jaq_core::Native<JustLut<Val>>>;

/// Checks a filter from the command line. The error message does not quote the filter.
pub(crate) fn check(filter: &str) -> Result<String, &'static str> {
    compiled(filter)
        .map(|_| filter.to_owned())
        .ok_or("not a valid jq filter; an example is .customers[0].emails")
}

/// Applies a filter to a JSON document. Returns one line for each value: a string without quotes, or JSON.
pub(crate) fn select(filter: &str, json: &str) -> Result<String, Failure> {
    let filter = compiled(filter).ok_or_else(failed)?;
    let input = read::parse_single(json.as_bytes()).map_err(|_| failed())?;
    let context = Ctx::<JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let mut lines = String::new();
    for value in filter.id.run((context, input)).map(unwrap_valr) {
        // The error is not shown, because it may quote the result.
        let line = match value.map_err(|_| failed())? {
            Val::TStr(text) => escape_controls(&String::from_utf8_lossy(&text)),
            other => escape_controls_in_json(&other.to_string()),
        };
        lines = lines + &line + "\n";
    }
    Ok(lines)
}

fn compiled(filter: &str) -> Option<Filter> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let definitions = definitions.filter(|definition| !REFUSED.contains(&definition.name));
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let functions = functions.filter(|(name, ..)| !REFUSED.contains(name));
    let arena = Arena::default();
    let modules = Loader::new(definitions).load(&arena, File { code: filter, path: () }).ok()?;
    Compiler::default().with_funs(functions).compile(modules).ok()
}

fn failed() -> Failure {
    Failure::new(
        Exit::Failure,
        "the filter of --jq cannot be applied to the result",
        "compare the filter with the result of --output json; to skip missing values, \
         add ? to a step, as in .emails[]?",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Detail;

    #[test]
    fn each_value_is_a_line_and_texts_are_written_as_they_are() {
        let json = r#"{"customers":[{"n":1,"e":["a@example.com"]},{"n":12345678901234567890,"e":[]}],"amount":295.00}"#;
        for (filter, expected) in [
            (".customers[].n", "1\n12345678901234567890\n"),
            (".customers[0].e[0]", "a@example.com\n"),
            (".amount", "295.00\n"),
            ("[.customers[] | select(.n == 1) | .e | length]", "[1]\n"),
            ("empty", ""),
        ] {
            assert_eq!(
                select(filter, json).map_err(|failure| failure.report(Detail::All)).unwrap(),
                expected
            );
        }
        assert_eq!(select(".a", r#"{"a":"\u001b[2J"}"#).unwrap(), "\\u{1b}[2J\n");
    }

    #[test]
    fn no_filter_shows_the_environment_writes_past_the_output_or_ends_the_process() {
        for filter in
            ["env", "$ENV", "halt", "halt(1)", "halt_error", "stderr", "debug", "debug(.)", "input_filename"]
        {
            assert!(check(filter).is_err(), "{filter}");
        }
    }

    #[test]
    fn a_filter_that_is_invalid_or_does_not_match_is_refused_without_quoting() {
        for filter in ["canary(", ".[", "canary"] {
            assert!(check(filter).is_err(), "{filter}");
        }
        let failure = select(".canary.x", r#"{"canary":"kari"}"#).unwrap_err().report(Detail::All);
        assert!(!failure.contains("canary") && !failure.contains("kari"), "{failure}");
    }
}
