//! A paused clock that real sockets can keep up with.
//!
//! Tokio moves a paused clock to the next timer whenever its thread has nothing to do and the sockets have no news *at
//! that moment*: what the kernel still holds comes too late, and a timeout of ten seconds fires before a response that
//! was sent. (Versions before 1.54 may not even wait for the news that there is.) Here the clock moves only when
//! nothing happened for a while of real time:
//!
//! - Each time the runtime runs out of work, a hook looks at how often that was so in a row. The first three times it
//!   makes a task ready that does nothing: since there is work, tokio looks at the sockets, and leaves the clock
//!   alone. Before the second time it sleeps, so that the kernel can do what it has put off.
//! - Whoever moves bytes on the other side of the client (a [`FaultServer`](crate::FaultServer)) calls [`busy`], and
//!   the count begins anew.
//! - Then tokio moves the clock to the next timer, and everything begins again.
//!
//! On loopback the kernel delivers within the system call that sends, so the sleep is a reserve. What is needed for
//! this to be right: client and server are in this runtime, and nothing resolves names or else leaves the thread.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::Notify;

/// How often nothing must have happened in a row before the clock moves.
const QUIET_ROUNDS: u32 = 3;
/// How long one of them lasts, of real time.
const SLEEP: Duration = Duration::from_micros(100);

thread_local! {
    static QUIET: Cell<u32> = const { Cell::new(0) };
}

/// Runs a test on a paused clock, on a thread of its own runtime.
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

/// Bytes were moved, or a connection opened or closed: the clock stands until the client has had time to notice.
pub fn busy() {
    QUIET.set(0);
}
