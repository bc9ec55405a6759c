//! The URL of Redis: one server, a cluster, or servers that Sentinel watches.

use std::fmt;
use std::time::Duration;

use redis::cluster::ClusterClient;
use redis::sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType};
use redis::{ConnectionInfo, IntoConnectionInfo, RedisResult, TlsMode};

/// The time limit for a connection to one node of a cluster. It is less than half of the time limit of a connection
/// attempt, because a node that hangs is waited for twice: as a node of the URL, and as a node of the cluster.
const CONNECT_NODE: Duration = Duration::from_millis(300);

/// The error of [`Fleet::connect`](crate::Fleet::connect) for a malformed URL of Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlError;

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the URL of the fleet's Redis is malformed; expected redis://host:port, rediss:// for TLS, \
             redis-cluster:// or rediss-cluster:// with hosts separated by commas, or \
             redis-sentinel:// or rediss-sentinel://host:port,host:port/service; Valkey's names of these schemes work too",
        )
    }
}

impl std::error::Error for UrlError {}

/// The client for each kind of deployment.
pub(crate) enum Deployment {
    Single(Box<redis::Client>),
    Cluster(Box<ClusterClient>),
    Sentinel(Box<Sentinel>),
}

/// The Sentinels of a service, and how to reach the master that they name.
pub(crate) struct Sentinel {
    sentinels: Vec<ConnectionInfo>,
    service: String,
    node: SentinelNodeConnectionInfo,
}

impl Sentinel {
    /// Returns a client for the attempt with this number. Each attempt begins with another Sentinel, because the first
    /// one may hang until the attempt is over.
    pub(crate) fn client(&self, number: u64) -> RedisResult<SentinelClient> {
        let Self { sentinels, service, node } = self;
        let mut sentinels = sentinels.clone();
        let first = usize::try_from(number).unwrap_or_default() % sentinels.len();
        sentinels.rotate_left(first);
        SentinelClient::build(sentinels, service.clone(), Some(node.clone()), SentinelServerType::Master)
    }
}

/// Returns true if connections to this URL use TLS.
pub(crate) fn uses_tls(url: &str) -> bool {
    ["rediss", "valkeys"].iter().any(|scheme| url.starts_with(scheme))
}

impl Deployment {
    pub(crate) fn parse(url: &str) -> Result<Self, UrlError> {
        Self::try_parse(url).ok_or(UrlError)
    }

    fn try_parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (scheme, kind) = scheme.split_once('-').unwrap_or((scheme, ""));
        if !["redis", "rediss", "valkey", "valkeys", "unix"].contains(&scheme) {
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
            "cluster" if service.is_empty() => {
                // If a node refuses commands for the moment, such as with CLUSTERDOWN, the retries must end before a
                // command counts as lost.
                let client = ClusterClient::builder(nodes?).connection_timeout(CONNECT_NODE);
                let client = client.retries(3).min_retry_wait(20).max_retry_wait(100).build();
                Some(Self::Cluster(Box::new(client.ok()?)))
            }
            "sentinel" if !service.is_empty() => {
                // The user and password are for the Redis servers only. The Sentinels do not get them.
                let sentinels = hosts.split(',').map(info).collect::<Option<_>>()?;
                let redis = nodes?.first().cloned()?.redis_settings().clone();
                let mut node = SentinelNodeConnectionInfo::default().set_redis_connection_info(redis);
                if uses_tls(url) {
                    // Without this setting, only the connections to the Sentinels would use TLS.
                    node = node.set_tls_mode(TlsMode::Secure);
                }
                let sentinel = Sentinel { sentinels, service: service.to_owned(), node };
                sentinel.client(0).is_ok().then(|| Self::Sentinel(Box::new(sentinel)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_may_have_the_schemes_of_redis_or_valkey() {
        for scheme in ["redis", "rediss", "valkey", "valkeys"] {
            for rest in ["://h:1", "-cluster://h:1,i:1", "-sentinel://h:1,i:1/service"] {
                assert!(Deployment::parse(&format!("{scheme}{rest}")).is_ok(), "{scheme}{rest}");
            }
        }
        assert!(Deployment::parse("redis-cluster://h:1/5").is_err(), "a cluster has only database 0");
    }
}
