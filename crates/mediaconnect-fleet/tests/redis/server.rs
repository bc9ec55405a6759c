//! Starts a Redis server for one test.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Ensures that a missing server is reported only once.
static TOLD: Once = Once::new();

/// A Redis server on a free port, with a temporary directory. Dropping this value kills it.
pub struct RedisServer {
    program: String,
    port: u16,
    directory: TempDir,
    child: Option<Child>,
    arguments: Vec<String>,
}

impl RedisServer {
    /// Starts a server. If redis-server is not installed, prints how to install it and returns `None`. With
    /// `MEDIACONNECT_REQUIRE_REDIS=1`, panics instead.
    pub fn start() -> Option<Self> {
        Self::start_in(TempDir::new().unwrap(), Vec::new())
    }

    /// Starts a cluster of this many nodes. Each has an equal part of the slots.
    pub fn start_cluster(count: u16) -> Option<Vec<Self>> {
        let mut nodes: Vec<Self> = Vec::new();
        for number in 0..count {
            let bus = free_port().to_string();
            let node = Self::start_with(&["--cluster-enabled", "yes", "--cluster-port", &bus])?;
            let (first, end) = (16_384 / count * number, 16_384 / count * (number + 1));
            let last = if number + 1 == count { 16_383 } else { end - 1 };
            assert_eq!(node.command(&format!("CLUSTER ADDSLOTSRANGE {first} {last}")), "+OK\r\n");
            for other in &nodes {
                let meet = format!("CLUSTER MEET 127.0.0.1 {} {bus}", node.port);
                assert_eq!(other.command(&meet), "+OK\r\n");
            }
            nodes.push(node);
        }
        let started = Instant::now();
        let known = format!("cluster_known_nodes:{count}");
        let is_ready = |node: &Self| {
            let state = node.command("CLUSTER INFO");
            state.contains("cluster_state:ok") && state.contains(&known)
        };
        while !nodes.iter().all(is_ready) {
            assert!(started.elapsed() < Duration::from_secs(20), "the cluster does not start");
            thread::sleep(Duration::from_millis(50));
        }
        Some(nodes)
    }

    /// Starts a Sentinel that watches the master at a port, with additional lines of configuration.
    pub fn start_sentinel(master: u16, configuration: &str) -> Option<Self> {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("sentinel.conf");
        let text = format!(
            "{configuration}\nsentinel monitor mymaster 127.0.0.1 {master} 1\n\
             sentinel down-after-milliseconds mymaster 1000\nsentinel failover-timeout mymaster 5000\n"
        );
        std::fs::write(&file, text).unwrap();
        // The configuration file must be the first argument of a Sentinel.
        Self::start_in(directory, vec![file.to_str().unwrap().to_owned(), "--sentinel".to_owned()])
    }

    pub fn start_with(arguments: &[impl ToString]) -> Option<Self> {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Self::start_in(TempDir::new().unwrap(), arguments)
    }

    fn start_in(directory: TempDir, arguments: Vec<String>) -> Option<Self> {
        let program = env::var("MEDIACONNECT_TEST_REDIS").unwrap_or_else(|_| "redis-server".to_owned());
        let found = Command::new(&program).arg("--version").stdout(Stdio::null()).status();
        if found.is_err() {
            let missing = "the tests of fleets need redis-server: apt-get install redis-server, or name another one with \
                           MEDIACONNECT_TEST_REDIS";
            assert!(env::var("MEDIACONNECT_REQUIRE_REDIS").as_deref() != Ok("1"), "{missing}");
            // The message is written directly to stderr, because the test harness hides the output of tests that pass.
            TOLD.call_once(|| drop(writeln!(std::io::stderr(), "skipped: {missing}")));
            return None;
        }
        let port = free_port();
        let mut server = Self { program, port, directory, child: None, arguments };
        server.start_again();
        Some(server)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server with SIGKILL. Its data is lost.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops the process, or resumes it. While it is stopped, connections stay open and get no response.
    pub fn freeze(&self, freeze: bool) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let signal = if freeze { "-STOP" } else { "-CONT" };
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string()]);
        command.arg("--dir").arg(self.directory.path());
        if !self.arguments.iter().any(|argument| argument == "--sentinel") {
            command.args(["--save", "", "--appendonly", "no", "--rdbcompression", "no"]);
        }
        self.child = Some(command.stdout(Stdio::null()).spawn().unwrap());
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "the server does not start");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a command and returns the first piece of the response.
    pub fn command(&self, command: &str) -> String {
        let mut connection = self.connection();
        writeln!(connection, "{command}\r").unwrap();
        let mut piece = vec![0; 64 * 1024];
        let length = connection.read(&mut piece).unwrap();
        String::from_utf8_lossy(&piece[..length]).into_owned()
    }

    /// Returns a connection that receives every command that clients send to the server.
    pub fn monitor(&self) -> TcpStream {
        let mut connection = self.connection();
        connection.write_all(b"MONITOR\r\n").unwrap();
        connection
    }

    /// Returns a dump of the server's memory, without compression.
    pub fn memory(&self) -> Vec<u8> {
        assert_eq!(self.command("SAVE"), "+OK\r\n");
        std::fs::read(self.directory.path().join("dump.rdb")).unwrap()
    }

    fn connection(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap()
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
