//! Makes many calls, with as many at once as the rate allows.

mod source;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::Instrument;

pub use self::source::BulkSource;
use self::source::Items;
use crate::bulk_queue::{BulkQueue, BulkSlot};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::runtime;

/// The response time, in seconds, for which the default concurrency is chosen. If responses take longer, the default
/// concurrency may not be enough to use the whole rate.
const MAX_LATENCY: f64 = 3.0;
/// The limits of the default concurrency. The maximum limits the number of connections, because HTTP/1.1 needs a
/// connection for each call in progress.
const MIN_CONCURRENCY: usize = 8;
const MAX_CONCURRENCY: usize = 256;
/// The length of a bulk's queue, as a time in seconds. The queue has room for the calls that the rate admits in this
/// time, but for at least two calls.
const MAX_QUEUED: f64 = 0.02;
/// The shortest pause before restarting a call that the rate limiter did not admit. Without a pause, the restarts could
/// be a busy loop.
const MIN_PAUSE: Duration = Duration::from_millis(1);
/// The maximum number of outcomes that [`Bulk::in_order`] keeps until an earlier outcome arrives.
const MAX_HELD_BACK: usize = 1_024;

/// A stream that makes one call for each item, and returns each item with its outcome. Get one from
/// [`Customers::info_many`](crate::groups::Customers::info_many) or [`Client::bulk`](crate::Client::bulk).
///
/// - **Rate.** Only a few calls of the stream wait for the rate at the same time. At upstream's rate, at most two calls
///   wait, which is enough to use the whole rate. Retries and the calls of an overview count too. Because the queue is
///   short, no call uses up its deadline in the queue. Other calls of the client wait behind only these few calls. If
///   the rate is used up for longer than a call's deadline, the call is restarted later.
/// - **Failures.** A failure is the outcome of its item and does not end the stream. A failure that affects all items,
///   such as refused credentials, is returned for each item: stop reading at [`is_auth`](crate::Error::is_auth).
/// - **Back-pressure.** An unread outcome counts as a call in progress, so no new calls start if you stop reading.
///   Calls in progress still end, because they run in their own tasks.
/// - **Memory** does not depend on the number of items, because an item is taken from its [source](BulkSource) only
///   when its call starts. If the source is a bounded channel, a slow reader or a used-up rate therefore slows down the
///   sender of the channel.
/// - **Waiting.** While the stream waits for an item of the source, it starts no new calls. The wait uses none of the
///   rate. An iterator that blocks also blocks the thread that reads the outcomes. Use a stream instead of such an
///   iterator.
/// - **Dropping** the stream drops all calls in progress.
///
/// The method [`next`](Self::next) reads the [`Stream`] without an import of `StreamExt`.
///
/// The calls run in the Tokio runtime in which the stream is read. If the stream is read outside a runtime, the calls
/// run in the last runtime in which it was read. If the stream was never read in a runtime, each item ends with
/// [`is_configuration`](crate::Error::is_configuration). If a runtime is shut down, the items of its calls end with
/// [`is_interrupted`](crate::Error::is_interrupted), or with [`is_unavailable`](crate::Error::is_unavailable) if the
/// calls were still waiting for a token.
///
/// A `Bulk` does not borrow the client, so it can be returned and sent to tasks. Its lifetime `'a` is that of its
/// source: `'static` if the source borrows nothing.
#[doc(alias = "batch")]
#[doc(alias = "stream")]
#[doc(alias = "pagination")]
#[must_use = "a `Bulk` makes no calls unless it is read"]
pub struct Bulk<'a, K, T> {
    /// The source; `None` once it has ended.
    items: Option<Items<'a, K>>,
    call: Arc<MakeCall<K, T>>,
    limits: Limits,
    concurrency: usize,
    queue: Arc<BulkQueue>,
    /// The runtime in which the stream was last read.
    runtime: Option<Handle>,
    running: JoinSet<Option<Ended<K, T>>>,
    /// The items of calls that were dropped because their runtime was shut down.
    dropped: Dropped<K>,
    /// The position of the next item in the source.
    next: u64,
    /// Items whose calls are restarted after the pause, because the rate limiter did not admit a request.
    again: VecDeque<(u64, K)>,
    /// True while `running` contains the task of a pause. The pause is a task, because a timer must not be polled after
    /// its runtime was shut down.
    paused: bool,
    /// Outcomes that wait for earlier ones. `None` if the order does not matter.
    held: Option<Held<K, T>>,
}

/// For each item: its position in the source, the item, and a flag. The flag is true if the call may have sent a
/// change.
type Dropped<K> = Arc<Mutex<Vec<(u64, K, bool)>>>;

