//! The clock of the sandbox.

use tokio::runtime::Handle;
use tokio::time::Instant;

/// The clock of the Tokio runtime that started the sandbox.
///
/// A test can pause this clock. With sockets, the sandbox itself runs in another runtime, whose clock the test cannot
/// pause.
#[derive(Clone)]
pub(crate) struct Clock(Handle);

impl Clock {
    pub(crate) fn of_this_runtime() -> Self {
        Self(Handle::current())
    }

    pub(crate) fn now(&self) -> Instant {
        let _inside = self.0.enter();
        Instant::now()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn another_thread_sees_the_paused_clock() {
        let clock = Clock::of_this_runtime();
        let before = clock.now();
        tokio::time::advance(Duration::from_secs(90)).await;
        let seen = std::thread::spawn(move || clock.now()).join().unwrap();
        assert_eq!(seen - before, Duration::from_secs(90));
    }
}
