//! Calls an operation and prints its response.

use std::any::Any;
use std::pin::Pin;

use mediaconnect::models::CustomerInfo;
use mediaconnect::operations::{ClientOperation, Operation, OperationInfo, UserOperation};
use mediaconnect::{Call, operations};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use super::OperationCall;
use crate::connect::{Caller, Connection, no_user_token};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::json_view::JsonView;
use crate::output::{Report, print};
use crate::secrets::RedactedJson;
use crate::terminal::Terminal;

/// Calls an operation and prints the response.
///
/// If the response is an empty list, the exit code is 0. Only `customer search` has another exit code for an empty
/// list, because scripts use it as a condition.
pub(crate) async fn run(request: &OperationCall, global: &GlobalArgs) -> Result<Exit, Failure> {
    let (_, start) =
        RUNNERS.iter().find(|(info, _)| *info == request.info).expect("each operation has a runner");
    start(request, global).await?;
    Ok(Exit::Success)
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;
type Start = for<'a> fn(&'a OperationCall, &'a GlobalArgs) -> Running<'a>;

macro_rules! runners {
    ($($operation:ident($mode:ident))*) => {
        #[allow(deprecated)]
        const RUNNERS: &[(&OperationInfo, Start)] =
            &[$((<operations::$operation as Operation>::INFO, $mode::<operations::$operation>)),*];
    };
}

mediaconnect_api::for_each_operation!(runners);

fn client<'a, O>(request: &'a OperationCall, global: &'a GlobalArgs) -> Running<'a>
where
    O: ClientOperation + DeserializeOwned + Serialize,
    O::Output: Serialize,
{
    Box::pin(async move {
        let operation: O = request.operation(global.connection.client_secret_file.as_deref())?;
        let connection = Connection::open(&global.connection, Caller::Client).await?;
        show(connection.client.call(operation), request, global).await
    })
}

fn user<'a, O>(request: &'a OperationCall, global: &'a GlobalArgs) -> Running<'a>
where
    O: UserOperation + DeserializeOwned + Serialize,
    O::Output: Serialize,
{
    Box::pin(async move {
        let operation: O = request.operation(global.connection.client_secret_file.as_deref())?;
        let connection = Connection::open(&global.connection, Caller::User).await?;
        let user = connection.client.user_token().ok_or_else(no_user_token)?;
        show(connection.client.as_user(user).call(operation), request, global).await
    })
}

async fn show<T>(call: Call<T>, request: &OperationCall, global: &GlobalArgs) -> Result<(), Failure>
where
    T: Serialize + 'static,
{
    let output = call.await?;
    let document = RedactedJson::of(&output, global.show_secrets);
    print(&OperationResponse { output, document, is_change: request.info.may_be_empty }, global.style())
}

struct OperationResponse<T> {
    output: T,
    /// The response as it is printed.
    document: RedactedJson,
    /// True if the operation changes something. If the response of such an operation is only a confirmation, the text
    /// output is `done`.
    is_change: bool,
}

impl<T> Serialize for OperationResponse<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

impl<T: 'static> Report for OperationResponse<T> {
    fn text(&self, terminal: Terminal) -> String {
        let any: &dyn Any = &self.output;
        if let Some(customer) = any.downcast_ref::<CustomerInfo>() {
            return customer.text(terminal);
        }
        let shown = JsonView::of(&self.document);
        if any.is::<()>() || (self.is_change && shown.is_a_flag()) {
            return "done\n".to_owned();
        }
        shown.text(terminal)
    }
}
