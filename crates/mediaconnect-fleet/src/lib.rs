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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mediaconnect::{FleetClient, TokenSource, Turns};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::seal::tag;
use self::status::Board;
pub use self::status::{Overview, Status};
use self::store::Store;
pub use self::store::UrlError;
use self::token::SharedToken;

#[doc = include_str!("../guide/many-processes.md")]
pub mod many_processes {}

/// The environment variable that [`Fleet::from_env`] reads.
const VARIABLE: &str = "MEDIACONNECT_FLEET_URL";
/// The longest wait for clients to leave.
const LEAVING: Duration = Duration::from_millis(500);
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
    /// The tasks that lease turns.
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
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

    /// Creates a fleet that uses the Redis at this URL, as [`connect`](Self::connect) does, but connects at the first call.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn at(url: &str) -> Result<Self, UrlError> {
        Ok(Self {
            store: Arc::new(Store::new(url)?),
            board: Board::default(),
            guess: GUESS,
            tasks: Arc::default(),
        })
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

    /// Returns what Redis knows of the fleet of a client id, without joining it.
    ///
    /// `base_url` is [`Client::base_url`](mediaconnect::Client::base_url).
    ///
    /// # Errors
    /// A fixed word, as [`Status::failure`] has it, when Redis cannot be asked within a second.
    pub async fn look(&self, base_url: &str, client_id: &str) -> Result<Overview, &'static str> {
        self.store.look(&tag(base_url, client_id)).await.map_err(|store::Failure(reason)| reason)
    }

    /// Waits until the clients that are gone have left the fleet, half a second at most.
    ///
    /// Call it before the runtime ends: a process that does not leave holds its share of the rate for 65 seconds.
    pub async fn left(&self) {
        let tasks = std::mem::take(&mut *self.tasks());
        let all = async {
            for task in tasks {
                let _ = task.await;
            }
        };
        let _ = timeout(LEAVING, all).await;
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
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
            let (store, board) = (Arc::clone(&self.store), self.board.clone());
            let task = runtime.spawn(task::lease(store, client, turns, self.guess, board));
            let mut tasks = self.tasks();
            tasks.retain(|task| !task.is_finished());
            tasks.push(task);
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
