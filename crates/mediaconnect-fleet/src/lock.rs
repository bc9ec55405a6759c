//! A lock in Redis, so that one process at a time fetches a token.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::time::{Instant, interval_at, sleep};

use crate::connection::{Connection, Failure, Redis};
use crate::exchange::millis;
use crate::script::Script;

/// The interval at which a waiting process checks for the token in Redis.
const LOOK: Duration = Duration::from_millis(100);
/// The maximum time to wait for the lock. It must be shorter than 60 seconds, because the client treats a fetch as
/// failed after 60 seconds.
const WAIT: Duration = Duration::from_secs(45);
/// The time between a failed fetch and the attempt of the next process.
pub(crate) const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// The script that reads Redis's clock, in milliseconds. The key selects the node of a cluster.
static CLOCK: LazyLock<Script> = LazyLock::new(|| {
    Script::new("local time = redis.call('TIME') return time[1] * 1000 + math.floor(time[2] / 1000)")
});
/// The script that acquires the lock. It also succeeds if the owner already has the lock. If Redis's clock is past
/// `ARGV[3]`, the script changes nothing, because the process no longer waits for the reply.
static ACQUIRE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[3]) then return 0 end
         local owner = redis.call('GET', KEYS[1])
         if owner and owner ~= ARGV[1] then return 0 end
         redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
         return 1",
    )
});
/// The script that sets the time until the lock expires. It changes nothing if another process has the lock.
static EXPIRE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
         return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

/// A lock in Redis. It expires if its owner neither extends nor releases it. Clones have the same owner.
#[derive(Clone)]
pub(crate) struct Lock {
    redis: Arc<Redis>,
    key: String,
    owner: String,
    lifetime: Duration,
    patience: Duration,
}

impl Lock {
    /// Creates a lock that expires after `lifetime`. `patience` is the time limit of each command.
    pub(crate) fn new(redis: &Arc<Redis>, key: &str, lifetime: Duration, patience: Duration) -> Self {
        let redis = Arc::clone(redis);
        Self { redis, key: key.to_owned(), owner: format!("{:016x}", fastrand::u64(..)), lifetime, patience }
    }

    /// Acquires the lock. Returns false if another process has the lock.
    ///
    /// After an error, this owner may have the lock nevertheless, for example if only the reply was lost. In that case,
    /// this owner can acquire the lock again, but other owners cannot until the lock expires. A command that Redis runs
    /// after the time limit does not acquire the lock.
    pub(crate) async fn acquire(&self) -> Result<bool, Failure> {
        let until = Instant::now() + self.patience;
        let acquire = async |connection: &mut Connection| {
            let now: u64 = CLOCK.invocation().key(&self.key).run(connection).await?;
            let not_after = now + millis(until.saturating_duration_since(Instant::now()));
            let mut invocation = ACQUIRE.invocation();
            invocation.key(&self.key).arg(&self.owner).arg(millis(self.lifetime)).arg(not_after);
            invocation.run(connection).await
        };
        self.redis.run(&self.key, self.patience, acquire).await
    }

    /// Returns true if this is the lock with this key.
    pub(crate) fn is_for(&self, key: &str) -> bool {
        self.key == key
    }

    /// Runs `work`, and keeps the lock until `work` ends. The lock is extended every quarter of its lifetime.
    pub(crate) async fn hold<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let quarter = self.lifetime / 4;
        let mut extension = interval_at(Instant::now() + quarter, quarter);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = extension.tick() => self.expire_in(self.lifetime).await,
            }
        }
    }

    /// Sets the time until the lock expires. Zero releases it at once.
    pub(crate) async fn expire_in(&self, time: Duration) {
        let mut invocation = EXPIRE.invocation();
        invocation.key(&self.key).arg(&self.owner).arg(millis(time));
        // A failure is ignored, because the lock then expires by itself.
        let expire = async |connection: &mut Connection| invocation.run(connection).await;
        let _: Result<i64, Failure> = self.redis.run(&self.key, self.patience, expire).await;
    }
}

/// Waits before the next check for the token in Redis. Returns an error if more than [`WAIT`] has passed since `began`.
pub(crate) async fn pause(began: Instant) -> Result<(), Failure> {
    if began.elapsed() > WAIT {
        return Err(Failure("locked"));
    }
    sleep(LOOK).await;
    Ok(())
}
