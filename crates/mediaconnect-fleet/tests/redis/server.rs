//! A Redis server of a test's own.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// True if it was said that there is no server.
static TOLD: Once = Once::new();

/// A Redis server on a free port, with a temporary directory. It is killed when this is dropped.
pub struct RedisServer {
    program: String,
    port: u16,
    directory: TempDir,
    child: Option<Child>,
    is_cluster: bool,
}

impl RedisServer {
    /// Starts one. Without the program there is none: a line says what to do about it, and with
    /// `MEDIACONNECT_REQUIRE_REDIS=1` it is a failure.
    pub fn start() -> Option<Self> {
        Self::of_kind(false)
    }

    /// Starts one that is a cluster of its own.
    pub fn start_cluster() -> Option<Self> {
        let server = Self::of_kind(true)?;
        assert_eq!(server.command("CLUSTER ADDSLOTSRANGE 0 16383"), "+OK\r\n");
        let started = Instant::now();
        while !server.command("CLUSTER INFO").contains("cluster_state:ok") {
            assert!(started.elapsed() < Duration::from_secs(10), "the cluster does not start");
            thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    fn of_kind(is_cluster: bool) -> Option<Self> {
        let program = env::var("MEDIACONNECT_TEST_REDIS").unwrap_or_else(|_| "redis-server".to_owned());
        let found = Command::new(&program).arg("--version").stdout(Stdio::null()).status();
        if found.is_err() {
            let missing = "the tests of fleets need redis-server: apt-get install redis-server, or name another one with \
                           MEDIACONNECT_TEST_REDIS";
            assert!(env::var("MEDIACONNECT_REQUIRE_REDIS").as_deref() != Ok("1"), "{missing}");
            // Once, and past the test harness, which keeps what tests that pass print.
            TOLD.call_once(|| drop(writeln!(std::io::stderr(), "skipped: {missing}")));
            return None;
        }
        let port = free_port();
        let mut server = Self { program, port, directory: TempDir::new().unwrap(), child: None, is_cluster };
        server.start_again();
        Some(server)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it at once, with SIGKILL. What it remembered is gone.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops its process, or lets it go on: connections stay, and nobody responds.
    pub fn freeze(&self, freeze: bool) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let signal = if freeze { "-STOP" } else { "-CONT" };
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--rdbcompression", "no"]);
        command.args(["--port", &self.port.to_string()]).arg("--dir").arg(self.directory.path());
        if self.is_cluster {
            command.args(["--cluster-enabled", "yes", "--cluster-port", &free_port().to_string()]);
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

    /// A connection on which everything comes in that clients send to the server.
    pub fn monitor(&self) -> TcpStream {
        let mut connection = self.connection();
        connection.write_all(b"MONITOR\r\n").unwrap();
        connection
    }

    /// Returns the server's memory, as it writes it to disk.
    pub fn memory(&self) -> Vec<u8> {
        assert_eq!(self.command("SAVE"), "+OK\r\n");
        std::fs::read(self.directory.path().join("dump.rdb")).unwrap()
    }

    fn connection(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap()
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
