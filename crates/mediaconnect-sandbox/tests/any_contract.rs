//! Tests that a sandbox with another contract checks requests against that contract, and responds with its examples.

use mediaconnect_sandbox::{Contract, Expected, Fault, Sandbox, SandboxBuilder};
use reqwest::Method;
use serde_json::{Value, json};

/// A contract with parameters of each location and type. Its responses include a bare list, a scalar, a response
/// without a body, and a response without an example.
const CONTRACT: &str = "
openapi: 3.0.3
info: {title: T, version: 1.0.0}
paths:
  /things/{group}:
    get:
      operationId: listThings
      parameters:
        - {name: group, in: path, required: true, schema: {$ref: '#/components/schemas/Group'}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: since, in: query, schema: {type: string, format: date}}
        - {name: state, in: query, schema: {type: string, enum: [open, closed]}}
        - {name: open, in: query, schema: {type: boolean}}
        - {name: price, in: query, schema: {type: number, maximum: 9.5}}
        - {name: ids, in: query, schema: {type: array, maxItems: 2, items: {type: integer}}}
        - {name: words, in: query, explode: false, schema: {type: array, items: {type: string, maxLength: 3}}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string, pattern: '^[a-z]+$'}}
      responses:
        '200':
          description: The things.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}
              example: [{id: 1, word: a}]
    post:
      operationId: addThing
      x-success: {has: any, matches: {id: body.id, 'parts[].group': group}}
      parameters:
        - {name: group, in: path, required: true, schema: {type: string}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
      responses:
        '201':
          description: The thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              examples:
                first: {$ref: '#/components/examples/Thing'}
    delete:
      operationId: removeThings
      parameters:
        - {name: group, in: path, required: true, schema: {type: string}}
      responses:
        '204': {description: They are gone.}
  /count:
    get:
      operationId: countThings
      responses:
        '200': {description: How many., content: {application/json: {schema: {type: integer}, example: 3}}}
  /label:
    get:
      operationId: printLabel
      responses:
        '200': {description: A label., content: {text/plain: {schema: {type: string}, example: 'a, b'}}}
  /forgotten:
    get:
      operationId: forgotten
      responses:
        '200': {description: Something., content: {application/json: {schema: {type: integer}}}}
components:
  schemas:
    Group: {type: string, minLength: 2, maxLength: 4, format: path-segment}
    Thing:
      type: object
      properties:
        id: {type: integer}
        word: {type: string}
        parts: {type: array, items: {type: object, properties: {group: {type: string}}}}
  examples:
    Thing: {value: {id: 1, word: a, parts: [{group: x}, {group: y}]}}
";

fn builder() -> SandboxBuilder {
    Sandbox::builder().contract(Contract::parse("things.yaml", CONTRACT).unwrap())
}

async fn call(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> (u16, Value) {
    let url = format!("{}{path}", sandbox.base_url());
    let mut request = reqwest::Client::new().request(method, url).header("accept", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    assert!(response.headers().contains_key("x-mediaconnect-api-version"));
    let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text)))
}

async fn list(sandbox: &Sandbox, path: &str) -> (u16, Value) {
    call(sandbox, Method::GET, path, &[("X-Tenant", "oslo")], None).await
}

#[tokio::test]
async fn a_request_that_keeps_to_the_contract_gets_the_example() {
    let sandbox = builder().start().await.unwrap();
    for query in [
        "",
        "?limit=100&since=2026-01-31&state=open&open=true&price=9.5",
        "?ids=1&ids=-2",
        "?words=abc,d",
        "?words=",
    ] {
        let response = list(&sandbox, &format!("/things/ab{query}")).await;
        assert_eq!(response, (200, json!([{ "id": 1, "word": "a" }])), "{query}");
    }
    sandbox.assert_received(Expected::operation("listThings").field("ids", json!(["1", "-2"])).times(1));
    sandbox.assert_received(Expected::operation("listThings").field("limit", 100).field("group", "ab"));
}

