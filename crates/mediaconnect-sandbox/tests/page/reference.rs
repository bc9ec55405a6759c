//! Tests that the page shows the contract's reference and sends its operations.

use mediaconnect_api::operations::OPERATIONS;
use mediaconnect_sandbox::Sandbox;
use serde_json::Value;

use crate::{Browser, Shown};

/// A script that opens an operation, executes it with its example, and resolves to the status on the page.
const TRY: &str = "
    window.until = async (what) => {
      for (let tries = 0; tries < 600; tries++) {
        const found = what();
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`this never came: ${what}`);
    };
    window.tryOut = async (id, keepOpen) => {
      const block = await until(() => document.querySelector(`[id$='-${id}'].opblock`));
      if (!block.querySelector('.execute')) block.querySelector('.opblock-summary-control').click();
      (await until(() => block.querySelector('.execute'))).click();
      const status = await until(() => block.querySelector('.live-responses-table .response .response-col_status'));
      const text = status.textContent;
      if (!keepOpen) block.querySelector('.opblock-summary-control').click();
      return text;
    }";

async fn started() -> Option<Shown> {
    let mut shown = Shown::start(Sandbox::builder(), "reference").await?;
    shown.browser.evaluate(TRY);
    shown.browser.wait_for("document.querySelectorAll('#viewer .opblock').length");
    Some(shown)
}

fn try_out(browser: &mut Browser, id: &str) -> Value {
    browser.evaluate(&format!("tryOut('{id}', true)"))
}

#[tokio::test]
async fn operations_can_be_tried_with_their_examples() {
    let Some(mut shown) = started().await else { return };
    let blocks = shown.browser.evaluate("document.querySelectorAll('#viewer .opblock').length");
    assert_eq!(blocks, OPERATIONS.len());
    let mut failed = Vec::new();
    // Trying one operation takes a second or two, so this test tries only every sixth. `every_operation.rs` checks the
    // responses of all operations.
    let some: Vec<_> = OPERATIONS.iter().step_by(6).collect();
    for operation in &some {
        let status = shown.browser.evaluate(&format!("tryOut('{}')", operation.id));
        if !status.as_str().unwrap_or_default().starts_with('2') {
            failed.push(format!("{}: {status}", operation.id));
        }
    }
    assert_eq!(failed, [""; 0]);
    assert_eq!(shown.sandbox.requests().len(), some.len() + 1, "each once, and one token");
    shown.end();
}

#[tokio::test]
async fn a_token_that_was_refused_is_replaced() {
    let Some(mut shown) = started().await else { return };
    shown.browser.picture("reference-wide");
    assert_eq!(try_out(&mut shown.browser, "getCustomerInfo"), "200");
    shown
        .browser
        .wait_for("document.querySelector('#viewer .highlight-code')?.textContent.includes('Nordmann')");
    shown.browser.evaluate("document.querySelector('[id$=-getCustomerInfo].opblock').scrollIntoView()");
    shown.browser.picture("reference-tried");
    shown.sandbox.expire_tokens();
    shown.browser.evaluate("document.querySelector('#viewer .execute').click()");
    let status =
        "document.querySelector('#viewer .live-responses-table .response .response-col_status')?.textContent";
    shown.browser.wait_for(&format!("{status}.startsWith('401')"));
    shown.browser.evaluate("document.querySelector('#viewer .execute').click()");
    shown.browser.wait_for(&format!("{status}.startsWith('200')"));
    assert_eq!(shown.sandbox.token_requests(), 2);
    // The request with the expired token got status 401. The browser's console reports this status as an error.
    assert!(
        shown.browser.complaints().iter().all(|one| one.contains("401")),
        "{:?}",
        shown.browser.complaints()
    );
}
