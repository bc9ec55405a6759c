//! Tests the web page, in a real browser (headless Chromium) and over HTTP.
//!
//! With `MEDIACONNECT_SCREENSHOTS=DIRECTORY`, the tests save screenshots of the page in that directory.

mod browser;
mod customers;
mod faults;
mod reference;
mod requests;
mod served;
mod windows;

use mediaconnect_sandbox::{Sandbox, SandboxBuilder};

use browser::Browser;

/// A sandbox, and a browser that shows one view of the sandbox's page, such as the customers.
struct Shown {
    sandbox: Sandbox,
    browser: Browser,
}

impl Shown {
    /// Starts the sandbox and the browser. Returns `None` if there is no browser.
    async fn start(builder: SandboxBuilder, view: &str) -> Option<Self> {
        let mut browser = Browser::start()?;
        let sandbox = builder.ui().allow_unused_faults().start().await.unwrap();
        browser.open(&format!("{}/#{view}", origin(&sandbox)));
        browser.wait_for("document.getElementById('connection').textContent === 'Live.'");
        Some(Self { sandbox, browser })
    }

    /// Checks that the page has sent no request to another server, and that the console has no errors.
    fn end(mut self) {
        let origin = origin(&self.sandbox);
        let requests = self.browser.requests();
        assert!(!requests.is_empty());
        for url in requests {
            assert!(url.starts_with(&format!("{origin}/")) || url.starts_with("data:"), "{url}");
        }
        assert_eq!(self.browser.complaints(), [""; 0]);
    }
}

fn origin(sandbox: &Sandbox) -> String {
    sandbox.base_url().trim_end_matches("/capi").to_owned()
}
