//! The rule for malformed and ambiguous paths.

use crate::lint::Lint;
use crate::outline::{Kind, Operation};
use crate::pointer::escape;
use crate::rules;

impl Lint<'_> {
    pub(super) fn paths(&mut self) {
        let paths: Vec<&String> =
            self.node("/paths").as_object().into_iter().flatten().map(|(path, _)| path).collect();
        let segments: Vec<_> = paths.iter().map(|path| self.segments(path)).collect();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| !path.starts_with("x-")) {
            let twin = (0..index).find(|other| fit_one_request(&segments[*other], &segments[index]));
            let twin = twin.map(|index| paths[index]);
            let wrong = if path.ends_with('/') {
                "the path ends with a slash".to_owned()
            } else if path.contains(['?', '#']) {
                "the path has a query".to_owned()
            } else if let Some(twin) = twin {
                format!("a request can match both {path} and {twin}")
            } else {
                continue;
            };
            self.report(
                &format!("/paths/{}", escape(path)),
                &rules::PATH,
                wrong,
                "correct the path; a query parameter belongs under parameters, with in: query",
            );
        }
    }

    /// Returns the segments of a path. If a parameter is an integer in all operations of the path, its segment matches
    /// only numbers.
    fn segments<'p>(&self, path: &'p str) -> Vec<Segment<'p>> {
        let operations: Vec<_> = self.outline.operations.iter().filter(|one| one.path == path).collect();
        let is_number = |name: &str| {
            let is_number = |operation: &&Operation| {
                let mut parameters = operation.parameters.iter().filter(|one| one.location == "path");
                parameters.any(|one| one.field.wire_name == name && one.field.schema.kind == Kind::Integer)
            };
            !operations.is_empty() && operations.iter().all(is_number)
        };
        let segment = |text: &'p str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) if is_number(name) => Segment::Number,
            Some(_) => Segment::Text,
            None if text.contains('{') => Segment::Text,
            None => Segment::Fixed(text),
        };
        path.split('/').map(segment).collect()
    }
}

/// Returns true if a URL can match both paths, and neither path is more specific than the other.
fn fit_one_request(one: &[Segment<'_>], other: &[Segment<'_>]) -> bool {
    let fits = one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.meets(b));
    // A router prefers a fixed segment to an integer parameter, and an integer parameter to a string parameter.
    let wins = |a: &[Segment<'_>], b: &[Segment<'_>]| a.iter().zip(b).all(|(a, b)| a.width() <= b.width());
    let is_narrower = one.iter().zip(other).any(|(a, b)| a.width() != b.width());
    fits && !(is_narrower && (wins(one, other) || wins(other, one)))
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Fixed(&'a str),
    Number,
    Text,
}

impl Segment<'_> {
    /// Returns true if one string can match both segments.
    fn meets(&self, other: &Self) -> bool {
        let is_number = |text: &str| text.parse::<i64>().is_ok();
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(other)) => one == other,
            (Self::Fixed(text), Self::Number) | (Self::Number, Self::Fixed(text)) => is_number(text),
            _ => true,
        }
    }

    /// Returns the rank of a segment. A segment with a higher rank matches more strings.
    fn width(&self) -> u8 {
        match self {
            Self::Fixed(_) => 0,
            Self::Number => 1,
            Self::Text => 2,
        }
    }
}
