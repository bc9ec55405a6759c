//! Checks that the work of a comparison grows linearly with the number of documents.

use std::fmt::Write;
use std::fs;

use super::*;

/// Returns a document with one operation for each number. Each operation uses an object of its own.
fn document(numbers: std::ops::Range<usize>) -> String {
    let (mut paths, mut schemas) = (String::new(), String::new());
    for number in numbers {
        let _ = write!(
            paths,
            "  /v1/a{number}:\n    get:\n      operationId: a{number}\n      responses:\n        '200':\n          \
             description: D\n          content:\n            application/json:\n              schema: {{$ref: \
             '#/components/schemas/A{number}'}}\n"
        );
        let _ = writeln!(schemas, "    A{number}: {{type: object, properties: {{a: {{type: string}}}}}}");
    }
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: 1.0.0}}\npaths:\n{paths}components:\n  schemas:\n{schemas}"
    )
}

/// Compares a directory of `count` documents, each with one operation, and returns the number of compared models.
fn compared_models(count: usize) -> usize {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..count {
        fs::write(directory.path().join(format!("{number}.yaml")), document(number..number + 1)).unwrap();
    }
    let contract = Contract::parse("connect.yaml", &document(0..count)).unwrap();
    let coverage = Contract::parse("coverage.yaml", "groups: []\n").unwrap();
    let known = Known::new(&contract, &coverage);
    let input = Input::read(directory.path(), &known).unwrap();
    let comparison = Comparison::of(&known, &input, jiff::civil::date(2026, 11, 29)).unwrap();
    assert_eq!(comparison.sides.len(), count);
    let (models, places) = (ModelIndex::of(comparison.outline), Places::of(comparison.outline));
    let common = comparison.common(&places);
    let sides = comparison.sides.iter().zip(&common);
    sides
        .map(|(side, common)| {
            let (old, new) = outlines(comparison.outline, &models, side, common);
            old.models.len() + new.models.len()
        })
        .sum()
}

#[test]
fn the_work_grows_linearly_with_the_number_of_documents() {
    assert_eq!((compared_models(5), compared_models(50)), (10, 100));
}
