//! Shares the rate limit and the token of one client id among many processes, through Redis.
//!
//! Upstream counts requests for a client id, not for a process. Without a fleet, each process gets a fixed share of the
//! rate ([`RateLimit::with_share`](mediaconnect::RateLimit::with_share)). A busy process must wait even while others
//! are idle. In a fleet, processes lease turns (permits to send one request) in small batches, and one process fetches
//! the token for all.
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
//! The page [Many processes](many_processes) contains the details.
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `rustls` (default) | TLS of the client by rustls, as in `mediaconnect` |
//! | `native-tls` | TLS of the client by the operating system's library; disable the default features to use it. Redis always uses rustls, with the process's default provider (aws-lc-rs if none is installed) |
//! | `cache` | stores the responses of cached clients in Redis: `Fleet::with_response_cache` |
//! | `metrics` | reports gauges, counters and histograms through the `metrics` facade |

// This makes docs.rs show which feature an item requires. It needs a nightly compiler.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod connection;
mod exchange;
mod lock;
mod member;
#[cfg(feature = "cache")]
mod response_cache;
#[cfg(feature = "cache")]
mod responses;
mod script;
#[cfg(test)]
mod script_tests;
mod seal;
mod session;
mod share;
#[cfg(test)]
mod simulation;
mod status;
mod store;
mod task;
mod token;
mod url;

use std::ffi::OsString;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mediaconnect::{Error, FleetClient, TokenEndpoint, TokenSource, Turns};
use secrecy::SecretString;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use self::connection::{Failure, Redis};
#[cfg(feature = "cache")]
#[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
pub use self::response_cache::ResponseCache;
use self::seal::tag;
pub use self::session::SharedRefreshToken;
use self::status::Board;
pub use self::status::{Overview, Status};
use self::store::Store;
use self::token::SharedToken;
pub use self::url::UrlError;

// The page defines the link `privacy` as a relative path. Markdown uses the first definition of a link, so the
// definition here replaces that path.
#[doc = "[privacy]: mediaconnect::guide::privacy\n"]
#[doc = include_str!("../guide/many-processes.md")]
pub mod many_processes {}

const VARIABLE: &str = "MEDIACONNECT_FLEET_URL";
/// The maximum time to wait until clients have left the fleet and responses are deleted.
const LEAVING: Duration = Duration::from_millis(500);
/// The default number of processes to assume if a process starts while Redis is unreachable.
const GUESS: u32 = 50;

/// The processes that share a client id through Redis. Needs Redis 7 or later, or Valkey 7 or later.
///
/// Cheap to clone; clones share the connections. `Debug` hides the URL of Redis.
#[derive(Clone)]
pub struct Fleet {
    store: Arc<Store>,
    /// The connection for sessions. In a cluster, sessions have a connection of their own, because their keys are on
    /// all nodes. A node that hangs must not break the connection for the rate.
    sessions: Arc<Redis>,
    /// The connection for responses, and the limits of the response cache if it is enabled.
    #[cfg(feature = "cache")]
    responses: (Arc<Redis>, Option<ResponseCache>),
    board: Board,
    guess: u32,
    /// Each task that leases turns or deletes responses has a receiver until the task has ended. So the channel is
    /// closed while there is no such task.
    tasks: Arc<watch::Sender<()>>,
}

