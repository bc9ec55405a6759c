//! The connection to Redis: one for a fleet of a process, made again when it breaks.

use std::fmt;
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Cmd, ConnectionInfo, IntoConnectionInfo, Pipeline, RedisFuture, Script, Value,
};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::exchange::{self, Reply, Request};
use crate::member::BROKEN;
use crate::status::Overview;

/// The time limit of a connection attempt.
const CONNECT: Duration = Duration::from_secs(1);

/// The connection to Redis. `Debug` hides its address: a URL may hold a password.
pub(crate) struct Store {
    place: Place,
    connection: Mutex<Option<Connection>>,
    lease: Script,
    read_token: Script,
    hold_lock: Script,
    look: Script,
}

enum Place {
    Single(Box<redis::Client>),
    Cluster(Box<ClusterClient>),
    Sentinel(Box<Mutex<SentinelClient>>),
}

#[derive(Clone)]
enum Connection {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// The reason that Redis cannot be used: a fixed word for telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) &'static str);

/// The error of [`Fleet::connect`](crate::Fleet::connect): the URL of Redis cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlError;

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the URL of the fleet's Redis is malformed; expected redis://host:port, rediss:// for TLS, \
             redis-cluster:// or rediss-cluster:// with hosts separated by commas, or \
             redis-sentinel://host:port,host:port/service",
        )
    }
}

impl std::error::Error for UrlError {}

impl Store {
    pub(crate) fn new(url: &str) -> Result<Self, UrlError> {
        Ok(Self {
            place: Place::parse(url).ok_or(UrlError)?,
            connection: Mutex::default(),
            lease: Script::new(concat!(include_str!("books.lua"), include_str!("lease.lua"))),
            look: Script::new(concat!(include_str!("books.lua"), include_str!("look.lua"))),
            read_token: Script::new("return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}"),
            hold_lock: Script::new(
                "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
                 return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
            ),
        })
    }

    /// Connects, so that the first call need not wait for that. Whether it can does not matter yet.
    pub(crate) async fn warm_up(&self) {
        let _ = self.connection().await;
    }

    /// Runs one sync. `tag` says whose.
    pub(crate) async fn sync(&self, tag: &str, request: &Request, clock: u64) -> Result<Reply, Failure> {
        let mut invocation = self.lease.prepare_invoke();
        for key in ["rate", "minute", "second", "members"] {
            invocation.key(key_of(tag, key));
        }
        for argument in request.arguments(clock) {
            invocation.arg(argument);
        }
        let value = self.run(BROKEN, async |connection| invocation.invoke_async(connection).await).await?;
        exchange::read(value).ok_or(Failure("unreadable"))
    }

    /// Returns what there is of a fleet.
    pub(crate) async fn look(&self, tag: &str) -> Result<Overview, Failure> {
        let mut invocation = self.look.prepare_invoke();
        for key in ["members", "minute", "rate", "token"] {
            invocation.key(key_of(tag, key));
        }
        let (members, by_share, used_in_minute, held, pause, token): (u32, u32, u32, u32, u64, u64) =
            self.run(BROKEN, async |connection| invocation.invoke_async(connection).await).await?;
        let time = |millis| (millis > 0).then(|| Duration::from_millis(millis));
        let (pause, token_expires_in) = (time(pause), time(token));
        Ok(Overview { members, by_share, used_in_minute, held, pause, token_expires_in })
    }

    /// Returns the sealed token and how long it lives still.
    pub(crate) async fn token(
        &self,
        tag: &str,
        limit: Duration,
    ) -> Result<Option<(Vec<u8>, Duration)>, Failure> {
        let mut invocation = self.read_token.prepare_invoke();
        invocation.key(key_of(tag, "token"));
        let read: (Option<Vec<u8>>, i64) =
            self.run(limit, async |connection| invocation.invoke_async(connection).await).await?;
        let (sealed, left) = read;
        Ok(sealed.zip(u64::try_from(left).ok().map(Duration::from_millis)))
    }

    pub(crate) async fn set_token(
        &self,
        tag: &str,
        sealed: Vec<u8>,
        lifetime: Duration,
        limit: Duration,
    ) -> Result<(), Failure> {
        let mut command = Cmd::new();
        command.arg("SET").arg(key_of(tag, "token")).arg(sealed).arg("PX").arg(millis(lifetime));
        self.run(limit, async |connection| command.query_async(connection).await).await
    }

