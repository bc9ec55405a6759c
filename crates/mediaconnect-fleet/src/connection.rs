//! A connection to Redis that reconnects after a failure.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster_async::ClusterConnection;
use redis::{AsyncConnectionConfig, Cmd, ErrorKind, Pipeline, RedisFuture, ServerErrorKind, Value};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::url::{Deployment, UrlError, uses_tls};

/// The time limit of a connection attempt.
const CONNECT: Duration = Duration::from_secs(1);

/// The time after which a connection counts as broken if it returns no reply.
pub(crate) const BROKEN: Duration = Duration::from_secs(1);

/// A connection to Redis. `Debug` hides the URL, because it may contain a password.
pub(crate) struct Redis {
    deployment: Deployment,
    uses_tls: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    /// The connection attempt that is running. All commands without a connection wait for it.
    attempt: Option<Attempt>,
    /// The number of connection attempts so far.
    count: u64,
    /// The probe that is running.
    probe: Option<Task>,
}

/// A task for the connection with this number. A runtime that still exists but does no work never ends its tasks.
/// Therefore a task that should have ended long ago does not prevent another one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Task {
    number: u64,
    started: Instant,
}

impl Task {
    fn new(number: u64) -> Self {
        Self { number, started: Instant::now() }
    }

    /// Returns true if the task may still end within its time limit.
    fn is_alive(&self, limit: Duration) -> bool {
        self.started.elapsed() < limit * 2
    }
}

struct Attempt {
    task: Task,
    outcome: watch::Receiver<Outcome>,
}

/// The outcome of a connection attempt; `None` while it is running.
type Outcome = Option<Result<Current, Failure>>;

/// A connection, and its number.
type Current = (u64, Connection);

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
        Ok(Arc::new(Self { deployment, uses_tls: uses_tls(url), state: Mutex::default() }))
    }

    pub(crate) fn is_cluster(&self) -> bool {
        matches!(self.deployment, Deployment::Cluster(_))
    }

    /// Connects now. A failure is ignored, because the next command tries again.
    pub(crate) async fn warm_up(self: &Arc<Self>) {
        let _ = self.connection().await;
    }

    /// Runs a command for this key within a time limit.
    pub(crate) async fn run<T>(
        self: &Arc<Self>,
        key: &str,
        limit: Duration,
        command: impl AsyncFnOnce(&mut Connection) -> redis::RedisResult<T>,
    ) -> Result<T, Failure> {
        if Handle::try_current().is_err() {
            return Err(Failure("runtime"));
        }
        timeout(limit, self.run_unlimited(key, command)).await.unwrap_or(Err(Failure("timeout")))
    }

    /// Runs a command for this key without a time limit. The caller must limit the time itself.
    ///
    /// After a failure, the next command reconnects. If the caller gives up, a probe checks the connection, because a
    /// slow reply does not mean a broken connection.
    pub(crate) async fn run_unlimited<T>(
        self: &Arc<Self>,
        key: &str,
        command: impl AsyncFnOnce(&mut Connection) -> redis::RedisResult<T>,
    ) -> Result<T, Failure> {
        let (number, mut connection) = self.connection().await?;
        let mut running = Running { redis: self, number, key, is_over: false };
        let outcome = command(&mut connection).await.map_err(|error| Failure(word(&error)));
        running.is_over = true;
        if outcome.is_err() {
            self.disconnect(number);
        }
        outcome
    }

    /// Starts a task that drops the connection with this number unless Redis replies within a second. In a cluster,
    /// only the node of this key must reply. Only one such task runs at a time.
    fn probe(self: &Arc<Self>, number: u64, key: &str) {
        let Ok(runtime) = Handle::try_current() else { return };
        let Some((probe, mut connection)) = self.start_probe(number) else { return };
        // A cluster sends `PING` to all nodes, and reports an error if one of them does not reply.
        let mut command = redis::cmd("EXISTS");
        command.arg(key);
        // A runtime that is ending drops the task, and with it the probe, within this call. So the state must not be
        // locked here.
        runtime.spawn(async move {
            let reply = timeout(BROKEN, command.query_async::<Value>(&mut connection)).await;
            // A refused command is a reply too.
            let is_reply = |error: redis::RedisError| matches!(error.kind(), ErrorKind::Server(_));
            let is_alive = reply.is_ok_and(|reply| reply.map_or_else(is_reply, |_| true));
            if !is_alive {
                probe.redis.disconnect(number);
            }
        });
    }

    /// Returns the connection with this number and a probe for it, unless a probe runs already.
    fn start_probe(self: &Arc<Self>, number: u64) -> Option<(Probe, Connection)> {
        let mut state = self.state();
        let (_, connection) = state.current.clone().filter(|(current, _)| *current == number)?;
        if state.probe.is_some_and(|probe| probe.number == number && probe.is_alive(BROKEN)) {
            return None;
        }
        let task = Task::new(number);
        state.probe = Some(task);
        Some((Probe { redis: Arc::clone(self), task }, connection))
    }

    /// Drops the current connection if it has this number. Keeps a newer connection.
    fn disconnect(&self, number: u64) {
        let mut state = self.state();
        if state.current.as_ref().is_some_and(|(current, _)| *current == number) {
            state.current = None;
        }
    }

    async fn connection(self: &Arc<Self>) -> Result<Current, Failure> {
        let runtime = Handle::try_current().map_err(|_| Failure("runtime"))?;
        let (mut outcome, begun) = {
            let mut state = self.state();
            if let Some(current) = &state.current {
                return Ok(current.clone());
            }
            // `has_changed` returns an error if the runtime of the attempt has ended.
            let is_running =
                |attempt: &&Attempt| attempt.task.is_alive(CONNECT) && attempt.outcome.has_changed().is_ok();
            if let Some(attempt) = state.attempt.as_ref().filter(is_running) {
                (attempt.outcome.clone(), None)
            } else {
                let (sender, outcome) = watch::channel(None);
                state.count += 1;
                let task = Task::new(state.count);
                state.attempt = Some(Attempt { task, outcome: outcome.clone() });
                (outcome, Some((task, sender)))
            }
        };
        if let Some((task, sender)) = begun {
            // The attempt runs in a separate task, so that a command that times out does not cancel it.
            runtime.spawn(Arc::clone(self).attempt(task, sender));
        }
        let outcome = outcome.wait_for(Option::is_some).await;
        outcome.ok().and_then(|outcome| outcome.clone()).unwrap_or(Err(Failure("connection")))
    }

    /// Connects within a time limit.
    async fn attempt(self: Arc<Self>, task: Task, sender: watch::Sender<Outcome>) {
        // The crate `redis` uses the default provider of rustls. rustls chooses one itself only if the program is
        // compiled with exactly one provider, and otherwise panics.
        if self.uses_tls && CryptoProvider::get_default().is_none() {
            // If another thread installs a provider at the same time, that one is used.
            let _ = aws_lc_rs::default_provider().install_default();
        }
        let connected = timeout(CONNECT, self.deployment.connect(task.number)).await;
        let connected = connected.map_err(|_| Failure("timeout"));
        let connected = connected.and_then(|connected| connected.map_err(|error| Failure(word(&error))));
        let current = connected.map(|connection| (task.number, connection));
        let mut state = self.state();
        if state.attempt.as_ref().is_some_and(|attempt| attempt.task == task) {
            state.attempt = None;
            state.current = current.as_ref().ok().cloned();
        }
        sender.send_replace(Some(current));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running command. If it is dropped before it is over, its caller has given up.
struct Running<'r> {
    redis: &'r Arc<Redis>,
    number: u64,
    key: &'r str,
    is_over: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.redis.probe(self.number, self.key);
        }
    }
}

