//! Checks the conversion of OpenAPI 3.1 documents to OpenAPI 3.0.

use mediaconnect_contract::openapi31::{is_31, to_30};
use mediaconnect_contract::{Contract, Outline};
use serde_json::{Value, json};

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1', summary: S}\npaths: {}\n";

fn convert(yaml: &str) -> mediaconnect_contract::openapi31::Converted {
    let contract = Contract::parse("up.yaml", yaml).unwrap();
    assert!(is_31(&contract));
    to_30(&contract)
}

/// Converts a document whose only component is this schema, and returns the converted schema.
fn schema(text: &str) -> Value {
    let converted = convert(&format!("{HEAD}components: {{schemas: {{A: {text}}}}}\n"));
    converted.contract.document().pointer("/components/schemas/A").unwrap().clone()
}

#[test]
fn each_keyword_of_31_is_converted_to_30() {
    let cases = [
        (
            "{type: [string, 'null'], maxLength: 3}",
            json!({"type": "string", "maxLength": 3, "nullable": true}),
        ),
        ("{type: [string]}", json!({"type": "string"})),
        ("{type: 'null'}", json!({"nullable": true})),
        ("{const: A}", json!({"enum": ["A"]})),
        ("{const: A, enum: [A, B]}", json!({"enum": ["A"]})),
        ("{enum: [A, null]}", json!({"enum": ["A"], "nullable": true})),
        (
            "{type: [string, 'null'], enum: [A, null]}",
            json!({"type": "string", "enum": ["A"], "nullable": true}),
        ),
        ("{type: string, enum: [A, null]}", json!({"type": "string", "enum": ["A"]})),
        ("{type: string, examples: [x, y]}", json!({"type": "string", "example": "x"})),
        ("{type: integer, exclusiveMinimum: 0}", json!({"type": "integer", "minimum": 1})),
        ("{type: integer, exclusiveMaximum: 10}", json!({"type": "integer", "maximum": 9})),
        (
            "{type: number, exclusiveMinimum: 0.5}",
            json!({"type": "number", "minimum": 0.5, "exclusiveMinimum": true}),
        ),
        ("{type: number, minimum: 7, exclusiveMinimum: 5}", json!({"type": "number", "minimum": 7})),
        (
            "{type: number, minimum: 5, exclusiveMinimum: 5}",
            json!({"type": "number", "minimum": 5, "exclusiveMinimum": true}),
        ),
        ("{$ref: '#/components/schemas/B'}", json!({"$ref": "#/components/schemas/B"})),
        (
            "{$ref: '#/components/schemas/B', description: D}",
            json!({"description": "D", "allOf": [{"$ref": "#/components/schemas/B"}]}),
        ),
        (
            "{$ref: '#/components/schemas/B', allOf: [{type: string}]}",
            json!({"allOf": [{"$ref": "#/components/schemas/B"}, {"type": "string"}]}),
        ),
        (
            "{anyOf: [{$ref: '#/components/schemas/B'}, {type: 'null'}]}",
            json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/B"}]}),
        ),
        (
            "{oneOf: [{const: null}, {type: string}, {type: integer}]}",
            json!({"nullable": true, "oneOf": [{"type": "string"}, {"type": "integer"}]}),
        ),
        ("{type: string, contentEncoding: base64}", json!({"type": "string", "format": "byte"})),
        ("{type: string, contentMediaType: application/pdf}", json!({"type": "string", "format": "binary"})),
        ("{type: array, items: true}", json!({"type": "array", "items": {}})),
        ("{type: array, items: false}", json!({"type": "array", "items": {"not": {}}})),
        (
            "{type: object, additionalProperties: false}",
            json!({"type": "object", "additionalProperties": false}),
        ),
        ("{$schema: s, $id: i, $comment: c, type: string}", json!({"type": "string"})),
    ];
    for (written, expected) in cases {
        assert_eq!(schema(written), expected, "{written}");
    }
}

#[test]
fn names_of_properties_and_values_are_not_keywords() {
    let written = "{type: object, properties: {type: {type: [string, 'null']}, const: {type: string}, \
                   examples: {type: string}}, default: {type: [a, b], const: 1}}";
    let expected = json!({
        "type": "object",
        "properties": {
            "type": {"type": "string", "nullable": true},
            "const": {"type": "string"},
            "examples": {"type": "string"},
        },
        "default": {"type": ["a", "b"], "const": 1},
    });
    assert_eq!(schema(written), expected);
}

#[test]
fn definitions_become_components_even_if_a_name_is_taken() {
    let converted = convert(&format!(
        "{HEAD}components:
  schemas:
    Name: {{type: string}}
    A:
      type: object
      properties:
        name: {{$ref: '#/components/schemas/A/$defs/Name'}}
        code: {{$ref: '#/$defs/Code'}}
      $defs:
        Name:
          type: [string, 'null']
        Code: {{type: integer}}
"
    ));
    let schemas = &converted.contract.document()["components"]["schemas"];
    assert_eq!(schemas["A"]["properties"]["name"]["$ref"], "#/components/schemas/Name2");
    assert_eq!(schemas["A"]["properties"]["code"]["$ref"], "#/components/schemas/Code");
    assert_eq!(schemas["Name2"], json!({"type": "string", "nullable": true}));
    assert!(schemas["A"].get("$defs").is_none());
    assert_eq!(converted.contract.line("/components/schemas/Name2/type"), 14);
}

