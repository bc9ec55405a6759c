//! Calls every operation by its id.
//!
//! The calls are compiled here once. Otherwise each test that calls every operation would compile all of them again.

use std::fmt::Debug;
use std::pin::Pin;

use mediaconnect::operations::{ClientOperation, Operation, OperationInfo, UserOperation};
use mediaconnect::{Client, Result, UserToken, operations};
use serde::de::DeserializeOwned;

/// A running call.
pub type Calling = Pin<Box<dyn Future<Output = Result<Box<dyn Debug + Send>>> + Send>>;

/// Calls an operation with a request in JSON: parameters by their names, and `body`.
#[must_use]
pub fn call(info: &OperationInfo, client: &Client, user: &UserToken, request: &str) -> Calling {
    let (_, start) = CALLS.iter().find(|(known, _)| *known == info).expect("each operation has a call");
    start(client, user, request)
}

type Start = fn(&Client, &UserToken, &str) -> Calling;

macro_rules! calls {
    ($($operation:ident($mode:ident))*) => {
        const CALLS: &[(&OperationInfo, Start)] =
            &[$((<operations::$operation as Operation>::INFO, $mode::<operations::$operation>)),*];
    };
}

mediaconnect_api::for_each_operation!(calls);

fn client<O: ClientOperation<Output: Debug> + DeserializeOwned>(
    client: &Client,
    _: &UserToken,
    request: &str,
) -> Calling {
    finish(client.call(parse::<O>(request)))
}

fn user<O: UserOperation<Output: Debug> + DeserializeOwned>(
    client: &Client,
    user: &UserToken,
    request: &str,
) -> Calling {
    finish(client.as_user(user).call(parse::<O>(request)))
}

fn parse<O: Operation + DeserializeOwned>(request: &str) -> O {
    serde_json::from_str(request).unwrap_or_else(|error| panic!("{}: {error}", O::INFO.id))
}

fn finish<T: Debug + Send + 'static>(call: mediaconnect::Call<T>) -> Calling {
    Box::pin(async { call.await.map(|output| Box::new(output) as Box<dyn Debug + Send>) })
}
