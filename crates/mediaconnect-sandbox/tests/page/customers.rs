//! Tests that the page shows, searches, adds and removes customers.

use mediaconnect_sandbox::{Customer, Sandbox};

use crate::Shown;

const MARKUP: &str =
    "<img src=x onerror=\"document.title='canary'\"><script>document.title='canary'</script>";

#[tokio::test]
async fn are_searched_added_and_removed() {
    let Some(mut shown) = Shown::start(Sandbox::builder(), "customers").await else { return };
    let browser = &mut shown.browser;
    let count = "document.querySelectorAll('#customer-rows > tr').length";
    browser.wait_for(&format!("{count} === 66"));
    browser.picture("customers-wide");
    browser.evaluate("document.getElementById('search').focus()");
    browser.write("nordmann 563457");
    browser.wait_for(&format!("{count} === 1"));
    assert_eq!(
        browser.evaluate("document.getElementById('customer-count').textContent"),
        "1 found, 66 in all"
    );
    browser.evaluate("document.querySelector('[data-action=details]').click()");
    browser.wait_for("document.querySelector('.details pre').textContent.includes('attachedUsers')");
    browser.picture("customers-details");

    // The following steps use only the keyboard.
    browser.evaluate("document.querySelector('#customers summary').focus()");
    browser.press("Enter");
    browser.tab_to("number");
    browser.write("100200");
    browser.tab_to("first-name");
    browser.write("Kari");
    browser.tab_to("email");
    browser.write("kari@example.com");
    browser.press("Enter");
    browser
        .wait_for("document.getElementById('customer-message').textContent === 'Customer 100200 was added.'");
    let kari = shown.sandbox.client().customers().info("100200".parse().unwrap()).await.unwrap();
    assert_eq!(kari.emails[0].as_str(), "kari@example.com");

    let browser = &mut shown.browser;
    browser.evaluate("document.getElementById('search').select()");
    browser.evaluate("document.getElementById('search').focus()");
    browser.write("100200");
    browser.wait_for("document.querySelector('#customer-rows th')?.textContent === '100200'");
    browser.evaluate("document.querySelector('[data-action=remove]').click()");
    browser.wait_for(&format!("{count} === 0"));
    assert!(!shown.sandbox.customer_numbers().contains(&100_200));
    shown.end();
}

#[tokio::test]
async fn the_names_of_customers_are_never_markup() {
    let builder = Sandbox::builder().customer(
        Customer::new(100_200).name(MARKUP, MARKUP).email(MARKUP).postal("0179", MARKUP).product(MARKUP),
    );
    let Some(mut shown) = Shown::start(builder, "customers").await else { return };
    let browser = &mut shown.browser;
    browser.wait_for("document.querySelector('#customer-rows th')");
    browser.evaluate("document.querySelector('[data-action=details]').click()");
    // The body of this request contains markup, and the page shows the body.
    let search = format!("{{\"email\": {}}}", serde_json::to_string(MARKUP).unwrap());
    let url = shown.sandbox.base_url().to_owned() + "/v1/client/customer/search";
    reqwest::Client::new().post(url).body(search).send().await.unwrap();
    browser.wait_for("document.querySelector('#request-rows pre')?.textContent.includes('onerror')");
    browser.evaluate("document.querySelector('#request-rows summary').click()");
    assert_eq!(browser.evaluate("document.querySelectorAll('main img, main script').length"), 0);
    assert!(
        browser
            .evaluate("document.getElementById('customer-rows').textContent")
            .to_string()
            .contains("onerror")
    );
    assert_eq!(browser.evaluate("document.title"), "Mediaconnect sandbox");
    // The content policy must prevent inserted markup from running, even if a bug in the page inserts it.
    browser.evaluate(&format!(
        "document.querySelector('main').insertAdjacentHTML('beforeend', {})",
        serde_json::to_string(MARKUP).unwrap()
    ));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(browser.evaluate("document.title"), "Mediaconnect sandbox");
}