    /// Takes the lock of the token's fetch, or returns false if another process has it.
    pub(crate) async fn lock(
        &self,
        tag: &str,
        owner: &str,
        time: Duration,
        limit: Duration,
    ) -> Result<bool, Failure> {
        let mut command = Cmd::new();
        command.arg("SET").arg(key_of(tag, "fetch")).arg(owner).arg("NX").arg("PX").arg(millis(time));
        let taken: Option<String> =
            self.run(limit, async |connection| command.query_async(connection).await).await?;
        Ok(taken.is_some())
    }

    /// Holds the lock for so long from now, unless another process has taken it over.
    pub(crate) async fn hold_lock(
        &self,
        tag: &str,
        owner: &str,
        time: Duration,
        limit: Duration,
    ) -> Result<(), Failure> {
        let mut invocation = self.hold_lock.prepare_invoke();
        invocation.key(key_of(tag, "fetch")).arg(owner).arg(millis(time));
        self.run(limit, async |connection| invocation.invoke_async(connection).await).await
    }

    async fn run<T>(
        &self,
        limit: Duration,
        command: impl AsyncFnOnce(&mut Connection) -> redis::RedisResult<T>,
    ) -> Result<T, Failure> {
        let running = async {
            let mut connection = self.connection().await?;
            command(&mut connection).await.map_err(|error| Failure(word(&error)))
        };
        let outcome = timeout(limit, running).await.unwrap_or(Err(Failure("timeout")));
        if outcome.is_err()
            && let Ok(mut connection) = self.connection.try_lock()
        {
            *connection = None;
        }
        outcome
    }

    async fn connection(&self) -> Result<Connection, Failure> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = &*connection {
            return Ok(connection.clone());
        }
        let made = timeout(CONNECT, self.place.connect()).await.map_err(|_| Failure("timeout"))?;
        let made = made.map_err(|error| Failure(word(&error)))?;
        Ok(connection.insert(made).clone())
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store(..)")
    }
}

fn key_of(tag: &str, key: &str) -> String {
    format!("mediaconnect:{{{tag}}}:{key}")
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The kind of an error; its text may quote what was sent.
fn word(error: &redis::RedisError) -> &'static str {
    match error.kind() {
        redis::ErrorKind::AuthenticationFailed => "authentication",
        _ if error.is_io_error() || error.is_connection_dropped() => "connection",
        _ if error.is_timeout() => "timeout",
        redis::ErrorKind::Server(_) => "refused",
        _ => "other",
    }
}

impl Place {
    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (scheme, kind) = scheme.split_once('-').unwrap_or((scheme, ""));
        if !["redis", "rediss", "unix"].contains(&scheme) {
            return None;
        }
        let info = |host: &str| -> Option<ConnectionInfo> {
            format!("{scheme}://{host}").into_connection_info().ok()
        };
        if kind.is_empty() {
            return Some(Self::Single(Box::new(redis::Client::open(info(rest)?).ok()?)));
        }
        let (user, hosts) = rest.rsplit_once('@').map_or(("", rest), |(user, hosts)| (user, hosts));
        let (hosts, service) = hosts.split_once('/').unwrap_or((hosts, ""));
        let with_user = |host: &str| if user.is_empty() { host.to_owned() } else { format!("{user}@{host}") };
        let nodes: Option<Vec<_>> = hosts.split(',').map(|host| info(&with_user(host))).collect();
        match kind {
            "cluster" => Some(Self::Cluster(Box::new(ClusterClient::new(nodes?).ok()?))),
            "sentinel" if !service.is_empty() => {
                let sentinels: Option<Vec<_>> = hosts.split(',').map(info).collect();
                let redis = nodes?.first().cloned()?.redis_settings().clone();
                let node = SentinelNodeConnectionInfo::default().set_redis_connection_info(redis);
                let master = SentinelServerType::Master;
                let client = SentinelClient::build(sentinels?, service, Some(node), master).ok()?;
                Some(Self::Sentinel(Box::new(Mutex::new(client))))
            }
            _ => None,
        }
    }

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
