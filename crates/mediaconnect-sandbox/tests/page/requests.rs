//! Tests that the page shows requests when they arrive.

use mediaconnect_sandbox::{Fault, Sandbox};

use crate::Shown;

const NAMES: &str = "[...document.querySelectorAll('#request-rows li')].map(row => row.querySelector('.status').textContent + ' ' \
     + row.querySelector('.name').textContent)";

#[tokio::test]
async fn appear_as_they_come_newest_first_with_their_status() {
    let builder = Sandbox::builder().fault(Fault::on("getCustomerInfo").reset());
    let Some(mut shown) = Shown::start(builder, "customers").await else { return };
    assert_eq!(shown.browser.evaluate("document.querySelectorAll('#request-rows li').length"), 0);
    shown.sandbox.client().customers().info("563457".parse().unwrap()).await.unwrap();
    let rows = "['200 getCustomerInfo', 'reset getCustomerInfo', '200 token']";
    shown.browser.wait_for(&format!("JSON.stringify({NAMES}) === JSON.stringify({rows})"));
    shown.sandbox.fault(Fault::on("getCustomerInfo").delay(std::time::Duration::from_secs(3)));
    let client = shown.sandbox.client();
    let late =
        tokio::spawn(async move { client.customers().info("563457".parse().unwrap()).await.map(drop) });
    tokio::task::yield_now().await;
    let Shown { sandbox, mut browser } = shown;
    let mut shown = tokio::task::spawn_blocking(move || {
        browser.wait_for(&format!("{NAMES}[0] === '… getCustomerInfo'"));
        browser.wait_for(&format!("{NAMES}[0] === '200 getCustomerInfo'"));
        Shown { sandbox, browser }
    })
    .await
    .unwrap();
    late.await.unwrap().unwrap();
    // The page shows the path as text, not as markup.
    let url = format!("{}/<img src=x>", crate::origin(&shown.sandbox));
    reqwest::get(&url).await.unwrap();
    shown.browser.wait_for(&format!("{NAMES}[0].includes('404 /%3Cimg%20src=x%3E')"));
    shown.browser.evaluate("document.getElementById('clear-requests').click()");
    shown.browser.wait_for("document.querySelectorAll('#request-rows li').length === 0");
    assert!(shown.sandbox.requests().is_empty());
    shown.end();
}

#[tokio::test]
async fn are_the_latest_200_and_wait_while_the_page_is_hidden_or_paused() {
    let Some(mut shown) = Shown::start(Sandbox::builder(), "customers").await else { return };
    let count = "document.querySelectorAll('#request-rows li').length";
    let client = reqwest::Client::new();
    let ask = async |path: &str| drop(client.get(crate::origin(&shown.sandbox) + path).send().await.unwrap());
    for at in 0..300 {
        ask(&format!("/capi/{at}")).await;
    }
    shown.browser.wait_for(&format!("{NAMES}[0] === '404 /capi/299' && {count} === 200"));

    let hide = |is: bool| {
        format!(
            "Object.defineProperty(document, 'hidden', {{ value: {is}, configurable: true }}); \
             document.dispatchEvent(new Event('visibilitychange'))"
        )
    };
    shown.browser.evaluate(&hide(true));
    shown.browser.wait_for("document.getElementById('connection').textContent.startsWith('Paused')");
    let polls = |browser: &mut crate::Browser| {
        browser.requests().iter().filter(|url| url.contains("/ui/state")).count()
    };
    let before = polls(&mut shown.browser);
    ask("/capi/hidden").await;
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    assert_eq!(polls(&mut shown.browser), before);
    shown.browser.evaluate(&hide(false));
    shown.browser.wait_for(&format!("{NAMES}[0] === '404 /capi/hidden'"));

    shown.browser.evaluate("document.getElementById('pause-requests').click()");
    ask("/capi/paused").await;
    let before = polls(&mut shown.browser);
    while polls(&mut shown.browser) < before + 2 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(shown.browser.evaluate(&format!("{NAMES}[0]")), "404 /capi/hidden");
    shown.browser.evaluate("document.getElementById('pause-requests').click()");
    shown.browser.wait_for(&format!("{NAMES}[0] === '404 /capi/paused'"));
    shown.end();
}
