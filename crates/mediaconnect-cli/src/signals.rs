//! The signals that ask the command to stop.

use std::io;
use std::pin::Pin;
use std::thread;

use tokio::sync::oneshot;

use crate::exit::Exit;
use crate::failure::Failure;

/// Ctrl-C or SIGTERM, which no longer end the process.
pub(crate) struct Stopped(Pin<Box<dyn Future<Output = ()>>>);

/// Takes Ctrl-C and SIGTERM over from the operating system.
pub(crate) fn stopped() -> Result<Stopped, Failure> {
    let signal = stop_signal().map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("signals cannot be received: {error}"),
            "report this with the operating system's name and version",
        )
    })?;
    Ok(Stopped(Box::pin(signal)))
}

impl Stopped {
    /// Waits for a signal.
    pub(crate) async fn wait(&mut self) {
        self.0.as_mut().await;
    }

    /// Does something that blocks, before anything is sent. A signal ends the waiting for it; its thread is left to itself
    /// until the process ends.
    pub(crate) async fn before<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, outcome) = oneshot::channel();
        // Not a thread of the runtime, which would wait for it in the end.
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