impl Fleet {
    /// Creates a fleet that uses the Redis at this URL, and connects to it. The fleet reconnects whenever the
    /// connection breaks.
    ///
    /// | URL | deployment |
    /// |---|---|
    /// | `redis://host:6379`, `redis://user:password@host:6379/0` | one server |
    /// | `rediss://…` | one server, with TLS by rustls and the system's root certificates |
    /// | `redis-cluster://host:6379,host:6379`, `rediss-cluster://…` | a cluster |
    /// | `redis-sentinel://host:26379,host:26379/service`, `rediss-sentinel://…` | the master that Sentinel names |
    ///
    /// # Errors
    /// Returns an error if the URL is malformed. It is not an error if Redis cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, UrlError> {
        let fleet = Self::at(url)?;
        fleet.store.redis().warm_up().await;
        Ok(fleet)
    }

    /// Creates a fleet in the same way as [`connect`](Self::connect), but connects when it is first used.
    ///
    /// # Errors
    /// Returns the same errors as [`connect`](Self::connect).
    pub fn at(url: &str) -> Result<Self, UrlError> {
        let store = Store::new(url)?;
        let sessions = if store.redis().is_cluster() { Redis::new(url)? } else { Arc::clone(store.redis()) };
        Ok(Self {
            store: Arc::new(store),
            sessions,
            #[cfg(feature = "cache")]
            responses: (Redis::new(url)?, None),
            board: Board::default(),
            guess: GUESS,
            tasks: Arc::default(),
        })
    }

    /// Creates a fleet from the environment variable `MEDIACONNECT_FLEET_URL`. Returns `None` if the variable is unset
    /// or empty. The fleet connects when it is first used.
    ///
    /// # Errors
    /// Returns an error if the variable is not UTF-8, or if its URL is malformed. It is not an error if Redis cannot be
    /// reached.
    pub fn from_env() -> Result<Option<Self>, UrlError> {
        Self::from_variable(std::env::var_os(VARIABLE))
    }

    fn from_variable(url: Option<OsString>) -> Result<Option<Self>, UrlError> {
        let url = url.filter(|url| !url.is_empty());
        url.map(|url| Self::at(url.to_str().ok_or(UrlError)?)).transpose()
    }

    /// Sets the expected number of processes. A process that starts while Redis is unreachable uses the rate divided by
    /// this number. The default is 50; 0 counts as 1.
    #[must_use]
    pub fn expecting_members(self, members: u32) -> Self {
        Self { guess: members.max(1), ..self }
    }

    /// Stores the responses of [cached](mediaconnect::Client::cached) clients in Redis, so that all processes can use
    /// them.
    ///
    /// Without this, each process stores responses in its own memory. Responses are personal data, so they are
    /// encrypted in the same way as tokens. The page [Many processes](many_processes) explains the consequences of
    /// storing them.
    #[cfg(feature = "cache")]
    #[cfg_attr(docsrs, doc(cfg(feature = "cache")))]
    #[must_use]
    pub fn with_response_cache(self, cache: ResponseCache) -> Self {
        let (redis, _) = self.responses;
        Self { responses: (redis, Some(cache)), ..self }
    }

    /// Creates a source of a user's access tokens that all processes share.
    ///
    /// `session` is the id of the user's login, and must be the same string in all processes. The id is a secret like a
    /// password, so Redis only gets a keyed hash of it. `refresh_token` is the newest refresh token that the service
    /// has stored. If another process has exchanged this refresh token in the meantime, this process continues with the
    /// new one.
    ///
    /// When upstream replaces a refresh token, the old one stops working. Therefore only one process exchanges a
    /// refresh token, and stores the new tokens in Redis, encrypted. While Redis is unreachable, this process uses the
    /// access token that it already has until the token expires. After that, the process does not send the refresh
    /// token, and each fetch fails with [`is_unavailable`](mediaconnect::Error::is_unavailable). The page
    /// [Many processes](many_processes) says when a session can still be lost.
    ///
    /// ```no_run
    /// use mediaconnect::{Client, UserToken};
    /// use mediaconnect::secrecy::ExposeSecret;
    /// use mediaconnect_fleet::Fleet;
    /// # fn store(_: &str) {}
    ///
    /// # async fn example(client: Client, fleet: Fleet, session: String, refresh_token: String) -> mediaconnect::Result<()> {
    /// let source = fleet
    ///     .refresh_token(client.token_endpoint()?, session, refresh_token)
    ///     .with_observer(|renewed| store(renewed.expose_secret()));
    /// let user = UserToken::from_source(source);
    /// let customer = client.customers().own_info(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn refresh_token(
        &self,
        endpoint: TokenEndpoint,
        session: impl Into<SecretString>,
        refresh_token: impl Into<SecretString>,
    ) -> SharedRefreshToken {
        let redis = Arc::clone(&self.sessions);
        SharedRefreshToken::new(redis, endpoint, session.into(), refresh_token.into())
    }

    /// Ends a session: removes its tokens from Redis, and stores no others. Call it when the user has logged out.
    ///
    /// Without this, Redis keeps the tokens until the session has been unused for 30 days. A
    /// [`UserToken`](mediaconnect::UserToken) of the session remains usable until its access token expires. After that,
    /// its calls fail with [`is_auth`](mediaconnect::Error::is_auth) in all processes. For 30 days, the same session id
    /// cannot be used for another login.
    ///
    /// # Errors
    /// Returns an error if the credentials provider fails, if Redis does not respond within a second, or if there is no
    /// Tokio runtime.
    pub async fn end_session(
        &self,
        endpoint: &TokenEndpoint,
        session: impl Into<SecretString>,
    ) -> mediaconnect::Result<()> {
        if Handle::try_current().is_err() {
            return Err(Error::token_unavailable("there is no Tokio runtime on this thread"));
        }
        session::end(&self.sessions, endpoint, &session.into()).await
    }

    /// Returns the state of a client id's fleet, as Redis stores it, without joining the fleet.
    ///
    /// `base_url` is [`Client::base_url`](mediaconnect::Client::base_url).
    ///
    /// # Errors
    /// Returns an error if the command fails, or if Redis does not respond within a second. The error is one of the
    /// words that [`Status::failure`] lists.
    pub async fn look(&self, base_url: &str, client_id: &str) -> Result<Overview, &'static str> {
        self.store.look(&tag(base_url, client_id)).await.map_err(|Failure(reason)| reason)
    }

    /// Waits until all dropped clients have left the fleet and Redis has deleted the responses that this process has
    /// invalidated, for at most half a second.
    ///
    /// Call it before the runtime ends. Otherwise, the other processes cannot use this process's share of the rate for
    /// 65 seconds, and may use old responses until their time to live is over.
    pub async fn left(&self) {
        if Handle::try_current().is_err() {
            return;
        }
        let _ = timeout(LEAVING, self.tasks.closed()).await;
    }

    /// Returns the state of the fleet as this process knows it, without a request to Redis.
    #[must_use]
    pub fn status(&self) -> Status {
        self.board.status()
    }
}