/// The item of a running call. If the call is dropped before it ends, its item goes to `dropped`.
struct Running<K> {
    /// `None` once the call has ended.
    item: Option<(u64, K)>,
    /// True if the call has started and must not be sent twice.
    is_unsafe: bool,
    dropped: Dropped<K>,
}

type MakeCall<K, T> = dyn Fn(&K) -> Call<T> + Send + Sync;

/// The limits that were set on the `Bulk`. They replace the limits of its calls.
#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    deadline: Option<Duration>,
    attempt_timeout: Option<Duration>,
    attempts: Option<u32>,
}

struct Ended<K, T> {
    number: u64,
    item: K,
    outcome: Result<T>,
    /// True if the call may be restarted after the rate limiter did not admit one of its requests.
    may_restart: bool,
}

/// The outcomes that wait for an earlier one. The key is the position of the item in the source. `next` is the position
/// whose outcome is returned next.
struct Held<K, T> {
    outcomes: BTreeMap<u64, (K, Result<T>)>,
    next: u64,
}

impl<'a, K: Send + 'static, T: Send + 'static> Bulk<'a, K, T> {
    /// Creates a `Bulk`. `rate` is the number of requests per second that the client can sustain.
    pub(crate) fn new<F>(rate: f64, items: Items<'a, K>, call: F) -> Self
    where
        F: Fn(&K) -> Call<T> + Send + Sync + 'static,
    {
        let slots = rounded(rate * MAX_QUEUED).max(2);
        Self {
            items: Some(items),
            call: Arc::new(call),
            limits: Limits::default(),
            concurrency: (rounded(rate * MAX_LATENCY) + slots).clamp(MIN_CONCURRENCY, MAX_CONCURRENCY),
            queue: BulkQueue::new(slots),
            runtime: None,
            running: JoinSet::new(),
            dropped: Dropped::default(),
            next: 0,
            again: VecDeque::new(),
            paused: false,
            held: None,
        }
    }

    /// Makes the stream return the outcomes in the order of the items.
    ///
    /// If 1,024 outcomes wait for a late one, no new calls start until the late outcome arrives. The order does not
    /// apply to calls that started before this method was called.
    pub fn in_order(mut self) -> Self {
        let next = self.next;
        self.held.get_or_insert_with(|| Held { outcomes: BTreeMap::new(), next });
        self
    }

    /// Sets how many calls run at once; 0 counts as 1.
    ///
    /// The default is the number of calls that the rate admits in three seconds, plus the calls that may wait for the
    /// rate. It is at least 8 and at most 256. At upstream's rate it is 102, which is enough to use the whole rate if
    /// responses take up to three seconds. Each call in progress has its own connection.
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Sets the deadline of each call; see [`Call::with_deadline`].
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = Some(deadline);
        self
    }

    /// Sets the time limit of each attempt; see [`Call::with_attempt_timeout`].
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the maximum number of requests of each call; see [`Call::with_attempts`].
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.limits.attempts = Some(attempts);
        self
    }

    /// Returns the next item with its outcome, or `None` after the last one.
    ///
    /// Dropping the future loses no outcome.
    pub async fn next(&mut self) -> Option<(K, Result<T>)> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn start(&mut self, context: &mut Context<'_>) {
        if self.paused {
            return;
        }
        self.queue.wake_when_free(context.waker());
        while self.running.len() < self.concurrency && self.queue.has_room() {
            let next = match self.again.pop_front() {
                Some(next) => Poll::Ready(Some(next)),
                None => self.poll_item(context),
            };
            let Poll::Ready(Some((number, item))) = next else { return };
            let slot = BulkSlot::new(&self.queue).try_take();
            let item = Some((number, item));
            let running = Running { item, is_unsafe: false, dropped: Arc::clone(&self.dropped) };
            let task = running.until_ended(Arc::clone(&self.call), self.limits, slot);
            self.running.spawn(task.in_current_span());
        }
    }

    /// Returns the next item of the source. Also returns `Pending` while too many outcomes wait for an earlier one. In
    /// that case, the reader is woken when a call in progress ends.
    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<(u64, K)>> {
        if self.held.as_ref().is_some_and(|held| held.outcomes.len() >= MAX_HELD_BACK) {
            return Poll::Pending;
        }
        let Some(items) = &mut self.items else { return Poll::Ready(None) };
        let Some(item) = ready!(items.as_mut().poll_next(context)) else {
            self.items = None;
            return Poll::Ready(None);
        };
        self.next += 1;
        Poll::Ready(Some((self.next - 1, item)))
    }

    /// Accepts the outcome of a call, and returns the next outcome for the reader. Returns `None` if the next outcome
    /// has not arrived yet, or if the call will be restarted.
    fn settle(&mut self, ended: Ended<K, T>) -> Option<(K, Result<T>)> {
        let Ended { number, item, outcome, may_restart } = ended;
        if let Err(error) = &outcome
            && error.is_exhausted()
            && may_restart
        {
            // The rate limiter did not admit a request of the call. The call can be restarted, because each earlier
            // request of the call was refused by upstream or is safe to repeat.
            self.again.push_back((number, item));
            let wait = error.retry_after().unwrap_or_default().max(MIN_PAUSE);
            if !self.paused {
                self.paused = true;
                self.running.spawn(async move {
                    sleep(wait).await;
                    None
                });
            }
            return None;
        }
        // If an item was taken from the source before `in_order` was called, its outcome is returned at once.
        let Some(held) = self.held.as_mut().filter(|held| number >= held.next) else {
            return Some((item, outcome));
        };
        held.outcomes.insert(number, (item, outcome));
        held.take()
    }
}

