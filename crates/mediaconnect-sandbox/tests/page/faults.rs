//! Tests that a user can switch on faults in the page with the keyboard alone.

use mediaconnect_sandbox::Sandbox;

use crate::Shown;

#[tokio::test]
async fn are_switched_on_counted_and_removed() {
    let Some(mut shown) = Shown::start(Sandbox::builder(), "customers").await else { return };
    let browser = &mut shown.browser;
    browser.evaluate("document.querySelector('nav a[href=\"#faults\"]').focus()");
    browser.press("Enter");
    browser.wait_for("!document.getElementById('faults').hidden");
    assert_eq!(browser.evaluate("document.activeElement.id"), "faults-title");
    browser.tab_to("fault-operation");
    browser.write("");
    browser.evaluate("document.activeElement.value = 'getCustomerInfo'");
    browser.tab_to("fault-value");
    browser.evaluate("document.activeElement.select()");
    browser.write("403");
    browser.tab_to("fault-always");
    browser.press(" ");
    browser.press("Enter");
    browser.wait_for("document.getElementById('fault-message').textContent === 'The fault is switched on.'");
    let client = shown.sandbox.client();
    let number = "563457".parse().unwrap();
    assert_eq!(client.customers().info(number).await.unwrap_err().status_code(), Some(403));
    let browser = &mut shown.browser;
    let row = "document.getElementById('fault-rows').innerText.replace(/\\s+/g, ' ')";
    browser.wait_for(&format!("{row}.startsWith('getCustomerInfo status 403 1, every time')"));
    browser.picture("faults-wide");

    browser.evaluate("document.getElementById('fault-value').value = 700");
    browser.evaluate("document.getElementById('fault-form').requestSubmit()");
    browser.wait_for("document.getElementById('fault-message').textContent.includes('from 200 to 599')");

    browser.evaluate("document.querySelector('#fault-rows button').click()");
    browser.wait_for("!document.getElementById('no-faults').hidden");
    client.customers().info(number).await.unwrap();

    // The sandbox must accept every kind of fault that the page offers.
    let browser = &mut shown.browser;
    let kinds = browser.evaluate("document.getElementById('fault-kind').options.length").as_u64().unwrap();
    for at in 0..kinds {
        browser.evaluate(&format!(
            "{{ const kind = document.getElementById('fault-kind'); kind.selectedIndex = {at}; \
             kind.dispatchEvent(new Event('change')); document.getElementById('fault-form').requestSubmit() }}"
        ));
        browser.wait_for(&format!("document.querySelectorAll('#fault-rows tr').length === {}", at + 1));
    }
    browser.evaluate("document.getElementById('clear-faults').click()");
    browser.wait_for("document.querySelectorAll('#fault-rows tr').length === 0");
    assert!(shown.sandbox.unused_faults().is_empty());
    // The sandbox refused the invalid fault (status 700) with a 400 response. The console may contain no other error.
    assert!(
        shown.browser.complaints().iter().all(|one| one.contains("400")),
        "{:?}",
        shown.browser.complaints()
    );
}
