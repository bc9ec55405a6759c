//! The Redis commands for a session.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use mediaconnect::{Error, TokenEndpoint};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::record::Record;
use crate::connection::{BROKEN, Connection, Failure, Redis, run_again};
use crate::exchange::millis;
use crate::script::Script;
use crate::seal::{Names, Seal};
use crate::store::{PROVIDER, key_of};

/// The time after which Redis removes an unused session: upstream's default lifetime of a refresh token.
const IDLE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The time for which a record under a previous name is kept, after the client secret was rotated. Processes that still
/// have the old secret may need it.
const OLD_NAME: Duration = Duration::from_secs(10 * 60);
/// The id of the record of every session that has ended. The records of other sessions have ids of 16 bytes, so their
/// ids are never equal to this one.
const ENDED: &[u8] = b"ended";
/// The failure of a command for a session that has ended.
pub(super) const HAS_ENDED: Failure = Failure("ended");

static READ: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local read = redis.call('HMGET', KEYS[1], 'id', 'sealed', 'expires')
         if not read[3] then return {read[1] or '', '', 0} end
         local time = redis.call('TIME')
         local left = read[3] - time[1] * 1000 - math.floor(time[2] / 1000)
         return {read[1], read[2], math.max(left, 0)}",
    )
});
/// Replaces the record only if its id is `ARGV[1]`, or if there is no record. A process that has lost its lock can
/// therefore not overwrite the record of a process that has acquired the lock since.
static WRITE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local id = redis.call('HGET', KEYS[1], 'id')
         if id and id ~= ARGV[1] then return 0 end
         local time = redis.call('TIME')
         local expires = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
         redis.call('HSET', KEYS[1], 'id', ARGV[2], 'sealed', ARGV[3], 'expires', string.format('%.0f', expires))
         redis.call('PEXPIRE', KEYS[1], ARGV[5])
         return 1",
    )
});

/// Replaces the record by one that has no tokens. It stays for as long as a process may still try to store tokens.
static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('DEL', KEYS[1])
         redis.call('HSET', KEYS[1], 'id', ARGV[1])
         redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});
/// Shortens the lifetime of the record, unless its session has ended.
static SHORTEN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('HEXISTS', KEYS[1], 'sealed') == 1 then
             redis.call('PEXPIRE', KEYS[1], ARGV[1], 'LT')
         end",
    )
});

/// The names of a session's keys, and the cipher for its record.
pub(super) struct Keys {
    pub(super) record: String,
    pub(super) lock: String,
    seal: Seal,
}

pub(super) struct Stored {
    /// The id of the record in Redis. It is empty if there is none.
    pub(super) id: Vec<u8>,
    /// The record, and the remaining lifetime of its access token.
    pub(super) record: Option<(Record, Duration)>,
}

impl Keys {
    /// Returns the keys of a session.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if no key can be derived from them.
    pub(super) async fn new(endpoint: &TokenEndpoint, session: &SecretString) -> mediaconnect::Result<Self> {
        let credentials =
            timeout(PROVIDER, endpoint.credentials().credentials()).await.unwrap_or_else(|_| {
                Err(Error::token_unavailable(
                    "the provider of the client credentials took longer than 30 seconds",
                ))
            })?;
        let (secret, id) = (credentials.secret(), credentials.id());
        let (Some(names), Some(seal)) =
            (Names::new(secret, id), Seal::for_sessions(secret, id, endpoint.url()))
        else {
            return Err(Error::token_unavailable("no key can be derived from the client secret"));
        };
        let joined = Zeroizing::new([endpoint.url(), session.expose_secret()].join("\0"));
        let name = names.of(b's', joined.as_bytes());
        Ok(Self { record: key_of(&name, "session"), lock: key_of(&name, "exchange"), seal })
    }
}

/// Reads the record. Fails with [`HAS_ENDED`] if the session has ended.
pub(super) async fn read(redis: &Arc<Redis>, keys: &Keys) -> Result<Stored, Failure> {
    let mut invocation = READ.invocation();
    invocation.key(&keys.record);
    let read = || redis.run(&keys.record, BROKEN, async |connection| invocation.run(connection).await);
    let (id, sealed, left): (Vec<u8>, Vec<u8>, u64) = run_again(read).await?;
    if id == ENDED {
        return Err(HAS_ENDED);
    }
    let plain = keys.seal.open(&sealed, keys.record.as_bytes());
    let record = plain.and_then(|plain| Record::decode(&plain));
    let record = record.map(|record| {
        let left = Duration::from_millis(left).min(record.lifetime);
        (record, left)
    });
    Ok(Stored { id, record })
}

/// Replaces the record whose id is `replaces`, or stores the first record. Returns false if Redis has a record with
/// another id.
pub(super) async fn write(
    redis: &Arc<Redis>,
    keys: &Keys,
    replaces: &[u8],
    record: &Record,
) -> Result<bool, Failure> {
    let sealed = keys.seal.seal(&record.encode(), keys.record.as_bytes()).ok_or(Failure("other"))?;
    let mut invocation = WRITE.invocation();
    invocation.key(&keys.record).arg(replaces).arg(&record.id).arg(sealed);
    invocation.arg(millis(record.lifetime)).arg(millis(IDLE));
    redis.run(&keys.record, BROKEN, async |connection| invocation.run(connection).await).await
}

/// Ends the session: removes its tokens, and makes all processes refuse to store others.
pub(super) async fn end(redis: &Arc<Redis>, keys: &Keys) -> Result<(), Failure> {
    let mut invocation = END.invocation();
    invocation.key(&keys.record).arg(ENDED).arg(millis(IDLE));
    run_again(|| redis.run(&keys.record, BROKEN, async |connection| invocation.run(connection).await)).await
}

/// Makes Redis remove a record soon, because the tokens are now stored under another name. A failure is ignored: the
/// record then expires when it has not been used for 30 days.
pub(super) async fn remove_soon(redis: &Arc<Redis>, old: &Keys) {
    let mut invocation = SHORTEN.invocation();
    invocation.key(&old.record).arg(millis(OLD_NAME));
    let shorten = async |connection: &mut Connection| invocation.run(connection).await;
    let _: Result<(), Failure> = redis.run(&old.record, BROKEN, shorten).await;
}
