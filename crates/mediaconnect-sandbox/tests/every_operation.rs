//! Calls every operation of the contract through the client, with the contract's example. A new operation needs no change here.
#![cfg(feature = "client")]

use std::fmt::Debug;
use std::path::Path;
use std::sync::LazyLock;

use mediaconnect::operations::{ClientOperation, Mode, OPERATIONS, Operation, UserOperation};
use mediaconnect::{Client, Result};
use mediaconnect_sandbox::{Contract, Quirk, Quirks, Sandbox, SandboxBuilder};
use serde::de::DeserializeOwned;

/// Returns the request of an operation from the contract's examples.
fn request<O: Operation + DeserializeOwned>(example: &str) -> O {
    serde_json::from_str(example).unwrap_or_else(|error| {
        let id = O::INFO.id;
        panic!("the examples of {id} make no request: {error}; give each of its parameters and its body one, in openapi/groups")
    })
}

fn told<T: Debug>(id: &'static str, quirks: Quirks, result: Result<T>) {
    let message = |error: mediaconnect::Error| match error.upstream_message().and_then(|words| words.text()) {
        Some(words) => words.to_owned(),
        None => error.to_string(),
    };
    if let Err(error) = result {
        panic!("{id} with {quirks:?}: {}", message(error));
    }
}

macro_rules! call_each {
    ($($operation:ident($mode:ident))*) => {
        /// Calls each operation in a new sandbox, because an operation may remove data that the next one needs.
        async fn call_each(builder: &dyn Fn() -> SandboxBuilder, quirks: Quirks) -> Vec<&'static str> {
            vec![$({
                use mediaconnect::operations::$operation as Called;
                let sandbox = builder().quirks(quirks).in_memory();
                let result = call_each!(@$mode sandbox.client(), request::<Called>(Called::INFO.request_example)).await;
                told(Called::INFO.id, quirks, result);
                Called::INFO.id
            }),*]
        }
    };
    (@client $client:expr, $operation:expr) => { in_client_mode($client, $operation) };
    (@user $client:expr, $operation:expr) => { in_user_mode($client, $operation) };
}

mediaconnect_api::for_each_operation!(call_each);

async fn in_client_mode<O: ClientOperation>(client: Client, operation: O) -> Result<O::Output> {
    assert_eq!(O::INFO.mode, Mode::Client);
    client.call(operation).with_attempts(1).await
}

async fn in_user_mode<O: UserOperation>(client: Client, operation: O) -> Result<O::Output> {
    assert_eq!(O::INFO.mode, Mode::User);
    let user = client.user_token().expect("the sandbox's client has one").clone();
    client.as_user(&user).call(operation).with_attempts(1).await
}

fn every_set_of_quirks() -> impl Iterator<Item = Quirks> {
    let each = Quirks::all().iter().map(Quirks::from);
    each.chain([Quirks::none(), Quirks::upstream(), Quirks::all()])
}

#[tokio::test]
async fn every_operation_is_answered_so_that_the_client_believes_it_with_every_quirk() {
    for quirks in every_set_of_quirks() {
        let called = call_each(&Sandbox::builder, quirks).await;
        assert_eq!(called, OPERATIONS.iter().map(|operation| operation.id).collect::<Vec<_>>());
    }
}

/// Sets a contract, so that the sandbox uses no stored customers and every operation responds with its example.
#[tokio::test]
async fn every_operation_is_answered_by_its_example_with_and_without_quirks() {
    // The test above checks each quirk separately. Most operations have no state.
    for quirks in [Quirks::none(), Quirks::upstream(), Quirks::all()] {
        call_each(&|| Sandbox::builder().contract(contract()), quirks).await;
    }
}

#[tokio::test]
#[should_panic(expected = "getCustomerInfo has no example of its response 200; add an example at ")]
async fn an_operation_that_lacks_an_example_of_its_response_fails_with_words_that_say_so() {
    let mut document = contract().document().clone();
    let media_type =
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get/responses/200/content/application~1json";
    document.pointer_mut(media_type).unwrap().as_object_mut().unwrap().remove("examples").unwrap();
    // JSON is valid YAML.
    let contract = Contract::parse("connect.yaml", &document.to_string()).unwrap();
    call_each(&|| Sandbox::builder().contract(contract.clone()), Quirks::none()).await;
}

#[test]
#[should_panic(expected = "the examples of getCustomerInfo make no request: missing field `customerNumber`")]
fn an_operation_that_lacks_an_example_of_its_request_fails_with_words_that_say_so() {
    request::<mediaconnect::operations::GetCustomerInfo>("{}");
}

fn contract() -> Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/connect.yaml");
        Contract::load(&path).unwrap()
    });
    CONTRACT.clone()
}

/// Checks that the two tests above cover all operations.
#[test]
fn all_quirks_are_among_the_sets() {
    assert!(every_set_of_quirks().any(|quirks| quirks == Quirk::UnknownFields.into()));
    assert_eq!(every_set_of_quirks().count(), 14);
}
