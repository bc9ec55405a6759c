//! The Redis commands for the rate and the token.

use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;

use crate::connection::{BROKEN, Connection, Failure, Redis};
use crate::exchange::{self, Reply, Request, millis};
use crate::script::Script;
use crate::status::Overview;
use crate::url::UrlError;

/// The time limit of the credentials provider.
pub(crate) const PROVIDER: Duration = Duration::from_secs(30);
/// The name of the key that contains the times at which responses expire.
pub(crate) const RESPONSE_ENDS: &str = "response-ends";
/// The name of the key that contains the sizes of responses.
pub(crate) const RESPONSE_SIZES: &str = "response-sizes";

/// The rate and the token in Redis.
pub(crate) struct Store {
    redis: Arc<Redis>,
    lease: Script,
    read_token: Script,
    look: Script,
}

impl Store {
    pub(crate) fn new(url: &str) -> Result<Self, UrlError> {
        Ok(Self {
            redis: Redis::new(url)?,
            lease: Script::new(concat!(include_str!("books.lua"), include_str!("lease.lua"))),
            look: Script::new(concat!(include_str!("books.lua"), include_str!("look.lua"))),
            read_token: Script::new("return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}"),
        })
    }

    pub(crate) fn redis(&self) -> &Arc<Redis> {
        &self.redis
    }

    /// Runs one sync for the client id with this `tag`. `clock` replaces Redis's clock in tests; 0 means no
    /// replacement.
    pub(crate) async fn sync(&self, tag: &str, request: &Request, clock: u64) -> Result<Reply, Failure> {
        let mut invocation = self.lease.invocation();
        let rate = key_of(tag, "rate");
        invocation.key(&rate);
        for key in ["minute", "second", "members"] {
            invocation.key(key_of(tag, key));
        }
        for argument in request.arguments(clock) {
            invocation.arg(argument);
        }
        let sync = async |connection: &mut Connection| invocation.run(connection).await;
        let value = self.redis.run(&rate, BROKEN, sync).await?;
        exchange::read(value).ok_or(Failure("decode"))
    }

    /// Returns the state of a fleet, without changing it.
    pub(crate) async fn look(&self, tag: &str) -> Result<Overview, Failure> {
        let mut invocation = self.look.invocation();
        let members = key_of(tag, "members");
        invocation.key(&members);
        for key in ["minute", "rate", "token", RESPONSE_ENDS, RESPONSE_SIZES] {
            invocation.key(key_of(tag, key));
        }
        let look = async |connection: &mut Connection| invocation.run(connection).await;
        let (members, by_share, used_in_minute, held, pause, token, responses, response_bytes) =
            self.redis.run(&members, BROKEN, look).await?;
        let time = |millis| (millis > 0).then(|| Duration::from_millis(millis));
        let (pause, token_expires_in) = (time(pause), time(token));
        Ok(Overview {
            members,
            by_share,
            used_in_minute,
            held,
            pause,
            token_expires_in,
            responses,
            response_bytes,
        })
    }

    /// Returns the encrypted token and the time until it expires.
    pub(crate) async fn token(
        &self,
        tag: &str,
        limit: Duration,
    ) -> Result<Option<(Vec<u8>, Duration)>, Failure> {
        let mut invocation = self.read_token.invocation();
        let key = key_of(tag, "token");
        invocation.key(&key);
        let read = async |connection: &mut Connection| invocation.run(connection).await;
        let (sealed, left): (Option<Vec<u8>>, i64) = self.redis.run(&key, limit, read).await?;
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
        let key = key_of(tag, "token");
        command.arg("SET").arg(&key).arg(sealed).arg("PX").arg(millis(lifetime));
        self.redis.run(&key, limit, async |connection| command.query_async(connection).await).await
    }
}

/// Returns the name of a key. All keys of a client id have the same hash tag, so they are on one node of a cluster.
pub(crate) fn key_of(tag: &str, key: &str) -> String {
    format!("mediaconnect:{{{tag}}}:{key}")
}