impl<K: Send + 'static, T: Send + 'static> Stream for Bulk<'_, K, T> {
    type Item = (K, Result<T>);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let runtime = match runtime::handle().or_else(|error| this.runtime.clone().ok_or(error)) {
            Ok(runtime) => this.runtime.insert(runtime).clone(),
            Err(error) => {
                let refused = ready!(this.poll_item(context));
                return Poll::Ready(refused.and_then(|(number, item)| {
                    this.settle(Ended { number, item, outcome: Err(error), may_restart: false })
                }));
            }
        };
        let _entered = runtime.enter();
        if let Some(next) = this.held.as_mut().and_then(Held::take) {
            return Poll::Ready(Some(next));
        }
        loop {
            this.start(context);
            match this.running.poll_join_next(context) {
                Poll::Pending => return Poll::Pending,
                // No call is running now. The reader is woken when the source has an item or a slot becomes free. A
                // cached read can still hold the slot of a call that has ended.
                Poll::Ready(None) if this.items.is_some() || !this.again.is_empty() => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(joined)) => {
                    let ended = joined.unwrap_or_else(|error| match error.try_into_panic() {
                        Ok(panic) => resume_unwind(panic),
                        Err(_) => dropped(&this.dropped),
                    });
                    // `None` means that the task of the pause has ended.
                    let Some(ended) = ended else {
                        this.paused = false;
                        continue;
                    };
                    if let Some(next) = this.settle(ended) {
                        return Poll::Ready(Some(next));
                    }
                }
            }
        }
    }
}

// `Bulk` does not pin its fields, so `Bulk` is `Unpin` even if its items and outcomes are not.
impl<K, T> Unpin for Bulk<'_, K, T> {}

/// Hides the items and the outcomes.
impl<K, T> fmt::Debug for Bulk<'_, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("limits", &self.limits)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

impl Limits {
    fn of<T: 'static>(self, mut call: Call<T>) -> Call<T> {
        if let Some(deadline) = self.deadline {
            call = call.with_deadline(deadline);
        }
        if let Some(timeout) = self.attempt_timeout {
            call = call.with_attempt_timeout(timeout);
        }
        if let Some(attempts) = self.attempts {
            call = call.with_attempts(attempts);
        }
        call
    }
}

impl<K> Running<K> {
    async fn until_ended<T: 'static>(
        mut self,
        call: Arc<MakeCall<K, T>>,
        limits: Limits,
        slot: BulkSlot,
    ) -> Option<Ended<K, T>> {
        let (_, item) = self.item.as_ref()?;
        let call = limits.of(call(item)).in_slot(Some(Box::new(slot)));
        self.is_unsafe = call.is_unsafe();
        let may_restart = !call.has_failed();
        let outcome = call.await;
        self.item.take().map(|(number, item)| Ended { number, item, outcome, may_restart })
    }
}

impl<K> Drop for Running<K> {
    fn drop(&mut self) {
        if let Some((number, item)) = self.item.take() {
            let dropped = (number, item, self.is_unsafe);
            self.dropped.lock().unwrap_or_else(PoisonError::into_inner).push(dropped);
        }
    }
}

/// Returns the outcome of a call that was dropped because its runtime was shut down. The call may have sent its
/// request.
fn dropped<K, T>(dropped: &Dropped<K>) -> Option<Ended<K, T>> {
    let (number, item, is_unsafe) = dropped.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
    let error = Error::new(Kind::Interrupted);
    let error = if is_unsafe { error.of_an_unsafe_request() } else { error };
    Some(Ended { number, item, outcome: Err(error), may_restart: false })
}

impl<K, T> Held<K, T> {
    fn take(&mut self) -> Option<(K, Result<T>)> {
        let next = self.outcomes.remove(&self.next)?;
        self.next += 1;
        Some(next)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count is positive and small")]
fn rounded(count: f64) -> usize {
    count.ceil() as usize
}
