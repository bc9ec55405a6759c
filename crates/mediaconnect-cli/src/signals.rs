//! The signals that ask the command to stop.

use std::io;

use crate::exit::Exit;
use crate::failure::Failure;

/// Waits for Ctrl-C or SIGTERM. From the call on, they no longer end the process.
pub(crate) fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    stop_signal().map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("signals cannot be received: {error}"),
            "report this with the operating system's name and version",
        )
    })
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
