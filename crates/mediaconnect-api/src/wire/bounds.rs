//! Limits the memory that the lists of a document may use.
//!
//! An item `{}` is two bytes of JSON, but its struct may need hundreds of bytes. The size of a document therefore does
//! not limit the memory of its lists. Strings are not counted, because they are no larger than their JSON.

use std::cell::Cell;

use super::scoped;

/// The error for a list that is longer than allowed.
pub const TOO_MANY: &str = "found more items than allowed";

thread_local! {
    /// The number of bytes that lists may still use on this thread.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Calls `read`. All lists that `read` creates may use at most `bytes` bytes of memory together. A list that exceeds
/// the limit fails with [`TOO_MANY`]. Lists read outside this function have no limit.
///
/// The limit applies to the current thread.
pub fn within<T>(bytes: usize, read: impl FnOnce() -> T) -> T {
    scoped::with(&LEFT, bytes, read)
}

/// Makes room for one more item in the list. Returns false if the memory limit does not allow that.
pub(super) fn has_room<T>(items: &mut Vec<T>) -> bool {
    let capacity = items.capacity();
    if items.len() < capacity {
        return true;
    }
    // The first block is small, because most lists are short and glibc allocates blocks above one KiB more slowly.
    let first = (1024 / size_of::<T>().max(1)).clamp(1, 4);
    let more = capacity.max(first);
    let has_room = has_bytes(more.saturating_mul(size_of::<T>()));
    if has_room {
        items.reserve_exact(more);
    }
    has_room
}

/// Subtracts `bytes` from the bytes that lists may still use, and returns true. If fewer than `bytes` remain, subtracts
/// nothing and returns false.
pub(super) fn has_bytes(bytes: usize) -> bool {
    let left = LEFT.get().checked_sub(bytes);
    LEFT.set(left.unwrap_or(LEFT.get()));
    left.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(bytes: usize) -> usize {
        within(bytes, || {
            let mut items = Vec::new();
            while has_room(&mut items) {
                items.push(0_u64);
            }
            items.capacity()
        })
    }

    #[test]
    fn a_list_stops_at_the_limit() {
        assert_eq!(
            [filled(0), filled(31), filled(32), filled(63), filled(64), filled(1 << 20)],
            [0, 0, 4, 4, 8, 1 << 17]
        );
    }

    #[test]
    fn lists_share_the_limit_until_the_call_ends() {
        within(64, || {
            assert_eq!(filled(32), 4);
            assert!(has_room(&mut Vec::<u64>::new()) && has_room(&mut Vec::<u64>::new()));
            assert!(!has_room(&mut Vec::<u64>::new()));
        });
        assert!(has_room(&mut Vec::<[u8; 1000]>::new()));
    }
}
