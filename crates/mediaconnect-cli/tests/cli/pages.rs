//! Tests the commands that combine several operations: `customer overview` and `access may-read`.

use serde_json::json;

use crate::support::run;

#[test]
fn an_overview_has_the_customer_the_subscriptions_and_what_is_owed() {
    let page = run("--sandbox customer overview 100377 --output json");
    assert_eq!((page.code, page.err.as_str()), (Some(0), ""), "{page:?}");
    let page = page.json();
    assert_eq!(page["customer"]["customerNumber"], 100_377);
    assert_eq!(page["subscriptions"][0]["product"], "DIGITAL");
    // The February invoice is open. The January invoice is paid.
    let open = page["openInvoices"].as_array().unwrap();
    assert_eq!(open.len(), 1, "{page}");
    assert_eq!(open[0]["fromTime"], json!("2026-02-01"));

    let table = run("--sandbox customer overview 100377");
    for part in ["Lunde", "Subscriptions", "DIGITAL", "Open invoices", "2026-02-01"] {
        assert!(table.out.contains(part), "{part}: {table:?}");
    }
    let paid = run("--sandbox customer overview 100214");
    assert!(paid.out.contains("MORGEN") && paid.out.contains("No open invoices"), "{paid:?}");
}

#[test]
fn nobody_has_no_overview() {
    let run = run("--sandbox customer overview 999999");
    assert_eq!((run.code, run.out.as_str()), (Some(4), ""), "{run:?}");
}

#[test]
fn a_question_of_access_is_answered_by_yes_or_no_and_why() {
    let info = run("--sandbox customer info 100377 --output json").json();
    let user = info["attachedUsers"][0]["uniqueId"].as_str().unwrap().to_owned();
    let ask = |rest: &str| run(&format!("--sandbox access may-read {rest}"));
    let yes = ask(&format!("DIGITAL --user {user}"));
    assert_eq!((yes.code, yes.out.as_str()), (Some(0), "yes: granted by level A of type A\n"), "{yes:?}");
    let no = ask(&format!("MORGEN --user {user} --customer 100377"));
    assert_eq!((no.code, no.out.as_str()), (Some(1), "no: refused by level A of type D\n"), "{no:?}");
    let nobody = ask("DIGITAL --credential nobody@example.com --output json");
    assert_eq!(nobody.code, Some(1), "{nobody:?}");
    assert_eq!(nobody.json()["granted"], false);
}

#[test]
fn a_question_of_access_names_one_reader_and_quotes_none() {
    for line in [
        "access may-read DIGITAL",
        "access may-read DIGITAL --user canary-1 --credential canary-2",
        "access may-read DIGITAL --ip canary",
        "access may-read DIGITAL --user canary --customer canary",
    ] {
        let run = run(&format!("--sandbox {line}"));
        assert_eq!(run.code, Some(2), "{line}: {run:?}");
        assert!(!run.err.contains("canary"), "{line}: {run:?}");
    }
}

#[test]
fn what_is_secret_in_a_response_is_printed_only_if_it_is_asked_for() {
    let list = "--sandbox pay-ex list --output json";
    let hidden = run(list).json();
    let token = &hidden["paymentRecurrenceTokens"][0]["recurrenceToken"];
    assert_eq!(*token, json!("(secret; --show-secrets shows it)"));
    let shown = run(&format!("{list} --show-secrets")).json();
    assert!(
        shown["paymentRecurrenceTokens"][0]["recurrenceToken"]
            .as_str()
            .is_some_and(|token| !token.contains("secret;"))
    );
    assert!(
        !run("--sandbox pay-ex list")
            .out
            .contains(shown["paymentRecurrenceTokens"][0]["recurrenceToken"].as_str().unwrap())
    );
}
