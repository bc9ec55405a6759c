//! Calls every operation of the contract through the client, with the contract's example. New operations are included
//! automatically.

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

#[derive(Clone, Copy)]
enum Expected {
    /// Any response that the client accepts as a success.
    Believed,
    Example,
}

fn check<O: Operation>(expected: Expected, quirks: Quirks, result: Result<O::Output>)
where
    O::Output: PartialEq,
{
    let id = O::INFO.id;
    let output = result.unwrap_or_else(|error| {
        let words = error.upstream_message().and_then(|message| message.text());
        panic!("{id} with {quirks:?}: {}", words.map_or_else(|| error.to_string(), str::to_owned));
    });
    if let Expected::Example = expected {
        let example = serde_json::from_str(O::INFO.response_example);
        let example: O::Output = example.unwrap_or_else(|error| panic!("the example of {id}: {error}"));
        // The message omits the response, because `Debug` hides its values.
        assert!(output == example, "{id} with {quirks:?}: the response differs from the example");
    }
}

macro_rules! call_each {
    ($($operation:ident($mode:ident))*) => {
        /// Calls each operation in a new sandbox, because one operation may remove data that the next one needs.
        async fn call_each(
            builder: &dyn Fn() -> SandboxBuilder,
            quirks: Quirks,
            expected: Expected,
        ) -> Vec<&'static str> {
            vec![$({
                use mediaconnect::operations::$operation as Called;
                let sandbox = builder().quirks(quirks).in_memory();
                let sent = request::<Called>(Called::INFO.request_example);
                let result = call_each!(@$mode sandbox.client(), sent.clone()).await;
                check::<Called>(expected, quirks, result);
                // The message omits the request, because `Debug` hides its values.
                assert!(sandbox.received_as::<Called>() == [sent], "{}: the received request differs", Called::INFO.id);
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

/// Returns sets of quirks: each quirk alone, no quirks, upstream's quirks, and all quirks.
fn every_set_of_quirks() -> impl Iterator<Item = Quirks> {
    let each = Quirks::all().iter().map(Quirks::from);
    each.chain([Quirks::none(), Quirks::upstream(), Quirks::all()])
}

fn all_operations() -> Vec<&'static str> {
    OPERATIONS.iter().map(|operation| operation.id).collect()
}

/// Also checks that the sandbox returns the request as it was sent.
#[tokio::test]
async fn the_client_accepts_every_response_with_every_quirk() {
    for quirks in every_set_of_quirks() {
        let called = call_each(&Sandbox::builder, quirks, Expected::Believed).await;
        assert_eq!(called, all_operations());
    }
}

/// This test sets a contract, so every operation responds with its example and not with a stored customer.
#[tokio::test]
async fn every_operation_is_answered_by_its_example_whatever_the_shape() {
    // These three quirks change values. All other quirks change only the shape of a response.
    let changes = [Quirk::EmptyFields, Quirk::UnknownValues, Quirk::LongTexts];
    let shapes = changes.into_iter().fold(Quirks::all(), Quirks::without);
    for (quirks, expected) in [
        (Quirks::none(), Expected::Example),
        (shapes, Expected::Example),
        (Quirks::all(), Expected::Believed),
    ] {
        let called = call_each(&|| Sandbox::builder().contract(contract()), quirks, expected).await;
        assert_eq!(called, all_operations());
    }
}

#[tokio::test]
#[should_panic(expected = "getCustomerInfo has no example of its response 200; add an example at ")]
async fn an_operation_that_lacks_an_example_of_its_response_fails_with_words_that_say_so() {
    let mut document = contract().document().clone();
    let media_type =
        "/paths/~1v1~1client~1customer~1info~1{customerNumber}/get/responses/200/content/application~1json";
    document.pointer_mut(media_type).unwrap().as_object_mut().unwrap().remove("examples").unwrap();
    // `Contract::parse` expects YAML, and JSON is valid YAML.
    let contract = Contract::parse("connect.yaml", &document.to_string()).unwrap();
    call_each(&|| Sandbox::builder().contract(contract.clone()), Quirks::none(), Expected::Believed).await;
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
