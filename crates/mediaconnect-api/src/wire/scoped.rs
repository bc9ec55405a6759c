//! Sets a value of the current thread while a function runs.

use std::cell::Cell;
use std::thread::LocalKey;

/// Calls `run` with `value` in a thread-local cell. Restores the old value afterwards, also if `run` panics.
pub(super) fn with<V: Copy, T>(cell: &'static LocalKey<Cell<V>>, value: V, run: impl FnOnce() -> T) -> T {
    struct Restored<V: Copy + 'static>(&'static LocalKey<Cell<V>>, V);

    impl<V: Copy> Drop for Restored<V> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }

    let _restored = Restored(cell, cell.replace(value));
    run()
}
