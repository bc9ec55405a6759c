//! Every operation of the contract, called with canaries.

use mediaconnect::operations::Operation;
use mediaconnect::{Client, UserToken};

use crate::canaries::text;
use crate::documents::Documents;
use crate::operations::{observe, print};

/// The operations that a client calls. Most faults affect all operations in the same way. A client with such a fault
/// calls only an eighth of the operations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Share {
    All,
    /// Every eighth operation. The number in this variant selects the first operation. Clients with the numbers 0 to 7
    /// together call all operations.
    Eighth(usize),
}

impl Share {
    fn has(self, operation: Option<usize>) -> bool {
        match self {
            Self::All => true,
            Self::Eighth(number) => operation.is_some_and(|operation| (operation + number).is_multiple_of(8)),
        }
    }
}

macro_rules! table {
    ($($operation:ident($mode:ident))*) => {
        /// Calls each operation that `share` selects, with values that keep the contract's rules and with values that
        /// break these rules.
        pub(crate) async fn every(client: &Client, documents: &Documents, share: Share) {
            let user = UserToken::new(text("user-token"));
            let mut numbers = 0..;
            $(
                let requests = if share.has(numbers.next()) {
                    documents.requests(<mediaconnect::operations::$operation as Operation>::INFO.id).to_vec()
                } else {
                    Vec::new()
                };
                for request in requests {
                    let operation: mediaconnect::operations::$operation =
                        serde_json::from_value(request).expect("a request of the contract");
                    print(&operation);
                    let call = table!(@$mode client, &user, operation);
                    print(&call);
                    observe(call.await);
                }
            )*
        }

        /// Calls the operation with this id once, with a request that keeps the contract's rules.
        pub(crate) async fn one(client: &Client, documents: &Documents, id: &str) {
            let user = UserToken::new(text("user-token"));
            let [request, ..] = documents.requests(id);
            $(
                if id == <mediaconnect::operations::$operation as Operation>::INFO.id {
                    let operation: mediaconnect::operations::$operation =
                        serde_json::from_value(request).expect("a request of the contract");
                    return observe(table!(@$mode client, &user, operation).with_attempts(1).await);
                }
            )*
            panic!("the table has no operation {id}");
        }
    };
    (@client $client:expr, $user:expr, $operation:expr) => { $client.call($operation) };
    (@user $client:expr, $user:expr, $operation:expr) => { $client.as_user($user).call($operation) };
}

mediaconnect_api::for_each_operation!(table);
