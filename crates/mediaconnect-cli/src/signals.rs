//! The signals that ask the command to stop.

use std::io;
use std::pin::Pin;
use std::thread;

use tokio::sync::oneshot;

use crate::exit::Exit;
use crate::failure::Failure;

/// Waits for Ctrl-C or SIGTERM. While this value exists, neither signal ends the process.
pub(crate) struct StopSignal(Pin<Box<dyn Future<Output = ()>>>);

/// Handles Ctrl-C and SIGTERM from now on.
pub(crate) fn stop_signal() -> Result<StopSignal, Failure> {
    let signal = system_signal().map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("signal handlers cannot be installed: {error}"),
            "report this with the operating system's name and version",
        )
    })?;
    Ok(StopSignal(Box::pin(signal)))
}

impl StopSignal {
    /// Waits for a signal.
    pub(crate) async fn wait(&mut self) {
        self.0.as_mut().await;
    }

    /// Runs blocking work before anything is sent. A signal ends the wait, and the thread keeps running until the
    /// process ends.
    pub(crate) async fn run_blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, outcome) = oneshot::channel();
        // A blocking task of the runtime would delay the end of the process, so this is a plain thread.
        thread::spawn(move || drop(done.send(work())));
        tokio::select! {
            () = self.wait() => Err(Failure::new(
                Exit::Interrupted,
                "interrupted before anything was sent",
                "run the same command again",
            )),
            outcome = outcome => Ok(outcome.expect("the thread does not panic")),
        }
    }
}

#[cfg(unix)]
fn system_signal() -> io::Result<impl Future<Output = ()>> {
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
fn system_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
