//! Edits of a small contract.

use super::*;

const TEXT: &str = "\
schemas:
  A:
    type: object
    properties:
      a:
        type: string # short
        maxLength: 30
      # About b.
      b:
        description: >-
          Two
          lines.

  # About B.
  B:
    enum: [x, 'NO'] # two
  C:
    x-extensible-enum:
      - x
      - y # last
";

/// Returns the text with all edits.
fn applied(text: &str, edits: &[Edit]) -> Result<String, String> {
    let contract = Contract::parse("c.yaml", text).unwrap();
    let editor = Editor::new(&contract);
    let replacements: Vec<Replacement> =
        edits.iter().map(|edit| editor.replacement(edit)).collect::<Result<_, _>>()?;
    Ok(editor.apply(&replacements)?.files()[0].text().to_owned())
}

fn apply(edit: &Edit) -> String {
    applied(TEXT, std::slice::from_ref(edit)).unwrap()
}

fn property(object: &str, name: &str) -> Edit {
    Edit::Property {
        object: object.to_owned(),
        name: name.to_owned(),
        lines: vec![format!("{name}:"), "  type: string".to_owned()],
    }
}

fn value(schema: &str, value: &str) -> Edit {
    Edit::Value { schema: schema.to_owned(), value: value.to_owned() }
}

fn limit(limit: &str) -> Edit {
    Edit::Limit {
        schema: "/schemas/A/properties/a".to_owned(),
        keyword: "maxLength",
        limit: limit.to_owned(),
    }
}

#[test]
fn edits_of_one_text_are_all_applied_and_keep_their_order() {
    let edits = [
        value("/schemas/C", "z"),
        property("/schemas/A", "c"),
        value("/schemas/C", "a"),
        value("/schemas/B", "p"),
        limit("40"),
        property("/schemas/A", "d"),
        value("/schemas/B", "q"),
    ];
    let expected = TEXT
        .replace("maxLength: 30", "maxLength: 40")
        .replace("lines.\n", "lines.\n      c:\n        type: string\n      d:\n        type: string\n")
        .replace("'NO']", "'NO', p, q]")
        .replace("last\n", "last\n      - z\n      - a\n");
    assert_eq!(applied(TEXT, &edits).unwrap(), expected);
    // The edits also work if the text has no line break at its end.
    assert_eq!(applied(TEXT.trim_end(), &edits).unwrap(), expected.trim_end());
}

#[test]
fn two_values_for_one_limit_are_refused() {
    assert_eq!(applied(TEXT, &[limit("40"), limit("50")]).unwrap_err(), "another edit changes the same text");
}

#[test]
fn a_property_is_added_after_the_last_and_before_the_next_comment() {
    let edit = property("/schemas/A", "c");
    let expected = "          lines.\n      c:\n        type: string\n\n  # About B.\n";
    assert!(apply(&edit).contains(expected), "{}", apply(&edit));
}

#[test]
fn values_are_added_in_both_list_styles_and_quoted_if_necessary() {
    assert!(apply(&value("/schemas/B", "z")).contains("enum: [x, 'NO', z] # two\n"));
    assert!(apply(&value("/schemas/C", "no")).contains("      - y # last\n      - 'no'\n"));
    assert!(apply(&value("/schemas/C", "it's")).contains("      - 'it''s'\n"));
}

#[test]
fn an_edit_of_a_limit_changes_only_its_number() {
    assert_eq!(apply(&limit("40")), TEXT.replace("maxLength: 30", "maxLength: 40"));
}

#[test]
fn an_impossible_edit_is_refused_with_the_reason() {
    let text = "A: {properties: {a: {maxLength: 3}}}\n";
    assert!(applied(text, &[property("/A", "c")]).unwrap_err().contains("not on separate lines"));
    assert!(applied(text, &[value("/A", "x")]).unwrap_err().contains("no list of values"));
}
