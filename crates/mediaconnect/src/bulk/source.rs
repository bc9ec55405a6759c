use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

/// The source of the items of a [`Bulk`](crate::Bulk): any iterator or [`Stream`] that is `Send`.
///
/// Use an iterator for items that are in memory or computed. Use a stream for items that arrive over time, from a
/// channel, a queue or a database cursor. The compiler infers `Kind`, which distinguishes iterators from streams.
#[diagnostic::on_unimplemented(
    message = "`{Self}` must be an iterator or a `Stream`, and must be `Send`",
    note = "to read items from a tokio channel, use `tokio_stream::wrappers::ReceiverStream::new(receiver)`"
)]
pub trait BulkSource<'a, Kind> {
    /// The item of one call.
    type Item;

    #[doc(hidden)]
    fn into_items(self) -> Items<'a, Self::Item>;
}

/// The items of a source as a stream.
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

// `Iterated` does not pin its iterator, so `Iterated` is `Unpin` even if the iterator is not.
impl<I> Unpin for Iterated<I> {}