impl mediaconnect::Fleet for Fleet {
    fn lease_turns(&self, client: FleetClient, turns: Turns) {
        if let Ok(runtime) = Handle::try_current() {
            let (store, board) = (Arc::clone(&self.store), self.board.clone());
            let lease = task::lease(store, client, turns, self.guess, board);
            let running = self.tasks.subscribe();
            runtime.spawn(async move {
                lease.await;
                drop(running);
            });
        }
    }

    fn share_token(&self, client: FleetClient, source: Arc<dyn TokenSource>) -> Arc<dyn TokenSource> {
        Arc::new(SharedToken { store: Arc::clone(&self.store), client, source, last: Mutex::default() })
    }

    #[cfg(feature = "cache")]
    fn share_responses(&self, client: FleetClient) -> Option<Arc<dyn mediaconnect::ResponseStore>> {
        let (redis, limits) = &self.responses;
        Some(Arc::new(responses::SharedResponses::new(
            Arc::clone(redis),
            client,
            (*limits)?,
            Arc::clone(&self.tasks),
        )))
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use tokio::time::{Instant, sleep};

    use super::*;

    fn now<T>(future: impl Future<Output = T>) -> T {
        let Poll::Ready(value) = pin!(future).poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it waits")
        };
        value
    }

    #[test]
    fn outside_a_runtime_nothing_panics() {
        let fleet = now(Fleet::connect("redis://127.0.0.1:1")).unwrap();
        assert_eq!(now(fleet.look("https://api.example.com/", "id")), Err("runtime"));
        let credentials = mediaconnect::ClientCredentials::new("id", "secret");
        let client = mediaconnect::Client::builder().credentials(credentials).build().unwrap();
        let endpoint = client.token_endpoint().unwrap();
        assert!(now(fleet.end_session(&endpoint, "session")).unwrap_err().is_unavailable());
        now(fleet.left());
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_an_error() {
        use std::os::unix::ffi::OsStringExt;
        let variable = OsString::from_vec(b"redis://host\xe6".to_vec());
        assert_eq!(Fleet::from_variable(Some(variable)).unwrap_err(), UrlError);
        for unset in [None, Some(OsString::new())] {
            assert!(Fleet::from_variable(unset).unwrap().is_none());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_has_not_left_in_time_is_waited_for_again() {
        let fleet = Fleet::at("redis://127.0.0.1:1").unwrap();
        leaves_after(&fleet, LEAVING + LEAVING / 2);
        let began = Instant::now();
        fleet.left().await;
        assert_eq!(began.elapsed(), LEAVING);
        fleet.left().await;
        assert_eq!(began.elapsed(), LEAVING + LEAVING / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn all_calls_of_left_end_when_the_last_client_has_left() {
        let fleet = Fleet::at("redis://127.0.0.1:1").unwrap();
        leaves_after(&fleet, LEAVING / 4);
        leaves_after(&fleet, LEAVING / 2);
        let began = Instant::now();
        let waits = |fleet: Fleet| async move {
            fleet.left().await;
            began.elapsed()
        };
        let others = [tokio::spawn(waits(fleet.clone())), tokio::spawn(waits(fleet.clone()))];
        assert!(timeout(LEAVING / 4, fleet.left()).await.is_err(), "this call is dropped");
        for other in others {
            assert_eq!(other.await.unwrap(), LEAVING / 2);
        }
    }

    /// Starts a task that ends after a time, like the task of a client that leaves the fleet.
    fn leaves_after(fleet: &Fleet, time: Duration) {
        let running = fleet.tasks.subscribe();
        tokio::spawn(async move {
            sleep(time).await;
            drop(running);
        });
    }
}
