//! Many calls: as many at once as fill the rate, and no more.

mod source;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};
use tracing::Instrument;

pub use self::source::BulkSource;
use self::source::Items;
use crate::call::Call;
use crate::error::Result;
use crate::place::{Place, Queue};
use crate::runtime;

/// The latency up to which the calls under way fill the rate, in seconds.
const SLOWEST: f64 = 3.0;
/// Calls under way at once, unless they are told: HTTP/1.1 takes a connection for each.
const FEWEST: usize = 8;
const MOST: usize = 256;
/// How much of the rate waits for its turn, in seconds.
const READY: f64 = 0.02;
/// The shortest pause before a call is started again that only waited: not a busy loop.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
/// Outcomes that wait for an earlier one, at most.
const HELD_BACK: usize = 1_024;

/// Calls of many items, one for each: a stream of the items with their outcomes, as they come. Get it from
/// [`Customers::info_many`](crate::groups::Customers::info_many) or [`Client::bulk`](crate::Client::bulk).
///
/// - **Rate.** A call is started when fewer than a few others wait for the rate: two at upstream's rate. So the rate is
///   used up whatever the latency, no call spends its deadline in the queue, and other calls of the client wait behind
///   two, not behind a hundred. If the rate is used up for longer than a call's deadline, the call is started again
///   when it is its turn.
/// - **Failures.** One does not end the stream: it is the outcome of its item. A failure that concerns all comes with
///   each of them, without a request if it is certain: stop reading at [`is_auth`](crate::Error::is_auth).
/// - **Back-pressure.** An outcome that nobody takes keeps its place among those under way, so who stops reading stops
///   new calls. Those under way end all the same, in tasks of their own, and their outcomes wait.
/// - **Memory** does not depend on how many items there are: an item is taken from its [source](BulkSource) when its call
///   starts. So a slow reader, or a rate that is used up, also slows down whoever sends into a bounded channel.
/// - **Waiting.** While a stream has no item, nothing is called and nothing is held: other calls have the whole rate. An
///   iterator that blocks blocks the thread that reads the bulk; use a stream for such a source.
/// - **Dropping** it drops all calls under way.
///
/// It is a [`Stream`], and has a [`next`](Self::next) of its own for who needs no more. Its calls run in the Tokio
/// runtime in which it is read. Outside one, it goes on in the last runtime; without one, each item ends with
/// [`is_configuration`](crate::Error::is_configuration). It borrows nothing of the client: it can be returned and sent
/// to tasks. It lives as long as its source (`'a`), which is `'static` if the source borrows nothing.
#[doc(alias = "batch")]
#[doc(alias = "stream")]
#[doc(alias = "pagination")]
#[must_use = "nothing is called unless it is read"]
pub struct Bulk<'a, K, T> {
    /// Nothing once it has ended.
    items: Option<Items<'a, K>>,
    call: Arc<MakeCall<K, T>>,
    limits: Limits,
    concurrency: usize,
    /// How many calls may wait for the rate.
    ready: usize,
    queue: Arc<Queue>,
    /// Where it was read last.
    runtime: Option<Handle>,
    running: JoinSet<Ended<K, T>>,
    /// The number of the next item.
    next: u64,
    /// Items that the rate refused, to be started again, after the pause.
    again: VecDeque<(u64, K)>,
    pause: Option<Pin<Box<Sleep>>>,
    /// Outcomes that came before their turn; nothing if all come as they come.
    held: Option<Held<K, T>>,
}

/// Makes the call of an item.
type MakeCall<K, T> = dyn Fn(&K) -> Call<T> + Send + Sync;

/// What the calls are limited to, instead of what they say themselves.
#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    deadline: Option<Duration>,
    attempt_timeout: Option<Duration>,
    attempts: Option<u32>,
}

/// A call that is over.
struct Ended<K, T> {
    number: u64,
    item: K,
    outcome: Result<T>,
}

/// Outcomes by the numbers of their items, and the number that is next.
struct Held<K, T> {
    outcomes: BTreeMap<u64, (K, Result<T>)>,
    next: u64,
}

