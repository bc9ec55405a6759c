//! Tests that the page works in windows of any width and without a mouse.

use mediaconnect_sandbox::{Customer, Fault, Sandbox};

use crate::Shown;

#[tokio::test]
async fn a_narrow_window_shows_all_and_each_control_has_a_name() {
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(3);
    let builder = Sandbox::builder()
        .with_invented_customers()
        .customer(Customer::invented(100_200).name(&long, &long).email(format!("{long}@example.com")))
        .fault(Fault::on("listConsentEvents").rate_limited(mediaconnect_sandbox::RetryHint::ResetEpoch(20)));
    let Some(mut shown) = Shown::start(builder, "customers").await else { return };
    for number in ["563457", "100200", "1"] {
        let _ = shown.sandbox.client().customers().info(number.parse().unwrap()).await;
    }
    let browser = &mut shown.browser;
    browser.wait_for("document.querySelectorAll('#request-rows li').length >= 4");
    browser.picture("customers-with-requests-wide");
    browser.evaluate("document.querySelectorAll('.own details').forEach((one) => (one.open = true))");
    for (width, name) in
        [(1440, "wide"), (1410, "just-wide"), (1280, "laptop"), (1000, "medium"), (360, "narrow")]
    {
        browser.resize(width, if width == 360 { 740 } else { 900 });
        for view in ["customers", "faults", "requests", "reference"] {
            browser.evaluate(&format!("location.hash = '{view}'"));
            browser.wait_for(&format!("!document.getElementById('{view}').hidden"));
            if view == "reference" {
                browser.wait_for("document.querySelectorAll('#viewer .opblock').length");
            } else {
                assert_eq!(browser.nameless(), [""; 0], "{view}, {name}");
            }
            let too_wide = browser.evaluate(
                "[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.unseen') \
                 && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((one) => one.outerHTML.slice(0, 200))",
            );
            let scrolls = browser
                .evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
            let overlaps = browser.evaluate(
                "[...document.querySelectorAll('section.own:not(#requests)')].some((one) => one.checkVisibility() \
                 && one.scrollWidth > one.clientWidth + 1)",
            );
            browser.picture(&format!("{view}-{name}"));
            assert_eq!(overlaps, false, "{view}, {name}");
            assert_eq!(scrolls, false, "{view}, {name}: {too_wide}");
        }
    }
    shown.end();
}
