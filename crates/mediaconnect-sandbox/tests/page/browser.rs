//! Controls a headless Chromium with the DevTools protocol over two pipes.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Once;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The time limit of each step. It is long, because the machine may be busy with other tests.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Ensures that a missing browser is reported only once, although every test notices it.
static REPORTED: Once = Once::new();

/// A browser with one page. Dropping it ends the browser.
pub struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    last_id: u64,
    session: Option<String>,
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser with a wide window. If Chromium is missing, prints how to install it and returns `None`. With
    /// `MEDIACONNECT_REQUIRE_CHROMIUM=1`, panics instead.
    pub fn start() -> Option<Self> {
        let program = env::var("MEDIACONNECT_TEST_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        let found =
            Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if found.is_err() {
            let missing = "the tests of the sandbox's page need Chromium: apt-get install chromium, or name another one \
                           with MEDIACONNECT_TEST_CHROMIUM";
            assert!(env::var("MEDIACONNECT_REQUIRE_CHROMIUM").as_deref() != Ok("1"), "{missing}");
            // Writes to standard error directly, because the test harness hides the output of successful tests.
            REPORTED.call_once(|| drop(writeln!(std::io::stderr(), "skipped: {missing}")));
            return None;
        }
        let profile = TempDir::new().unwrap();
        // Chromium reads from file descriptor 3 and writes to 4. The shell connects these to its standard streams.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null 2>&1", &program])
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--disable-gpu",
                "--no-first-run",
                "--disable-quic",
            ])
            // Chromium refuses to use its own sandbox if it runs as root. It loads only the page under test, so it does
            // not need the sandbox.
            .args(["--no-sandbox", "--disable-dev-shm-usage"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { break };
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut browser =
            Self { child, input, messages, last_id: 0, session: None, events: Vec::new(), _profile: profile };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached =
            self.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
        self.resize(1440, 900);
    }

    pub fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    pub fn open(&mut self, url: &str) {
        let opened = self.call("Page.navigate", json!({ "url": url }));
        assert!(opened.get("errorText").is_none(), "{opened}");
        self.wait_for("document.readyState === 'complete'");
    }

    /// Runs a script and returns its value. Waits if the value is a promise.
    pub fn evaluate(&mut self, script: &str) -> Value {
        let parameters = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let result = self.call("Runtime.evaluate", parameters);
        assert!(result.get("exceptionDetails").is_none(), "{script}: {}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    pub fn wait_for(&mut self, expression: &str) {
        let started = Instant::now();
        while self.evaluate(&format!("Boolean({expression})")) != json!(true) {
            assert!(
                started.elapsed() < TIME_LIMIT,
                "this did not become true: {expression}; the page says: {}",
                self.evaluate("document.body.innerText")
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "ArrowDown" => (40, None),
            " " => (32, Some(" ")),
            other => panic!("the code of {other} is not known here"),
        };
        let mut down = json!({ "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if let Some(text) = text {
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }),
        );
    }

    /// Types into the focused element.
    pub fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    pub fn tab_to(&mut self, id: &str) {
        for _ in 0..200 {
            self.press("Tab");
            if self.evaluate("document.activeElement.id") == json!(id) {
                return;
            }
        }
        panic!("Tab does not lead to #{id}");
    }

    /// Returns the roles of the controls that have no accessible name.
    pub fn nameless(&mut self) -> Vec<String> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().unwrap().iter();
        let is_used = |node: &&Value| {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            let used = ["button", "checkbox", "combobox", "link", "searchbox", "spinbutton", "textbox"];
            node["ignored"] == json!(false) && used.contains(&role)
        };
        let nameless = |node: &&Value| node["name"]["value"].as_str().is_none_or(str::is_empty);
        nodes.filter(is_used).filter(nameless).map(|node| node["role"].to_string()).collect()
    }

    /// Saves a screenshot, if `MEDIACONNECT_SCREENSHOTS` is set.
    pub fn picture(&mut self, name: &str) {
        let Some(directory) = env::var_os("MEDIACONNECT_SCREENSHOTS") else { return };
        let taken = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let picture = BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        fs::create_dir_all(&directory).unwrap();
        fs::write(Path::new(&directory).join(format!("{name}.png")), picture).unwrap();
    }

    pub fn requests(&mut self) -> Vec<String> {
        let of = |event: &Value| {
            let url = &event["params"]["request"]["url"];
            (event["method"] == "Network.requestWillBeSent").then(|| url.as_str().unwrap().to_owned())
        };
        self.events().iter().filter_map(of).collect()
    }

    /// Returns the errors in the browser's console: script errors, violations of the content policy, and missing files.
    pub fn complaints(&mut self) -> Vec<String> {
        let of = |event: &Value| match event["method"].as_str()? {
            "Runtime.exceptionThrown" => Some(event["params"]["exceptionDetails"].to_string()),
            "Log.entryAdded" if event["params"]["entry"]["level"] == "error" => {
                Some(event["params"]["entry"].to_string())
            }
            "Runtime.consoleAPICalled" if event["params"]["type"] == "error" => {
                Some(event["params"].to_string())
            }
            _ => None,
        };
        self.events().iter().filter_map(of).collect()
    }

    fn events(&mut self) -> &[Value] {
        // Replies and events arrive in order. After the reply to this command, all earlier events have therefore
        // arrived.
        self.evaluate("true");
        &self.events
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method });
        message["params"] = parameters;
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).expect("the browser runs");
        loop {
            match self.messages.recv_timeout(TIME_LIMIT) {
                Ok(message) if message["id"] == json!(id) => {
                    assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                    return message["result"].clone();
                }
                Ok(event) => self.events.push(event),
                Err(RecvTimeoutError::Timeout) => panic!("the browser does not reply to {method}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the browser has ended at {method}"),
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.input.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let started = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && started.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
