//! Checks that a call runs inside a Tokio runtime. Outside a runtime, the call returns an error and does not panic.

use std::future::poll_fn;
use std::pin::pin;

use tokio::runtime::Handle;

use crate::error::{Error, Result};

/// Returns the runtime of the current thread.
pub(crate) fn handle() -> Result<Handle> {
    Handle::try_current().map_err(|_| {
        Error::configuration(
            "there is no Tokio runtime on this thread: await the call in one, such as a function with \
             #[tokio::main], or enter one with tokio::runtime::Handle::enter",
        )
    })
}

/// Polls a future inside a Tokio runtime. Returns an error outside a runtime, because the future's timers and sockets
/// would panic there.
pub(crate) async fn inside<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut future = pin!(future);
    poll_fn(|context| {
        handle()?;
        future.as_mut().poll(context)
    })
    .await
}
