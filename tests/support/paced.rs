//! Runs tests with real sockets on a paused clock.
//!
//! Tokio advances a paused clock to the next timer as soon as its thread is idle and the sockets report no event. At
//! this moment, data may still be in the kernel. So a timeout of ten seconds may fire although the response has already
//! been sent. (Versions of Tokio before 1.54 may even ignore events that the sockets have reported.) In this module,
//! the clock advances only if nothing has happened for some real time:
//!
//! - Each time the runtime becomes idle, a hook counts the idle rounds in a row. In the first three rounds it wakes a
//!   task that does nothing. Because a task is ready, Tokio polls the sockets and does not advance the clock. Before
//!   the second round the hook sleeps, so that the kernel can finish deferred work.
//! - Code that moves bytes on the server side (a [`FaultServer`](crate::FaultServer)) calls [`busy`], which resets the
//!   count.
//! - After the third round, Tokio advances the clock to the next timer, and the rounds begin again.
//!
//! On loopback, the kernel delivers data within the system call that sends it, so the sleep is only a safety margin.
//! This method works only if client and server run in this runtime, and if nothing runs on another thread, such as name
//! resolution.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::Notify;

/// The number of idle rounds in a row before the clock advances.
const QUIET_ROUNDS: u32 = 3;
/// The sleep in an idle round, in real time.
const SLEEP: Duration = Duration::from_micros(100);

thread_local! {
    static QUIET: Cell<u32> = const { Cell::new(0) };
}

/// Runs a test on a paused clock, on its own runtime in this thread.
pub fn run_paced<T>(test: impl Future<Output = T>) -> T {
    let nudge = Arc::new(Notify::new());
    let nudged = Arc::clone(&nudge);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || {
            let quiet = QUIET.get() + 1;
            if quiet > QUIET_ROUNDS {
                QUIET.set(0);
                return;
            }
            QUIET.set(quiet);
            if quiet == 2 {
                std::thread::sleep(SLEEP);
            }
            nudge.notify_one();
        })
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let nudged = tokio::spawn(async move {
            loop {
                nudged.notified().await;
            }
        });
        let outcome = test.await;
        nudged.abort();
        outcome
    })
}

/// Reports that bytes were moved, or that a connection was opened or closed. The clock then stops until the client has
/// had time to notice the event.
pub fn busy() {
    QUIET.set(0);
}
