//! A connection to Redis that reconnects after a failure.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster_async::ClusterConnection;
use redis::{AsyncConnectionConfig, Cmd, Pipeline, RedisFuture, Value};
use tokio::time::timeout;

use crate::url::{Deployment, UrlError};

/// The time limit of a connection attempt.
const CONNECT: Duration = Duration::from_secs(1);

/// The maximum time to wait for a reply. After that, the connection counts as broken.
pub(crate) const BROKEN: Duration = Duration::from_secs(1);

/// A connection to Redis. `Debug` hides the URL, because it may contain a password.
pub(crate) struct Redis {
    deployment: Deployment,
    current: Mutex<Option<Connection>>,
    /// Locked during a connection attempt, so that only one attempt runs at a time.
    connecting: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
pub(crate) enum Connection {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// The reason why Redis cannot be used. It is one of a few fixed words, for telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) &'static str);

impl Redis {
    /// Creates a connection. The first command connects it.
    pub(crate) fn new(url: &str) -> Result<Arc<Self>, UrlError> {
        let deployment = Deployment::parse(url)?;
        Ok(Arc::new(Self {
            deployment,
            current: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
        }))
    }

    /// Connects now. A failure is ignored, because the next command tries again.
    pub(crate) async fn warm_up(self: &Arc<Self>) {
        let _ = self.connection().await;
    }

    /// Runs a command within a time limit. After a failure, the next command reconnects.
    pub(crate) async fn run<T>(
        self: &Arc<Self>,
        limit: Duration,
        command: impl AsyncFnOnce(&mut Connection) -> redis::RedisResult<T>,
    ) -> Result<T, Failure> {
        let outcome = timeout(limit, self.run_unlimited(command)).await.unwrap_or(Err(Failure("timeout")));
        if outcome.is_err() {
            self.disconnect();
        }
        outcome
    }

    /// Runs a command without a time limit. The caller must limit the time itself, and must call
    /// [`disconnect`](Self::disconnect) after a failure.
    pub(crate) async fn run_unlimited<T>(
        self: &Arc<Self>,
        command: impl AsyncFnOnce(&mut Connection) -> redis::RedisResult<T>,
    ) -> Result<T, Failure> {
        let mut connection = self.connection().await?;
        command(&mut connection).await.map_err(|error| Failure(word(&error)))
    }

    pub(crate) fn disconnect(&self) {
        *self.current() = None;
    }

    async fn connection(self: &Arc<Self>) -> Result<Connection, Failure> {
        if let Some(connection) = &*self.current() {
            return Ok(connection.clone());
        }
        // The connection attempt runs in a separate task, so that a command that times out does not cancel it.
        let redis = Arc::clone(self);
        tokio::spawn(async move { redis.connect().await }).await.map_err(|_| Failure("other"))?
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let _one_at_a_time = self.connecting.lock().await;
        if let Some(connection) = &*self.current() {
            return Ok(connection.clone());
        }
        let connected = timeout(CONNECT, self.deployment.connect()).await.map_err(|_| Failure("timeout"))?;
        let connection = connected.map_err(|error| Failure(word(&error)))?;
        *self.current() = Some(connection.clone());
        Ok(connection)
    }

    fn current(&self) -> MutexGuard<'_, Option<Connection>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

/// Returns the kind of an error. The message of the error may quote the command, so it is dropped.
fn word(error: &redis::RedisError) -> &'static str {
    match error.kind() {
        redis::ErrorKind::AuthenticationFailed => "authentication",
        _ if error.is_io_error() || error.is_connection_dropped() => "connection",
        _ if error.is_timeout() => "timeout",
        redis::ErrorKind::Server(_) => "refused",
        _ => "other",
    }
}

impl Deployment {
    async fn connect(&self) -> redis::RedisResult<Connection> {
        match self {
            Self::Single(client) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(Some(BROKEN));
                client.get_multiplexed_async_connection_with_config(&config).await.map(Connection::Single)
            }
            Self::Cluster(client) => client.get_async_connection().await.map(Connection::Cluster),
            Self::Sentinel(client) => {
                client.lock().await.get_async_connection().await.map(Connection::Single)
            }
        }
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(command),
            Self::Cluster(connection) => connection.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
