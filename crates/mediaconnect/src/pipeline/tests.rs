#![cfg(feature = "cache")]

use tokio::sync::watch;

use super::*;
use crate::bulk_queue::{BulkQueue, BulkSlot};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_read_that_is_joined_while_it_waits_for_a_slot_keeps_its_place() {
    let queue = BulkQueue::new(1);
    let taken = BulkSlot::new(&queue).try_take();
    let began = Instant::now();
    let (joined, last_caller) = watch::channel(began + SECOND);
    let slot = Some(Box::new(BulkSlot::new(&queue)));
    let mut context = CallContext { slot, last_caller: Some(last_caller), ..CallContext::default() };
    let waits = tokio::spawn(async move {
        wait_for_slot(&mut context, began + 10 * SECOND).await;
        (context, began.elapsed())
    });
    sleep(SECOND / 2).await;
    let mut later = BulkSlot::new(&queue);
    let later = tokio::spawn(async move { later.take().await });
    sleep(SECOND / 4).await;
    joined.send_replace(began + 3 * SECOND);
    sleep(SECOND).await;
    drop(taken);

    let (context, took) = waits.await.unwrap();
    assert!(context.slot.as_ref().is_some_and(|slot| slot.is_taken()), "after {took:?}");
    assert_eq!(took, SECOND * 7 / 4);
    assert!(!later.is_finished(), "the later call waits for the slot of the read");
    drop(context);
    later.await.unwrap();
}
