//! One client id, many processes: they share its rate and its token through Redis.
//!
//! Upstream counts requests for a client id, not for a process. Without a fleet, each process takes a fixed share
//! ([`RateLimit::with_share`](mediaconnect::RateLimit::with_share)), and a busy one stands still while others idle.
//! In a fleet, processes lease turns of the rate in small batches, and one process fetches the token for all.
//!
//! ```no_run
//! use mediaconnect::Client;
//! use mediaconnect_fleet::Fleet;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let fleet = Fleet::connect("rediss://redis.example.com:6379").await?;
//! let client = mediaconnect::ClientBuilder::from_env()?.fleet(fleet).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! The page [Many processes](many_processes) has the rest.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `metrics` | gauges, counters and a histogram through the `metrics` facade |

#[cfg(test)]
mod agreement;
mod exchange;
#[cfg(test)]
mod ledger;
mod member;
mod seal;
mod share;
#[cfg(test)]
mod simulation;
mod status;
mod store;
mod task;
mod token;

use std::fmt;
use std::sync::{Arc, Mutex};

use mediaconnect::{FleetClient, TokenSource, Turns};
use tokio::runtime::Handle;

use self::status::Board;
pub use self::status::Status;
use self::store::Store;
pub use self::store::UrlError;
use self::token::SharedToken;

#[doc = include_str!("../guide/many-processes.md")]
pub mod many_processes {}

/// The environment variable that [`Fleet::from_env`] reads.
const VARIABLE: &str = "MEDIACONNECT_FLEET_URL";
/// A process that starts while Redis is gone takes one of so many parts of the rate.
const GUESS: u32 = 50;

/// The processes that share a client id, through Redis 7, Valkey, or what speaks their protocol.
///
/// Cheap to clone; clones share the connection. `Debug` hides where Redis is.
#[derive(Clone)]
pub struct Fleet {
    store: Arc<Store>,
    board: Board,
    guess: u32,
}

impl Fleet {
    /// Creates a fleet that uses the Redis at this URL, and connects to it. The connection is made again whenever it
    /// breaks.
    ///
    /// | URL | what it is |
    /// |---|---|
    /// | `redis://host:6379`, `redis://user:password@host:6379/0` | one server |
    /// | `rediss://…` | the same with TLS, by rustls with the system's roots |
    /// | `redis-cluster://host:6379,host:6379`, `rediss-cluster://…` | a cluster |
    /// | `redis-sentinel://host:26379,host:26379/service` | the master that Sentinel names |
    ///
    /// # Errors
    /// When the URL is malformed. That Redis cannot be reached is no error.
    pub async fn connect(url: &str) -> Result<Self, UrlError> {
        let fleet = Self::at(url)?;
        fleet.store.warm_up().await;
        Ok(fleet)
    }

    fn at(url: &str) -> Result<Self, UrlError> {
        Ok(Self { store: Arc::new(Store::new(url)?), board: Board::default(), guess: GUESS })
    }

    /// Creates a fleet from the variable `MEDIACONNECT_FLEET_URL`; without it there is none. It connects at the first
    /// call.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn from_env() -> Result<Option<Self>, UrlError> {
        let url = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty());
        url.map(|url| Self::at(&url)).transpose()
    }

    /// Sets how many processes there may be, for one that starts while Redis is gone: it takes one of so many parts of
    /// the rate. The default is 50; 0 counts as 1.
    #[must_use]
    pub fn expecting_members(self, members: u32) -> Self {
        Self { guess: members.max(1), ..self }
    }

    /// Returns what this process knows of its fleet, without asking Redis.
    #[must_use]
    pub fn status(&self) -> Status {
        self.board.status()
    }
}

impl mediaconnect::Fleet for Fleet {
    fn lease_turns(&self, client: FleetClient, turns: Turns) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(task::lease(
                Arc::clone(&self.store),
                client,
                turns,
                self.guess,
                self.board.clone(),
            ));
        }
    }

    fn share_token(&self, client: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
        Arc::new(SharedToken { store: Arc::clone(&self.store), client, source, last: Mutex::default() })
    }
}

/// Hides where Redis is.
impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet").finish_non_exhaustive()
    }
}