impl<'a, K: Send + 'static, T: Send + 'static> Bulk<'a, K, T> {
    /// `rate` is how many requests a second the client may send for long.
    pub(crate) fn new<F>(rate: f64, items: Items<'a, K>, call: F) -> Self
    where
        F: Fn(&K) -> Call<T> + Send + Sync + 'static,
    {
        let ready = rounded(rate * READY).max(2);
        Self {
            items: Some(items),
            call: Arc::new(call),
            limits: Limits::default(),
            concurrency: (rounded(rate * SLOWEST) + ready).clamp(FEWEST, MOST),
            ready,
            queue: Arc::default(),
            runtime: None,
            running: JoinSet::new(),
            next: 0,
            again: VecDeque::new(),
            pause: None,
            held: None,
        }
    }

    /// Outcomes in the order of the items. One that is late holds up to 1,024 others back, then new calls too.
    pub fn in_order(mut self) -> Self {
        self.held = Some(Held { outcomes: BTreeMap::new(), next: self.next });
        self
    }

    /// At most so many calls at once; 0 counts as 1.
    ///
    /// The default is the rate of three seconds and what waits for it, from 8 to 256: 102 at upstream's rate, which is
    /// used up at latencies up to three seconds. Each call under way has a connection.
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Limits each call; see [`Call::with_deadline`].
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = Some(deadline);
        self
    }

    /// Limits each attempt; see [`Call::with_attempt_timeout`].
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt_timeout = Some(timeout);
        self
    }

    /// Limits the requests of each call; see [`Call::with_attempts`].
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.limits.attempts = Some(attempts);
        self
    }

    /// The next outcome, with its item; `None` when there are no more.
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<(K, Result<T>)> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Starts calls while there is room for them.
    fn start(&mut self, context: &mut Context<'_>) {
        if let Some(pause) = &mut self.pause {
            if pause.as_mut().poll(context).is_pending() {
                return;
            }
            self.pause = None;
        }
        self.queue.wake_when_shorter(context.waker());
        while self.running.len() < self.concurrency && self.queue.length() < self.ready {
            let next = match self.again.pop_front() {
                Some(next) => Poll::Ready(Some(next)),
                None => self.poll_item(context),
            };
            let Poll::Ready(Some((number, item))) = next else { return };
            let (call, limits) = (Arc::clone(&self.call), self.limits);
            let place = Place::take(&self.queue);
            let task = async move {
                let call = limits.of(call(&item)).in_place(place);
                Ended { number, outcome: call.await, item }
            };
            self.running.spawn(task.in_current_span());
        }
    }

    /// Takes an item from the source. Nothing is ready too while the outcomes that wait are too many, and then those that
    /// are under way wake the reader.
    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<(u64, K)>> {
        if self.held.as_ref().is_some_and(|held| held.outcomes.len() >= HELD_BACK) {
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

    /// Returns what comes of a call that is over, if it is its turn.
    fn settle(&mut self, ended: Ended<K, T>) -> Option<(K, Result<T>)> {
        let Ended { number, item, outcome } = ended;
        if let Err(error) = &outcome
            && error.is_exhausted()
        {
            // Nothing was sent: it has only waited.
            self.again.push_back((number, item));
            let wait = error.retry_after().unwrap_or_default().max(SHORTEST_PAUSE);
            self.pause = Some(Box::pin(sleep(wait)));
            return None;
        }
        let Some(held) = &mut self.held else { return Some((item, outcome)) };
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
                return Poll::Ready(
                    refused
                        .and_then(|(number, item)| this.settle(Ended { number, item, outcome: Err(error) })),
                );
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
                // A pause or the source wakes the reader.
                Poll::Ready(None) if this.pause.is_some() || this.items.is_some() => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Ok(ended))) => {
                    if let Some(next) = this.settle(ended) {
                        return Poll::Ready(Some(next));
                    }
                }
                Poll::Ready(Some(Err(error))) => match error.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // The runtime is shutting down: nothing will come any more.
                    Err(_) => return Poll::Pending,
                },
            }
        }
    }
}

// Nothing in it is pinned.
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

impl<K, T> Held<K, T> {
    fn take(&mut self) -> Option<(K, Result<T>)> {
        let next = self.outcomes.remove(&self.next)?;
        self.next += 1;
        Some(next)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is positive and small")]
fn rounded(count: f64) -> usize {
    count.ceil() as usize
}