/// The task that checks a connection. It is dropped when it ends or when its runtime ends.
struct Probe {
    redis: Arc<Redis>,
    task: Task,
}

impl Drop for Probe {
    fn drop(&mut self) {
        let mut state = self.redis.state();
        if state.probe == Some(self.task) {
            state.probe = None;
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

/// Runs a command that may run twice. Retries the command once after a connection error, because an idle connection may
/// have been closed.
pub(crate) async fn run_again<T, F>(command: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    match command().await {
        Err(Failure("connection")) => command().await,
        outcome => outcome,
    }
}

/// Returns the kind of an error. The message of the error may quote the command, so it is dropped.
fn word(error: &redis::RedisError) -> &'static str {
    match error.kind() {
        ErrorKind::AuthenticationFailed => "authentication",
        _ if error.is_timeout() => "timeout",
        _ if error.is_io_error() || error.is_connection_dropped() => "connection",
        _ if lacks_permission(error) => "permission",
        ErrorKind::Server(_) => "refused",
        _ => "other",
    }
}

/// Returns true if the URL's user lacks the permission for the command. If a script ran the command, only the text of
/// the error shows this reason.
fn lacks_permission(error: &redis::RedisError) -> bool {
    let texts = ["The user executing the script can't", "ACL failure in script"];
    error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm)
        || error.detail().is_some_and(|detail| texts.iter().any(|text| detail.starts_with(text)))
}

impl Deployment {
    /// Connects. `number` is the number of the attempt.
    async fn connect(&self, number: u64) -> redis::RedisResult<Connection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(BROKEN));
        match self {
            Self::Single(client) => {
                client.get_multiplexed_async_connection_with_config(&config).await.map(Connection::Single)
            }
            Self::Cluster(client) => client.get_async_connection().await.map(Connection::Cluster),
            Self::Sentinel(sentinel) => {
                // Each attempt has its own client. If an attempt never ends because its runtime does no work, the next
                // attempt does not wait for it.
                let mut client = sentinel.client(number)?;
                client.get_async_connection_with_config(&config).await.map(Connection::Single)
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

#[cfg(test)]
mod tests;
