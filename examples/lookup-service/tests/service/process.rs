//! Tests the service as a process.

use std::process::Stdio;
use std::time::Duration;

use mediaconnect_sandbox::{Fault, Sandbox};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

use crate::{LOOKUP, kari};

struct Process {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    url: String,
}

impl Process {
    async fn start(sandbox: &Sandbox) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lookup-service"))
            .env_clear()
            .env("MEDIACONNECT_BASE_URL", sandbox.base_url())
            .env("MEDIACONNECT_TOKEN_URL", sandbox.token_url())
            .env("MEDIACONNECT_CLIENT_ID", sandbox.client_id())
            .env("MEDIACONNECT_CLIENT_SECRET", sandbox.client_secret())
            .env("LOOKUP_ADDRESS", "127.0.0.1:0")
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = log.next_line().await.unwrap().unwrap();
        let address = line.rsplit_once("address=").unwrap_or_else(|| panic!("{line}")).1;
        Self { child, url: format!("http://{address}"), log }
    }

    /// Ends the process with SIGTERM, and returns the exit code and the rest of the log.
    async fn stop(mut self) -> (Option<i32>, String) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        let mut log = String::new();
        while let Some(line) = self.log.next_line().await.unwrap() {
            log.extend([line.as_str(), "\n"]);
        }
        (self.child.wait().await.unwrap().code(), log)
    }
}

#[tokio::test]
async fn it_answers_what_is_under_way_before_it_stops() {
    let sandbox = kari().fault(Fault::on(LOOKUP).delay(Duration::from_millis(500))).start().await.unwrap();
    let process = Process::start(&sandbox).await;
    let answer = tokio::spawn(reqwest::get(format!("{}/customers/100200", process.url)));
    while sandbox.received(LOOKUP).is_empty() {
        tokio::task::yield_now().await;
    }
    let (code, log) = process.stop().await;
    let answer = answer.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().contains("kari@example.com"));
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped") && !log.contains("100200"), "{log}");
}

#[tokio::test]
async fn its_log_has_the_route_and_the_error_and_no_personal_data() {
    let sandbox = kari().fault(Fault::on(LOOKUP).after(1).times(3).status(503)).start().await.unwrap();
    let process = Process::start(&sandbox).await;
    for status in [200, 502] {
        let answer = reqwest::get(format!("{}/customers/100200", process.url)).await.unwrap();
        assert_eq!(answer.status(), status);
    }
    let (_, log) = process.stop().await;
    assert!(log.contains("route=\"/customers/{number}\"") && log.contains("status=502"), "{log}");
    assert!(log.contains("upstream failed (status 503)"), "{log}");
    for personal in ["100200", "Kari", "kari@example.com", "12000100", "sandbox-access-token"] {
        assert!(!log.contains(personal), "{personal}: {log}");
    }
}