#[test]
fn lines_are_those_of_the_file_even_for_moved_nodes() {
    let converted = convert(&format!(
        "{HEAD}components:
  schemas:
    A:
      anyOf:
        - type: 'null'
        - type: string
          maxLength: 4
"
    ));
    assert_eq!(converted.contract.line("/components/schemas/A"), 6);
    assert_eq!(converted.contract.line("/components/schemas/A/allOf/0/maxLength"), 10);
}

#[test]
fn unsupported_keywords_are_remarks_with_lines() {
    let converted = convert(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\njsonSchemaDialect: https://example.com/dialect\n\
         webhooks: {changed: {}}\ncomponents:\n  schemas:\n    A: {type: [string, integer]}\n    B: {$anchor: b}\n    C: {type: string, contentEncoding: base64url}\n",
    );
    let remarks: Vec<_> =
        converted.remarks.iter().map(|remark| (remark.line, remark.message.as_str())).collect();
    let expected = [
        (3, "the dialect \"https://example.com/dialect\""),
        (4, "webhooks are left out"),
        (7, "several types (string, integer)"),
        (8, "$anchor is not supported"),
        (9, "no format for the encoding base64url"),
    ];
    assert_eq!(remarks.len(), expected.len(), "{remarks:?}");
    for ((line, message), (at, part)) in remarks.iter().zip(expected) {
        assert!(*line == at && message.contains(part), "{line} {message}");
    }
    let document = converted.contract.document();
    assert_eq!((&document["openapi"], &document["paths"]), (&json!("3.0.3"), &json!({})));
    assert!(document.get("webhooks").is_none() && document.get("jsonSchemaDialect").is_none());
    let schema = &document["components"]["schemas"]["A"];
    assert_eq!(schema, &json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}));
}

#[test]
fn a_response_or_component_named_like_a_keyword_is_converted() {
    let converted = convert(
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      responses:
        default:
          description: D
          headers: {example: {schema: {type: [string, 'null']}}, x-rate: {schema: {type: [string, 'null']}}}
          content: {application/json: {schema: {$ref: '#/$defs/Error'}, example: {schema: {type: [a]}}}}
components:
  responses:
    default: {description: D, content: {application/json: {schema: {type: [string, 'null']}}}}
$defs:
  Error: {type: [object, 'null']}
",
    );
    let document = converted.contract.document();
    let response = &document["paths"]["/a"]["get"]["responses"]["default"];
    let body = &response["content"]["application/json"];
    assert_eq!(body["schema"]["$ref"], "#/components/schemas/Error");
    assert_eq!(body["example"]["schema"]["type"], json!(["a"]));
    let text = json!({"type": "string", "nullable": true});
    assert_eq!(response["headers"]["example"]["schema"], text);
    assert_eq!(response["headers"]["x-rate"]["schema"], text);
    let component = &document["components"]["responses"]["default"];
    assert_eq!(component["content"]["application/json"]["schema"], text);
}

#[test]
fn a_chain_of_path_items_is_followed_to_its_end() {
    let converted = convert(
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {$ref: '#/components/pathItems/A'}
  /b: {$ref: '#/components/pathItems/C'}
components:
  pathItems:
    A: {$ref: '#/components/pathItems/B', summary: S}
    B: {get: {operationId: readA, responses: {}}}
    C: {$ref: '#/components/pathItems/C'}
",
    );
    let paths = &converted.contract.document()["paths"];
    let expected = json!({"summary": "S", "get": {"operationId": "readA", "responses": {}}});
    assert_eq!(paths["/a"], expected);
    assert!(paths["/b"].get("get").is_none());
}

#[test]
fn the_default_dialect_causes_no_remark() {
    let dialect = "jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\n";
    assert!(convert(&format!("{HEAD}{dialect}")).remarks.is_empty());
}

const OPERATION_30: &str = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: readA
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
      responses:
        '200':
          description: D
          content:
            application/json:
              schema: {$ref: '#/components/schemas/A'}
components:
  schemas:
    A:
      type: object
      properties:
        kind: {type: string, enum: [a, b], nullable: true}
        name: {type: string, maxLength: 30, nullable: true}
";

const OPERATION_31: &str = "openapi: 3.1.1
info: {title: T, version: '1'}
paths:
  /a/{id}:
    $ref: '#/components/pathItems/A'
components:
  pathItems:
    A:
      get:
        operationId: readA
        parameters:
          - {name: id, in: path, required: true, schema: {type: integer, exclusiveMinimum: 0}}
        responses:
          '200':
            description: D
            content:
              application/json:
                schema: {$ref: '#/components/schemas/A'}
  schemas:
    A:
      type: object
      properties:
        kind: {type: [string, 'null'], enum: [a, b, null]}
        name: {type: [string, 'null'], maxLength: 30, examples: [Ola]}
";

#[test]
fn the_outline_equals_that_of_the_30_version() {
    let converted = convert(OPERATION_31).contract;
    assert_eq!(converted.line("/paths/~1a~1{id}/get/operationId"), 10);
    let same = Contract::parse("up.yaml", OPERATION_30).unwrap();
    assert_eq!(Outline::of(&converted), Outline::of(&same));
}