#[tokio::test]
async fn a_parameter_that_breaks_the_contract_is_a_400_with_its_name_and_without_its_value() {
    let sandbox = builder().start().await.unwrap();
    for (path, expected) in [
        ("/things/a", "group: "),
        ("/things/a%3bb", "group: "),
        ("/things/a%2fb", "group: "),
        ("/things/%ff%fe", "group: UTF-8 text is expected"),
        ("/things/ab?limit=0", "limit: "),
        ("/things/ab?limit=101", "limit: "),
        ("/things/ab?limit=4711x", "limit: a whole number is expected"),
        ("/things/ab?limit=1&limit=2", "limit: must be sent only once"),
        ("/things/ab?since=4711-13-01", "since: "),
        ("/things/ab?state=4711", "state: "),
        ("/things/ab?open=yes", "open: true or false is expected"),
        ("/things/ab?price=4711", "price: "),
        ("/things/ab?price=x4711", "price: a number is expected"),
        ("/things/ab?ids=1&ids=2&ids=3", "ids: "),
        ("/things/ab?ids=1,2", "ids: a whole number is expected"),
        ("/things/ab?words=a,4711", "words/1: "),
        ("/things/ab?other=4711", "query: the contract has no such parameter"),
        ("/things/ab?limit=0&state=4711", "; state: "),
    ] {
        let (status, error) = list(&sandbox, path).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert_eq!((status, &error["exceptionType"]), (400, &json!("ValidationException")), "{path}");
        assert!(message.contains(expected) && !message.contains("4711"), "{path}: {message}");
    }
    for (headers, expected) in
        [(&[][..], "X-Tenant: is required"), (&[("x-tenant", "4711")][..], "X-Tenant: ")]
    {
        let (status, error) = call(&sandbox, Method::GET, "/things/ab", headers, None).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert!(status == 400 && message.contains(expected) && !message.contains("4711"), "{message}");
    }
}

#[tokio::test]
async fn the_response_confirms_what_was_asked() {
    let sandbox = builder().start().await.unwrap();
    let body = json!({ "id": 77, "word": "b" });
    let (status, thing) = call(&sandbox, Method::POST, "/things/oslo", &[], Some(body)).await;
    let parts = json!([{ "group": "oslo" }, { "group": "oslo" }]);
    assert_eq!((status, &thing["id"], &thing["parts"]), (201, &json!(77), &parts));
    // The body of this request is optional. Without a body, `id` has the value of the example.
    let (status, thing) = call(&sandbox, Method::POST, "/things/oslo", &[], None).await;
    assert_eq!((status, &thing["id"]), (201, &json!(1)));
    let (status, error) = call(&sandbox, Method::POST, "/things/oslo", &[], Some(json!({ "nick": 1 }))).await;
    assert_eq!((status, &error["errorMessage"]), (400, &json!("/nick: the contract has no such field")));
}

#[tokio::test]
async fn scalars_texts_and_empty_bodies_are_responses_too() {
    let sandbox = builder().start().await.unwrap();
    assert_eq!(list(&sandbox, "/count").await, (200, json!(3)));
    assert_eq!(list(&sandbox, "/label").await, (200, json!("a, b")));
    assert_eq!(call(&sandbox, Method::DELETE, "/things/oslo", &[], None).await, (204, json!("")));
}

#[tokio::test]
async fn an_operation_without_an_example_says_where_one_is_missing() {
    let sandbox = builder().start().await.unwrap();
    let (status, error) = list(&sandbox, "/forgotten").await;
    let expected = "forgotten has no example of its response 200; add an example at things.yaml:";
    let message = error["errorMessage"].as_str().unwrap();
    assert_eq!(status, 501);
    assert!(message.starts_with(expected), "{message}");
}

#[tokio::test]
async fn faults_are_of_the_operations_of_this_contract() {
    let sandbox = builder().fault(Fault::on("countThings").status(503)).start().await.unwrap();
    let url = format!("{}/count", sandbox.base_url());
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 503);
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 200);
}

#[tokio::test]
#[should_panic(expected = "the contract has no operation getCustomerInfo; use listThings, ")]
async fn a_fault_of_another_contract_is_refused() {
    let _ = builder().fault(Fault::on("getCustomerInfo")).start().await;
}

#[tokio::test]
#[should_panic(expected = "the contract has no operation searchCustomer;")]
async fn an_expectation_of_an_unknown_operation_is_refused() {
    let sandbox = Sandbox::start().await;
    sandbox.assert_not_received(Expected::operation("searchCustomer"));
}
