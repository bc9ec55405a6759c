//! Instructions of a call, counted by callgrind: by hand with hyper, by hand with reqwest, and with `mediaconnect`.
//!
//! `cargo bench -p mediaconnect-benches --bench instructions`; see benches/README.md for what must be installed.
//! Each figure is of `CALLS` calls, one after the other over one warm connection, with the token cached.

#![allow(missing_docs, reason = "the macros of gungraun make public items without")]

use gungraun::prelude::*;
use mediaconnect_benches::{Caller, HyperClient, MediaconnectClient, ReqwestClient, canned};
use tokio::runtime::{Builder, Runtime};

/// How many calls are counted together. With those before, less than the rate allows in a second.
const CALLS: usize = 50;
const WARM_UP: usize = 20;

#[derive(Clone, Copy)]
enum Operation {
    Info,
    Search,
}

/// A client with an open connection and its runtime.
struct Warm<C> {
    runtime: Runtime,
    client: C,
    operation: Operation,
}

impl<C: Caller> Warm<C> {
    fn new(operation: Operation) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = runtime.block_on(async { C::new(canned(2_000)) });
        let mut warm = Self { runtime, client, operation };
        warm.call(WARM_UP);
        warm
    }

    fn call(&mut self, times: usize) {
        self.runtime.block_on(async {
            for _ in 0..times {
                match self.operation {
                    Operation::Info => self.client.info().await,
                    Operation::Search => self.client.search().await,
                }
            }
        });
    }
}

macro_rules! benchmarks {
    ($($name:ident: $client:ty),*) => {$(
        #[library_benchmark(setup = Warm::<$client>::new)]
        #[bench::info(Operation::Info)]
        #[bench::search(Operation::Search)]
        fn $name(mut warm: Warm<$client>) -> Warm<$client> {
            warm.call(CALLS);
            // Its end is not counted.
            warm
        }
    )*};
}

benchmarks!(hyper: HyperClient, reqwest: ReqwestClient, mediaconnect: MediaconnectClient);

library_benchmark_group!(name = calls, compare_by_id = true, benchmarks = [hyper, reqwest, mediaconnect]);
main!(library_benchmark_groups = calls);
