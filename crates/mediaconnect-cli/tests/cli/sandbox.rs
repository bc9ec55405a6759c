//! Tests that `sandbox` serves until it is stopped.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Stdio};

use crate::support::{Run, command, finish, run, send};

/// A running `mediaconnect sandbox`, which ends with its test.
struct Serving {
    child: Child,
    variables: Vec<(String, String)>,
    log: BufReader<ChildStderr>,
}

impl Serving {
    fn start(arguments: &str) -> Self {
        let mut child = command(&format!("sandbox {arguments}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(5);
        let variables = lines.map(|line| {
            let line = line.unwrap();
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        Self { variables: variables.collect(), child, log }
    }

    fn run(&self, arguments: &str) -> Run {
        finish(command(arguments).envs(self.variables.iter().cloned()))
    }

    /// Sends a request to an admin route, and returns the response with its headers.
    fn admin(&self, request: &str, body: &str) -> String {
        let (_, url) = &self.variables[0];
        let address = url.strip_prefix("http://").unwrap().strip_suffix("/capi").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Stops the sandbox with a signal, and returns its log.
    fn log(mut self) -> String {
        assert_eq!(self.stop("-TERM"), Some(0));
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        log
    }

    fn stop(&mut self, signal: &str) -> Option<i32> {
        send(signal, &self.child);
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
        let run = serving.run(arguments);
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
    assert_eq!((run.code, run.out.as_str()), (Some(9), ""));
    assert!(run.err.contains("next: choose another port"), "{run:?}");
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_seed_replaces_the_invented_customers() {
    let seed = file("seed.yaml", "- customerNumber: 100200\n  name: { lastName: Solbakken }\n");
    let serving = Serving::start(&format!("--seed {}", seed.display()));
    assert!(serving.run("customer info 100200").out.contains("Solbakken"));
    assert!(serving.run("customer me").out.contains("Solbakken"));
    assert_eq!(serving.run("customer info 563457").code, Some(4));
}

#[test]
fn a_seed_that_is_wrong_is_a_matter_of_usage_with_file_line_and_field() {
    let seed = file("wrong.yaml", "- customerNumber: 100200\n  emails: canary\n");
    let run = run(&format!("sandbox --seed {}", seed.display()));
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("wrong.yaml:2: /0/emails: a list is expected"), "{run:?}");
    assert!(!run.err.contains("canary"), "{run:?}");
}

#[test]
fn quirks_faults_and_the_rate_limit_are_options() {
    let serving = Serving::start("--quirks none --rate-limit 100/3 --fault getCustomerInfo:status=403");
    assert_eq!(serving.run("customer info 563457").code, Some(3));
    for _ in 0..3 {
        let raw = serving.run("api GET /v1/client/customer/info/563457");
        // Upstream sends a list of one element as the bare element. A sandbox without quirks sends the list.
        assert!(raw.json()["attachedUsers"].is_array(), "{raw:?}");
    }
    let refused = serving.run("customer info 563457");
    assert_eq!(refused.code, Some(5), "{refused:?}");
}

#[test]
fn an_invalid_option_names_the_valid_values() {
    for (arguments, expected) in [
        ("--fault getCustomer:status=503", "the contract has no operation getCustomer; use getCustomerInfo"),
        ("--fault any:stauts=503", "unknown field `stauts`"),
        ("--quirks odd", "unknown quirk; the valid names are none, upstream, all, numeric-postal-codes"),
        ("--rate-limit 100", "such as 100/2000"),
        ("--rate-limit 100,2000", "such as 100/2000"),
    ] {
        let run = run(&format!("sandbox {arguments}"));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains(expected), "{run:?}");
    }
}

fn head(answer: &str) -> String {
    answer.split("\r\n\r\n").next().unwrap().to_lowercase()
}

#[test]
fn without_a_limit_nothing_is_told_of_a_rate() {
    let told = |arguments: &str| {
        let serving = Serving::start(arguments);
        head(&serving.admin("GET /capi/v1/client/customer/info/563457", "")).contains("x-ratelimit-remaining")
    };
    assert_eq!((told(""), told("--rate-limit 100/2000")), (false, true));
}

#[test]
fn a_wrong_method_names_those_that_the_path_has() {
    let serving = Serving::start("");
    let answer = serving.admin("DELETE /capi/v1/client/customer/info/563457", "");
    assert!(answer.starts_with("HTTP/1.1 405") && head(&answer).contains("\r\nallow: get"), "{answer}");
}

#[test]
fn pages_of_an_origin_may_call_it_if_that_is_asked_for() {
    let path = "/capi/v1/client/customer/info/563457";
    let preflight = format!(
        "OPTIONS {path} HTTP/1.1\r\nOrigin: https://app.example.com\r\n\
        Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\nX-Rest:"
    );
    let allowed = Serving::start("--cors https://app.example.com");
    let answer = head(&allowed.admin(&preflight, ""));
    assert!(answer.starts_with("http/1.1 204"), "{answer}");
    for header in [
        "access-control-allow-origin: https://app.example.com",
        "access-control-allow-headers: authorization",
        "access-control-allow-methods: get, post",
        "vary: origin",
    ] {
        assert!(answer.contains(header), "{header}: {answer}");
    }
    let read = "access-control-allow-origin: https://app.example.com";
    assert!(head(&allowed.admin(&format!("GET {path}"), "")).contains(read));
    assert!(!head(&allowed.admin("GET /admin/requests", "")).contains("access-control"));
    let closed = Serving::start("");
    assert!(!head(&closed.admin(&preflight, "")).contains("access-control"));
    assert_eq!(run("sandbox --cors example.com").code, Some(2));
}

#[test]
fn another_address_is_warned_of_and_its_admin_routes_respond_to_this_machine_only() {
    let serving = Serving::start("--host 0.0.0.0");
    assert_eq!(serving.run("customer info 563457").code, Some(0));
    assert!(serving.admin("GET /admin/requests", "").starts_with("HTTP/1.1 200"));
    let (_, url) = &serving.variables[0];
    let port: u16 = url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap();
    // `connect` on a UDP socket selects the machine's network address, if there is one, and sends nothing.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    if socket.connect("192.0.2.1:9").is_ok() && !socket.local_addr().unwrap().ip().is_loopback() {
        let mut stream = TcpStream::connect((socket.local_addr().unwrap().ip(), port)).unwrap();
        // A loopback address in the `Host` header must not give access, because any client can set this header.
        stream
            .write_all(b"GET /admin/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    let log = serving.log();
    assert!(log.starts_with("WARNING: everyone who can reach this machine can use the sandbox"), "{log}");
    assert!(!Serving::start("").log().contains("WARNING"));
    assert_eq!(run("sandbox --host example.com").code, Some(2));
}

#[test]
fn the_page_is_at_the_root_path_and_its_requests_are_not_logged() {
    let serving = Serving::start("--ui");
    let page = serving.admin("GET /", "");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("<h1>Mediaconnect sandbox</h1>"), "{page}");
    assert!(serving.admin("GET /ui/state", "").contains("\"customers\""));
    let (_, url) = &serving.variables[0];
    let expected = format!("Web page: {}/\n", url.strip_suffix("/capi").unwrap());
    let log = serving.log();
    assert!(log.starts_with(&expected) && !log.lines().any(|line| line.ends_with(" ms")), "{log}");
    assert!(Serving::start("").admin("GET /", "").starts_with("HTTP/1.1 404"));
    let unreachable = run("sandbox --ui --host 192.0.2.1");
    assert_eq!(unreachable.code, Some(2), "{unreachable:?}");
    assert!(unreachable.err.contains("is served over loopback only"), "{unreachable:?}");
}

#[test]
fn admin_routes_change_and_return_the_state() {
    let serving = Serving::start("");
    let added =
        serving.admin("POST /admin/customers", r#"{"customerNumber": 100200, "emails": ["a@example.com"]}"#);
    assert!(added.starts_with("HTTP/1.1 204"), "{added}");
    assert!(serving.run("customer info 100200").out.contains("a@example.com"));
    let fault = serving.admin("POST /admin/faults", r#"{"operation": "getCustomerInfo", "status": 403}"#);
    assert!(fault.starts_with("HTTP/1.1 204"), "{fault}");
    assert_eq!(serving.run("customer info 100200").code, Some(3));
    let requests = serving.admin("GET /admin/requests", "");
    assert!(requests.contains("/capi/v1/client/customer/info/100200"), "{requests}");
}

#[test]
fn the_log_tells_operation_status_and_time_and_nothing_of_the_customer() {
    let serving = Serving::start("--fault getCustomerInfo:resetConnection");
    serving.run("customer info 563457");
    serving.run("customer search --email kari.canary@example.com");
    let log = serving.log();
    for start in ["token 200 ", "getCustomerInfo reset ", "getCustomerInfo 200 ", "searchCustomers 200 "] {
        assert!(log.lines().any(|line| line.starts_with(start) && line.ends_with(" ms")), "{start}: {log}");
    }
    let lines: String = log.lines().filter(|line| line.ends_with(" ms")).collect();
    assert!(!lines.contains("563457") && !lines.contains("canary"), "{log}");
}

#[test]
fn a_request_that_is_under_way_is_answered_before_it_stops() {
    let mut serving = Serving::start("--fault getCustomerInfo:delayMs=1000");
    let call = command("customer info 563457")
        .envs(serving.variables.iter().cloned())
        .stdout(Stdio::piped())
        .spawn();
    let call = call.unwrap();
    while !serving.admin("GET /admin/requests", "").contains("getCustomerInfo") {}
    assert_eq!(serving.stop("-TERM"), Some(0));
    let answered = call.wait_with_output().unwrap();
    assert!(answered.status.success() && String::from_utf8(answered.stdout).unwrap().contains("Nordmann"));
}
