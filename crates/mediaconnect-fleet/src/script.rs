//! The Lua scripts that Redis runs.
//!
//! [`redis::Script`] is not used, because it sends `SCRIPT LOAD` to all nodes of a cluster and fails if one of them
//! does not reply. Here, a script is only sent to the node of its keys.

use redis::{Cmd, ErrorKind, FromRedisValue, RedisResult, ServerErrorKind, ToRedisArgs};

use crate::connection::Connection;

pub(crate) struct Script {
    code: &'static str,
    hash: String,
}

/// A call of a script. All its keys must be on the same node of a cluster.
pub(crate) struct Invocation<'s> {
    script: &'s Script,
    keys: Vec<Vec<u8>>,
    arguments: Vec<Vec<u8>>,
}

impl Script {
    pub(crate) fn new(code: &'static str) -> Self {
        Self { code, hash: redis::Script::new(code).get_hash().to_owned() }
    }

    pub(crate) fn invocation(&self) -> Invocation<'_> {
        Invocation { script: self, keys: Vec::new(), arguments: Vec::new() }
    }
}

impl Invocation<'_> {
    pub(crate) fn key(&mut self, key: impl ToRedisArgs) -> &mut Self {
        key.write_redis_args(&mut self.keys);
        self
    }

    pub(crate) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        argument.write_redis_args(&mut self.arguments);
        self
    }

    /// Runs the script. Redis gets only the hash of the script, or the script itself if Redis does not know the hash.
    pub(crate) async fn run<T: FromRedisValue>(&self, connection: &mut Connection) -> RedisResult<T> {
        match self.command("EVALSHA", &self.script.hash).query_async(connection).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.command("EVAL", self.script.code).query_async(connection).await
            }
            outcome => outcome,
        }
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        command
    }
}
