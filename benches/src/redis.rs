//! Starts a Redis server for one benchmark.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A Redis server on loopback. It is killed when this value is dropped.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    child: Child,
}

impl Redis {
    /// Starts a server on a free port.
    ///
    /// # Panics
    /// If redis-server is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        Self::start_at(port.expect("a free port").port())
    }

    fn start_at(port: u16) -> Self {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string(), "--dir"]);
        let mut child =
            command.arg(env::temp_dir()).stdout(Stdio::null()).spawn().expect("redis-server is installed");
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = child.try_wait().expect("the state of the process is known");
            assert_eq!(ended, None, "redis-server does not start; another program may use port {port}");
            thread::sleep(Duration::from_millis(10));
        }
        Self { port, child }
    }

    /// Returns the URL of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills the server. Its data is lost.
    ///
    /// # Panics
    /// If it cannot be killed.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server runs");
        self.child.wait().expect("the server ends");
    }

    /// Starts the server again at the same URL after [`kill`](Self::kill). The new server has no data.
    pub fn start_again(&mut self) {
        *self = Self::start_at(self.port);
    }

    /// Returns the number of scripts that the server has run.
    ///
    /// # Panics
    /// If the server does not respond.
    #[must_use]
    pub fn scripts(&self) -> f64 {
        let mut connection =
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the server listens");
        connection.write_all(b"INFO commandstats\r\n").expect("the server reads");
        let mut text = [0; 16 * 1024];
        let length = connection.read(&mut text).expect("the server responds");
        let text = String::from_utf8_lossy(&text[..length]).into_owned();
        let calls = text.split("cmdstat_evalsha:calls=").nth(1).and_then(|rest| rest.split(',').next());
        calls.and_then(|calls| calls.parse().ok()).unwrap_or_default()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
