//! The list of rules.

/// The step that a broken rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stops {
    /// Every build. The code would not compile, or would not be as intended.
    Build,
    /// `cargo xtask check` only. The code is correct, but the contract is not.
    Check,
}

/// A rule of the lint.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name. It does not change between releases.
    pub name: &'static str,
    /// The step that the rule stops.
    pub stops: Stops,
    /// The requirement and its reason.
    pub sentence: &'static str,
}

macro_rules! rules {
    ($($id:ident $name:literal $stops:ident: $sentence:literal;)*) => {
        $(
            #[doc = $sentence]
            pub static $id: Rule = Rule { name: $name, stops: Stops::$stops, sentence: $sentence };
        )*

        /// All rules, by topic.
        pub static ALL: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    // Files.
    YAML "yaml" Build: "The file is one YAML document that JSON can express, and no key is given twice.";
    YAML_AMBIGUOUS "yaml-ambiguous" Check: "What YAML 1.1 and 1.2 read differently stands in quotes: NO, on, 0179, 12:30, 2027-01-31, a status as a key.";

    // The form of the document.
    OPENAPI_VERSION "openapi-version" Build: "The document is OpenAPI 3.0, which is all that the generator reads.";
    OPENAPI_STRUCTURE "openapi-structure" Build: "The document has info and paths.";
    GROUP "group" Build: "A group has paths and components only, and the first file lists each of its paths once.";
    DUPLICATE_COMPONENT "duplicate-component" Build: "A component of a kind has one name in all files.";
    OPERATION_DEFAULTS "operation-defaults" Build: "x-operation-defaults has headers by their names, and responses by their status.";
    REFERENCE "reference" Build: "Each $ref leads to something: a group's to its own file or to components of the first one, the first one's paths to those of groups.";
    REFERENCE_SIBLINGS "reference-siblings" Check: "A $ref stands alone, since OpenAPI 3.0 ignores what stands beside it.";
    UNKNOWN_KEY "unknown-key" Check: "Each key is one that OpenAPI 3.0 has there; a misspelt one would be ignored.";
    MISSING_KEY "missing-key" Build: "What OpenAPI 3.0 requires is there.";
    WRONG_KIND "wrong-kind" Build: "Each value is of the kind that OpenAPI 3.0 wants: a version is a text, minLength a number.";
    EXCLUSIVE_KEYS "exclusive-keys" Check: "Of keys that exclude each other there is one: schema or content, example or examples, value or externalValue.";
    COMPONENT_NAME "component-name" Check: "The name of a component has letters, digits, dots, hyphens and underscores only.";
    STATUS "status" Check: "A status is a number of HTTP, a class such as 4XX, or default.";
    TAG "tag" Build: "The tags of operations are listed under tags, each once, and none is named like a command that is no group.";
    ACCESSOR "accessor" Build: "Each tag has a snake_case name of its own in x-accessor: the client's method that leads to the group, and no other one of the client's.";
    EXTENSION "extension" Check: "Each x- extension is one that openapi/README.md explains, with a value that it allows.";

    // Servers and security.
    SERVER "server" Build: "A server has an environment of its own, which becomes a Rust constant, a token endpoint, and an https URL without variables to which paths can be added; it stands at the top of the contract.";
    SECURITY "security" Build: "An operation names one security scheme that exists, and scopes that it has.";
    UNUSED_SCOPE "unused-scope" Check: "Each scope is needed by an operation.";

    // Operations.
    OPERATION_ID "operation-id" Build: "Each operation has an id of its own that is a name for a Rust method.";
    METHOD "method" Build: "Each operation has one tag, and in x-method a snake_case name of its own within it: the client's method and the name of the command, and none that is written by hand.";
    PATH_START "path-start" Build: "A path begins with a slash.";
    PATH "path" Check: "A path does not end with one, has no query, and fits no request that another one fits as well: a fixed segment wins over a parameter, a number is no word.";
    SUMMARY "summary" Build: "Each operation has a summary: it is the first line of the Rust documentation.";
    SAFE_TO_REPEAT "safe-to-repeat" Build: "Each operation says whether its request may be sent twice.";
    PATH_PARAMETER "path-parameter" Build: "The parameters of a path are declared and required, those that are declared are in the path, and a text among them has a format that keeps it one segment.";
    PARAMETER "parameter" Build: "A parameter is in the path, the query or a header that the client does not set itself; it is a single value, or in the query a list that is repeated.";
    DUPLICATE_PARAMETER "duplicate-parameter" Build: "A parameter is declared once in its place.";
    GET_BODY "get-body" Build: "A GET has no body: HTTP gives it no meaning, and proxies drop it.";
    CLIENT_ERROR "client-error" Check: "Each operation has a status of the caller's mistakes, 4xx or default.";
    SUCCESS "success" Build: "Each operation has exactly one answer of a success, since the generator cannot tell several apart.";
    SUCCESS_RULE "success-rule" Build: "An operation with a response body says by x-success what a success must have, in fields and parameters that exist.";
    MEDIA_TYPE "media-type" Build: "Bodies are JSON, which is what upstream documents.";
    NAMED_BODY "named-body" Build: "A body is a named object, which becomes a Rust type, or an object of which no member has a name; a success may also be a list or a single value.";

    // Schemas, as Rust.
    SCHEMA_NAME "schema-name" Build: "The name of a schema is a name for a Rust type.";
    FIELD_NAME "field-name" Build: "The fields of a model and the parameters of an operation have Rust names, each its own.";
    VARIANT_NAME "variant-name" Build: "The values of an enumeration have Rust names, each its own.";
    ALIASES "aliases" Build: "Another spelling is that of one value, and the value is listed.";
    TYPE "type" Build: "Each schema has one type.";
    LIST_ITEMS "list-items" Build: "A list says what is in it.";
    NESTED_LIST "nested-list" Build: "The items of a list, and the values of a map, are no lists.";
    NAMED_OBJECT "named-object" Build: "An object has a name: it becomes a Rust type.";
    NAMED_ENUM "named-enum" Build: "An enumeration has a name: it becomes a Rust type.";
    COMPOSITION "composition" Build: "Fields are spelled out; anyOf may hold lists of required fields, and a field's allOf one $ref that more is said of.";
    ADDITIONAL_PROPERTIES "additional-properties" Build: "No object is closed, since upstream counts a new field as compatible; and an object with fields has no members without names.";
    REQUIRED "required" Build: "What is required is a property.";
    LIMIT "limit" Build: "A text that is sent has a maxLength.";

    // Schemas, as checks of values.
    LIMITS "limits" Check: "Limits leave room: no minimum above its maximum, none below zero where things are counted.";
    KEYWORD_TYPE "keyword-type" Check: "A limit or format is of the schema's type: maxLength binds texts, minimum numbers, maxItems lists.";
    FORMAT "format" Check: "A format is one that OpenAPI or this project knows; a misspelt one would check nothing.";
    PATTERN "pattern" Check: "A pattern is one that both Rust's regex and ECMA 262, which OpenAPI names, understand.";
    UNCHECKED "unchecked" Check: "A limit on what is sent is one that the client checks.";
    ENUM "enum" Check: "The values of an enumeration differ, and fit the type and limits that stand beside them.";
    ENUM_DESCRIPTIONS "enum-descriptions" Check: "x-enum-descriptions describes values that the enumeration has.";
    DEFAULT "default" Check: "A default fits its schema.";
    EXAMPLE "example" Check: "An example fits its schema.";

    // Metadata.
    DESCRIPTION "description" Build: "Each field, parameter and named schema has a description, which is its Rust documentation.";
    DESCRIBED "described" Check: "Servers, security schemes, scopes, headers and tags have a description.";
    EVIDENCE "evidence" Build: "It is said where the knowledge of an operation or server is from, in a word that openapi/README.md has.";
    SENSITIVITY "sensitivity" Build: "It is said of each field and parameter whether it is personal data.";
    DEPRECATION "deprecation" Check: "A sunset or note stands beside deprecated: true; the sunset is a date, the note says something.";
    UNUSED_COMPONENT "unused-component" Check: "Each component is reached from an operation.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rule_has_its_own_name_and_a_sentence() {
        let names: BTreeSet<_> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|rule| rule.sentence.ends_with('.')));
    }
}
