//! `sandbox` serves until it is stopped.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::support::{command, finish, run};

/// A running `mediaconnect sandbox`, ended with the test.
struct Serving {
    child: Child,
    variables: Vec<(String, String)>,
}

impl Serving {
    fn start(arguments: &str) -> Self {
        let mut child = command(&format!("sandbox {arguments}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(5);
        let variables = lines.map(|line| {
            let line = line.unwrap();
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        Self { variables: variables.collect(), child }
    }

    /// Sends a signal, and returns the exit code.
    fn stop(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, id.as_str()]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_printed_variables_point_a_client_at_it() {
    let serving = Serving::start("");
    for arguments in ["customer info 563457", "customer me", "token"] {
        let run = finish(command(arguments).envs(serving.variables.iter().cloned()));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{arguments}: {run:?}");
    }
}

#[test]
fn a_signal_stops_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        assert_eq!(Serving::start("").stop(signal), Some(0), "{signal}");
    }
}

#[test]
fn a_port_that_is_taken_is_a_failure_with_advice() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let run = run(&format!("sandbox --port {}", taken.local_addr().unwrap().port()));
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(run.err.contains("next: choose another port"), "{run:?}");
}
