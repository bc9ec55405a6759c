//! Where the items of a bulk come from: an iterator or a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

/// The items of a [`Bulk`](crate::Bulk): any iterator or any [`Stream`] that is `Send`.
///
/// An iterator fits items that are in memory or that are computed. A stream fits items that must be waited for: a channel, a
/// queue, a database cursor. `Kind` tells the two apart, and the compiler infers it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an iterator nor a `Stream` that can be sent to another thread",
    note = "a channel of tokio becomes a stream with `tokio_stream::wrappers::ReceiverStream::new(receiver)`"
)]
pub trait BulkSource<'a, Kind> {
    /// One item, for which one call is made.
    type Item;

    #[doc(hidden)]
    fn into_items(self) -> Items<'a, Self::Item>;
}

/// The items, whatever they come from.
pub type Items<'a, K> = Pin<Box<dyn Stream<Item = K> + Send + 'a>>;

/// Marks a source that is an iterator.
#[derive(Debug)]
pub struct FromIterator;

/// Marks a source that is a stream.
#[derive(Debug)]
pub struct FromStream;

impl<'a, I: IntoIterator<IntoIter: Send + 'a>> BulkSource<'a, FromIterator> for I {
    type Item = I::Item;

    fn into_items(self) -> Items<'a, I::Item> {
        Box::pin(Iterated(self.into_iter()))
    }
}

impl<'a, S: Stream + Send + 'a> BulkSource<'a, FromStream> for S {
    type Item = S::Item;

    fn into_items(self) -> Items<'a, S::Item> {
        Box::pin(self)
    }
}

struct Iterated<I>(I);

impl<I: Iterator> Stream for Iterated<I> {
    type Item = I::Item;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.get_mut().0.next())
    }
}

// Nothing in it is pinned.
impl<I> Unpin for Iterated<I> {}
