//! A bulk run whose items come from an asynchronous source: a channel, a queue, a database cursor.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use mediaconnect::{Client, CustomerNumber};
use mediaconnect_tests::{number, run_paced};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;

use super::bulk::{MS, SECOND, Upstream, read};

/// Returns a stream of the numbers from 1 to `count`. A task sends the numbers through a channel as fast as the channel
/// accepts them.
fn channel(count: u64) -> ReceiverStream<CustomerNumber> {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        for value in 1..=count {
            if sender.send(number(value)).await.is_err() {
                break;
            }
        }
    });
    ReceiverStream::new(receiver)
}

/// Makes twenty single calls, as a service does for its users. Each has a deadline of a second. Returns the number of
/// failures.
async fn starved_users(client: &Client) -> usize {
    let mut starved = 0;
    for _ in 0..20 {
        sleep(SECOND).await;
        let call = client.customers().info(number(1)).with_deadline(SECOND).with_attempts(1);
        starved += usize::from(call.await.is_err());
    }
    starved
}

#[test]
fn a_bulk_from_a_channel_starves_no_user() {
    run_paced(async {
        let upstream = Upstream::after(100 * MS);
        let client = upstream.client().build().unwrap();
        let running = tokio::spawn(read(client.customers().info_many(channel(1_000))));
        sleep(100 * SECOND).await;
        assert_eq!(starved_users(&client).await, 0);
        assert_eq!(running.await.unwrap(), (1_000, 0));
    });
}

/// Shows why the guide advises against `buffer_unordered(64)`: 64 calls at once starve the other calls of a service.
#[test]
fn sixty_four_calls_at_once_starve_users() {
    run_paced(async {
        let upstream = Upstream::after(100 * MS);
        let client = upstream.client().build().unwrap();
        let mut at_once = JoinSet::new();
        for _ in 0..64 {
            let client = client.clone();
            at_once.spawn(async move {
                loop {
                    let _ = client.customers().info(number(1)).await;
                }
            });
        }
        sleep(100 * SECOND).await;
        assert!(starved_users(&client).await >= 15);
    });
}

#[test]
fn outcomes_come_while_the_source_has_nothing_and_the_end_of_the_source_is_the_end() {
    run_paced(async {
        let upstream = Upstream::after(100 * MS);
        let client = upstream.client().build().unwrap();
        for ordered in [false, true] {
            let (sender, receiver) = mpsc::channel(1);
            let mut bulk = client.customers().info_many(ReceiverStream::new(receiver));
            if ordered {
                bulk = bulk.in_order();
            }
            timeout(SECOND, bulk.next()).await.expect_err("there is nothing to call yet");
            for value in 1..=3 {
                sender.send(number(value)).await.unwrap();
                let (number_of, outcome) = bulk.next().await.unwrap();
                assert!(outcome.is_ok() && number_of == number(value));
                timeout(SECOND, bulk.next()).await.expect_err("the source has not ended");
            }
            drop(sender);
            assert!(bulk.next().await.is_none());
            assert!(bulk.next().await.is_none(), "the stream stays ended");
        }
    });
}

#[test]
fn a_source_that_waits_holds_nothing_of_the_rate() {
    run_paced(async {
        let upstream = Upstream::after(10 * MS);
        let client = upstream.client().build().unwrap();
        let (sender, receiver) = mpsc::channel(1);
        let running = tokio::spawn(read(client.customers().info_many(ReceiverStream::new(receiver))));
        sleep(SECOND).await;
        assert_eq!(upstream.api.requests(), 0);
        assert_eq!(starved_users(&client).await, 0);
        sender.send(number(1)).await.unwrap();
        drop(sender);
        assert_eq!(running.await.unwrap(), (1, 0));
    });
}

#[test]
fn who_does_not_read_stops_the_sender_too() {
    run_paced(async {
        let upstream = Upstream::after(100 * MS);
        let client = upstream.client().build().unwrap();
        let (sender, receiver) = mpsc::channel(1);
        let sent = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&sent);
        tokio::spawn(async move {
            for value in 1.. {
                if sender.send(number(value)).await.is_err() {
                    break;
                }
                count.fetch_add(1, Relaxed);
            }
        });
        let mut bulk = client.customers().info_many(ReceiverStream::new(receiver)).with_concurrency(10);
        for _ in 0..30 {
            bulk.next().await.unwrap().1.unwrap();
        }
        sleep(120 * SECOND).await;
        // The sender has produced at most 42 items: 30 whose outcomes the test has read, ten with running calls or
        // unread outcomes, one in the channel, and one that waits for room in the channel.
        assert!(sent.load(Relaxed) <= 42, "{sent:?}");
    });
}

/// A source may borrow data, as a database cursor borrows its connection.
#[test]
fn a_source_may_borrow_and_is_dropped_with_the_bulk() {
    struct Cursor<'a>(&'a AtomicBool, ReceiverStream<CustomerNumber>);

    impl futures_core::Stream for Cursor<'_> {
        type Item = CustomerNumber;

        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<CustomerNumber>> {
            std::pin::Pin::new(&mut self.1).poll_next(context)
        }
    }

    impl Drop for Cursor<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }

    run_paced(async {
        let upstream = Upstream::after(10 * MS);
        let client = upstream.client().build().unwrap();
        let closed = AtomicBool::new(false);
        let mut bulk = client.customers().info_many(Cursor(&closed, channel(10)));
        assert!(bulk.next().await.is_some());
        assert!(!closed.load(Relaxed));
        drop(bulk);
        assert!(closed.load(Relaxed));
        let numbers = [number(1), number(2)];
        assert_eq!(read(client.customers().info_many(numbers.iter().copied())).await, (2, 0));
    });
}
