//! Writes a response as XML, which upstream sends to clients that do not accept JSON.
//!
//! Upstream publishes no example of this XML. Its form is therefore inferred from the code of existing clients that
//! read it. Each list is an element, and all its items are elements with the singular name (`<emails><email>`). The
//! JSON of a search has the same structure: `{"email": […]}`.

use serde_json::Value;

/// Returns a document with one root element.
pub(crate) fn document(root: &str, value: &Value) -> String {
    let mut xml = String::from(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#);
    match value {
        Value::Array(items) => element(&mut xml, root, |xml| write_all(xml, "item", items)),
        value => write(&mut xml, root, value),
    }
    xml
}

fn write(xml: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(items) => match name.strip_suffix('s') {
            Some(item_name) => element(xml, name, |xml| write_all(xml, item_name, items)),
            // The list has no element of its own; each item is an element with the name of the list. For example,
            // `{"emails": {"email": ["a", "b"]}}` becomes `<emails><email>a</email><email>b</email></emails>`.
            None => write_all(xml, name, items),
        },
        Value::Object(members) => element(xml, name, |xml| {
            for (name, member) in members {
                write(xml, name, member);
            }
        }),
        Value::String(text) => element(xml, name, |xml| xml.push_str(&escaped(text))),
        Value::Bool(_) | Value::Number(_) => element(xml, name, |xml| xml.push_str(&value.to_string())),
    }
}

fn write_all(xml: &mut String, name: &str, items: &[Value]) {
    for item in items {
        write(xml, name, item);
    }
}

fn element(xml: &mut String, name: &str, content: impl FnOnce(&mut String)) {
    xml.extend(["<", name, ">"]);
    content(xml);
    xml.extend(["</", name, ">"]);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(value: &Value) -> String {
        let xml = document("r", value);
        xml.split_once("?>").unwrap().1.to_owned()
    }

    #[test]
    fn a_list_wraps_items_named_after_it() {
        let value = json!({ "emails": ["a", "b"] });
        assert_eq!(body(&value), "<r><emails><email>a</email><email>b</email></emails></r>");
    }

    #[test]
    fn both_forms_of_a_list_of_emails_are_the_same_in_xml() {
        assert_eq!(body(&json!({ "emails": { "email": ["a"] } })), body(&json!({ "emails": ["a"] })));
    }

    #[test]
    fn a_bare_list_has_one_root() {
        assert_eq!(body(&json!(["a", "b"])), "<r><item>a</item><item>b</item></r>");
    }

    #[test]
    fn markup_in_a_text_is_escaped_and_null_is_left_out() {
        let value = json!({ "companyName": "<A & B>", "floor": null, "isMobile": true, "streetNumber": 6 });
        let xml = body(&value);
        assert!(xml.contains("<companyName>&lt;A &amp; B&gt;</companyName>"), "{xml}");
        assert!(
            xml.contains("<isMobile>true</isMobile>") && xml.contains("<streetNumber>6</streetNumber>"),
            "{xml}"
        );
        assert!(!xml.contains("floor"), "{xml}");
    }
}
