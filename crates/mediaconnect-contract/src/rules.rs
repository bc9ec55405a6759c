//! The list of rules.

/// The command that fails if a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stops {
    /// A broken rule stops every build, because the generated code would be wrong or would not compile.
    Build,
    /// A broken rule stops only `cargo xtask lint` and `cargo xtask check`. The generated code is still correct.
    Check,
}

/// A rule of the lint.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name, which stays the same in all releases.
    pub name: &'static str,
    /// The command that fails if the rule is broken.
    pub stops: Stops,
    /// The sentence that states the rule and its reason.
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
    YAML "yaml" Build: "A file contains one YAML document that JSON can express, without repeated keys.";
    YAML_AMBIGUOUS "yaml-ambiguous" Check: "A scalar such as NO, on, 0179, 12:30 or 2027-01-31 is quoted, because YAML 1.1 and 1.2 read it differently. A key that is a number, such as the status 200, is also quoted.";

    // The structure of the document.
    OPENAPI_VERSION "openapi-version" Build: "The document is OpenAPI 3.0, the only version that the generator supports.";
    OPENAPI_STRUCTURE "openapi-structure" Build: "The document has info and paths.";
    GROUP "group" Build: "A group, which is a file in the directory groups, has only paths and components. The contract's first file lists each path of a group exactly once.";
    DUPLICATE_COMPONENT "duplicate-component" Build: "Components of the same kind have different names, even if they are in different files.";
    OPERATION_DEFAULTS "operation-defaults" Build: "x-operation-defaults contains only headers, keyed by name, and responses, keyed by status.";
    REFERENCE "reference" Build: "Each $ref has a target. A group may refer to itself and to components of the contract's first file. The first file may refer to paths of groups.";
    REFERENCE_SIBLINGS "reference-siblings" Check: "A $ref has no other keys beside it, because OpenAPI 3.0 ignores them.";
    UNKNOWN_KEY "unknown-key" Check: "Each key is one that OpenAPI 3.0 defines. A misspelt key would be ignored.";
    MISSING_KEY "missing-key" Build: "All keys that OpenAPI 3.0 requires are present.";
    WRONG_KIND "wrong-kind" Build: "Each value is of the kind that OpenAPI 3.0 requires. For example, a version is a string and minLength is a number.";
    EXCLUSIVE_KEYS "exclusive-keys" Check: "Keys that exclude each other are not used together: schema and content, example and examples, value and externalValue.";
    COMPONENT_NAME "component-name" Check: "The name of a component has only letters, digits, dots, hyphens and underscores.";
    STATUS "status" Check: "A status is an HTTP status code, a class such as 4XX, or default.";
    TAG "tag" Build: "The tags of operations are listed once under tags. A tag becomes a command, so it must not be the name of another command.";
    ACCESSOR "accessor" Build: "Each tag has a unique snake_case name in x-accessor. This name becomes the client's method for the group, so it must not be the name of another method of the client.";
    EXTENSION "extension" Check: "Each x- extension is one that openapi/README.md explains, and has a value of the kind that is stated there.";

    // Servers and security.
    SERVER "server" Build: "A server is listed at the top level of the contract. It has a token endpoint, and a unique x-environment, which becomes a Rust constant. The URLs begin with https, unless they are on the local machine. The server's URL has no variables, no query and no slash at its end.";
    SECURITY "security" Build: "An operation names one existing security scheme and scopes of that scheme.";
    UNUSED_SCOPE "unused-scope" Check: "Each scope is used by at least one operation.";

    // Operations.
    OPERATION_ID "operation-id" Build: "Each operation has a unique id that is a valid name for a Rust method. The id also becomes the name of a Rust type. The generated code must not already use that name.";
    METHOD "method" Build: "Each operation has one tag, and a snake_case name in x-method that is unique within the tag. This name becomes the client's method and the command, so it must not be the name of a hand-written method.";
    PATH_START "path-start" Build: "A path begins with a slash.";
    PATH "path" Check: "A path does not end with a slash and has no query. If two paths can match the same request, one of them must be more specific. A fixed segment is more specific than a parameter. An integer parameter is more specific than a string parameter, because it matches only numbers.";
    SUMMARY "summary" Build: "Each operation has a summary, which becomes the first line of the Rust documentation.";
    SAFE_TO_RETRY "safe-to-retry" Build: "Each operation has x-safe-to-retry, which is true if the request may be sent twice.";
    PATH_PARAMETER "path-parameter" Build: "The declared path parameters are exactly those in the path, and they are required. Each is a whole segment of the path. A path parameter that is a string has a format that keeps it within one segment.";
    PARAMETER "parameter" Build: "A parameter is in the path, in the query, or in a header that the client does not set itself. A parameter in the path or a header is a single value. A query parameter is a single value, or a list that is sent by repeating the parameter.";
    DUPLICATE_PARAMETER "duplicate-parameter" Build: "Each parameter of the path, the query or the headers is declared once.";
    GET_BODY "get-body" Build: "A GET has no body. HTTP does not define the meaning of such a body, and proxies drop it.";
    CLIENT_ERROR "client-error" Check: "Each operation has a client error status: 4xx or default.";
    SUCCESS "success" Build: "Each operation has exactly one successful response, because the generator cannot distinguish several. Its status is 200, 201 or 204, because the client accepts no other.";
    SUCCESS_RULE "success-rule" Build: "An operation with a response body states in x-success what a successful response must contain. x-success names only fields and parameters that exist.";
    MEDIA_TYPE "media-type" Build: "Bodies have the media type application/json, as in upstream's documentation.";
    NAMED_BODY "named-body" Build: "A body is an object from components/schemas, because the object becomes a Rust type. There are two exceptions. The body of a request or of a successful response may be an object without listed fields. The body of a successful response may also be a single value, or a list without x-list-wrapper.";

    // Schemas that become Rust types.
    SCHEMA_NAME "schema-name" Build: "The name of a schema is a valid name for a Rust type. The name must not be one that the generated code uses, such as Option. Some schemas, such as PhoneNumber, have a hand-written Rust type. Such a schema has the JSON type that the Rust type needs, and has neither enum nor x-extensible-enum.";
    FIELD_NAME "field-name" Build: "The fields of a model have unique Rust names, and so do the parameters of an operation. No parameter has the name of a variable of the generated code.";
    VARIANT_NAME "variant-name" Build: "Each value of an enum is listed once, and has a unique Rust name.";
    ALIASES "aliases" Build: "Each alternative spelling in x-aliases belongs to exactly one listed value. No spelling is empty, because an empty string means that the value is absent.";
    TYPE "type" Build: "Each schema has one type.";
    LIST_ITEMS "list-items" Build: "A list has a schema for its items.";
    NESTED_LIST "nested-list" Build: "The items of a list are neither lists nor maps of objects. The values of a map are not lists.";
    SENT_SHAPE "sent-shape" Build: "A request has no list with x-list-wrapper, because the client cannot send the wrapper. A request has no map of decimal numbers, because the client would send the numbers as strings. Only an optional list in a request body has x-send-empty.";
    NAMED_OBJECT "named-object" Build: "Each object is a named schema in components/schemas, because its Rust type needs a name.";
    NAMED_ENUM "named-enum" Build: "Each enum is a named schema in components/schemas, because its Rust type needs a name.";
    COMPOSITION "composition" Build: "An object lists all its fields itself. Only two combinations are allowed: an anyOf that contains only lists of required fields, and an allOf that adds annotations to the single $ref of a field. The annotations are description, deprecated, x-sensitivity, x-evidence, x-sunset and x-deprecation-note, because no other extension is read there.";
    ADDITIONAL_PROPERTIES "additional-properties" Build: "No object has additionalProperties: false, because upstream may add fields at any time. An object with fields has no additionalProperties at all. An object without fields has additionalProperties, because otherwise the client would drop its content.";
    RECURSION "recursion" Build: "An object contains itself only in a list or a map. A Rust struct that contains itself would have no size.";
    ONE_DIRECTION "one-direction" Build: "No schema has readOnly: true or writeOnly: true, because the generator makes one type for both directions.";
    REQUIRED "required" Build: "Each name in a list of required fields is a property of the object.";
    COMBINATION "combination" Build: "The value of x-exclusive or x-together is a list of lists. Each inner list names at least two fields of the object. Only an object that is sent has these extensions.";
    LIMIT "limit" Build: "A string in a request has a maxLength.";

    // The limits and formats of schemas, which become checks of values.
    LIMITS "limits" Check: "Limits allow at least one value: no minimum is above its maximum, and no count is negative.";
    KEYWORD_TYPE "keyword-type" Check: "A limit or a format fits the schema's type. For example, maxLength applies to strings, minimum to numbers, and maxItems to lists.";
    FORMAT "format" Check: "Each format is one that OpenAPI or this project defines. A misspelt format would not be checked.";
    PATTERN "pattern" Check: "Each pattern is valid in Rust's regex and in ECMA 262, which OpenAPI prescribes.";
    UNCHECKED "unchecked" Check: "A value in a request may only have limits that the client can check. Beside x-extensible-enum, it checks only minLength: 1.";
    ENUM "enum" Check: "The values of an enum are unique and fit the type and the limits of its schema.";
    ENUM_DESCRIPTIONS "enum-descriptions" Check: "x-enum-descriptions describes only listed values.";
    DEFAULT "default" Check: "A default fits its schema.";
    EXAMPLE "example" Check: "An example fits its schema.";

    // Metadata.
    DESCRIPTION "description" Build: "Each field, parameter and named schema has a description, which is its Rust documentation.";
    DESCRIBED "described" Check: "Servers, security schemes, scopes, headers and tags have a description.";
    EVIDENCE "evidence" Build: "Each operation and each server states its source in x-evidence, with a word from openapi/README.md.";
    SENSITIVITY "sensitivity" Build: "Each parameter, and each field that is not a named object, has an x-sensitivity of personal, secret or none.";
    DEPRECATION "deprecation" Check: "x-sunset and x-deprecation-note are used only together with deprecated: true. The sunset is a date, and the note is not empty.";
    UNUSED_COMPONENT "unused-component" Check: "Each component is used by at least one operation.";
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
