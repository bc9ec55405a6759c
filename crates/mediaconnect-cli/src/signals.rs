//! Handles the signals that stop the command.

use std::sync::mpsc;
use std::time::Duration;
use std::{io, process, thread};

use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::exit::Exit;
use crate::failure::Failure;

/// The maximum time between the first signal and the end of the process.
const GRACE: Duration = Duration::from_secs(10);

/// Waits for Ctrl-C, SIGTERM or SIGHUP, and gives the command time to stop by itself. The process ends at the second
/// signal, or 10 seconds after the first one. If the command has dropped this value, the first signal ends the process.
pub(crate) struct StopSignal(watch::Receiver<bool>);

pub(crate) fn stop_signal() -> Result<StopSignal, Failure> {
    start().map(StopSignal).map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("signal handlers cannot be installed: {error}"),
            "report this with the operating system's name and version",
        )
    })
}

impl StopSignal {
    pub(crate) async fn wait(&mut self) {
        // `wait_for` fails only if the sender is dropped, which happens only when the process ends.
        let _ = self.0.wait_for(|is_stopping| *is_stopping).await;
    }

    /// Runs blocking work in its own thread, and returns the result. At a signal, returns an error immediately, without
    /// waiting for the work. The error states that nothing was sent, so this method must be called before anything is
    /// sent.
    pub(crate) async fn run_blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, outcome) = oneshot::channel();
        // The work runs in a plain thread, because a blocking task of the runtime would delay the exit of the process.
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

/// Starts a thread that waits for the signals. The thread has its own runtime, because the command's runtime may be
/// blocked, for example by an output pipe that nobody reads.
fn start() -> io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let (installed, outcome) = mpsc::channel();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let prepared = Builder::new_current_thread().enable_all().build().and_then(|runtime| {
            let _context = runtime.enter();
            let signals = SystemSignals::install()?;
            Ok((runtime, signals))
        });
        match prepared {
            Ok((runtime, mut signals)) => {
                let _ = installed.send(Ok(()));
                runtime.block_on(supervise(async || signals.next().await, stop));
                process::exit(Exit::Interrupted.code().into());
            }
            Err(error) => drop(installed.send(Err(error))),
        }
    })?;
    outcome.recv().expect("the thread sends its result").map(|()| stopped)
}

/// Notifies the command at the first signal, and returns when the process must end: at the second signal or after
/// [`GRACE`]. If the command has dropped its [`StopSignal`], returns at the first signal.
async fn supervise(mut next: impl AsyncFnMut(), stop: watch::Sender<bool>) {
    next().await;
    if stop.send(true).is_ok() {
        let _ = timeout(GRACE, next()).await;
    }
}

#[cfg(unix)]
struct SystemSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// SIGHUP, which a process receives when its terminal is closed. `None` if it must be ignored.
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl SystemSignals {
    fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: (!may_ignore_hangup()).then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            // When a terminal is closed, the system and the shell may each send SIGHUP. Only the first SIGHUP counts,
            // because a second signal would end the process at once.
            Some(()) = async { self.hangup.as_mut()?.recv().await } => self.hangup = None,
        }
    }
}

/// Returns true if the process ignores SIGHUP, for example under `nohup`, or if the ignored signals are unknown. In
/// both cases, the process must not handle SIGHUP, because the handler could end a run that the user wants to continue.
#[cfg(unix)]
fn may_ignore_hangup() -> bool {
    // Only Linux lists the ignored signals in a file. The alternative, the system call `sigaction`, needs unsafe code.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is signal 1, which is SIGHUP.
    ignored.is_none_or(|mask| mask & 1 == 1)
}

#[cfg(windows)]
struct SystemSignals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl SystemSignals {
    fn install() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    /// Simulates signals, and returns the time until the process must end.
    async fn ends_after(mut signals: u32, stop: watch::Sender<bool>) -> Duration {
        let started = Instant::now();
        let next = async || match signals.checked_sub(1) {
            Some(left) => signals = left,
            None => pending().await,
        };
        supervise(next, stop).await;
        started.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_signal_asks_the_command_to_stop_and_gives_it_time() {
        let (stop, stopped) = watch::channel(false);
        let mut stopped = StopSignal(stopped);
        let command = async {
            stopped.wait().await;
            stopped.wait().await;
            Instant::now()
        };
        let started = Instant::now();
        let (time, stopped) = tokio::join!(ends_after(1, stop), command);
        assert_eq!((time, stopped), (GRACE, started));
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_the_process_at_once() {
        let (stop, _stopped) = watch::channel(false);
        assert_eq!(ends_after(2, stop).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_that_nobody_waits_for_ends_the_process_at_once() {
        let (stop, _) = watch::channel(false);
        assert_eq!(ends_after(1, stop).await, Duration::ZERO);
    }
}
