//! Tests the commands for ids that customers have in other systems.

use crate::support::{command_at, finish, json, run, upstream};

#[test]
fn a_change_and_a_removal_are_told_in_words_and_as_json() {
    let change = run("--sandbox external-reference change 563457 CRM --external-id A-2048");
    assert_eq!((change.code, change.out.as_str(), change.err.as_str()), (Some(0), "done\n", ""));
    let remove = run("--sandbox external-reference remove 563457 CRM --output json");
    assert_eq!((remove.code, remove.json()), (Some(0), serde_json::json!({ "success": true })));
}

#[test]
fn a_reference_that_is_not_there_is_told_by_upstream() {
    let run = run("--sandbox external-reference remove 563457 ERP");
    assert_eq!((run.code, run.out.as_str()), (Some(9), ""), "{run:?}");
}

#[test]
fn a_value_that_breaks_a_rule_is_named_and_not_quoted() {
    for (arguments, field) in [
        ("external-reference change x CRM --external-id A-1", "<CUSTOMER_NUMBER>"),
        ("external-reference change 563457 ../canary --external-id A-1", "<REFERENCE_CODE>"),
        ("external-reference change 563457 CRM --external-id canary-canary-canary", "--external-id"),
    ] {
        let run = run(&format!("--sandbox {arguments}"));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains(field) && !run.err.contains("canary"), "{run:?}");
    }
}

#[tokio::test]
async fn a_refusal_with_status_200_is_a_failure() {
    let upstream = upstream(json(200, r#"{"success": false}"#)).await;
    let run = finish(&mut command_at(&upstream, "external-reference remove 563457 CRM"));
    assert_eq!((run.code, run.out.as_str()), (Some(9), ""), "{run:?}");
    assert!(run.err.starts_with("error: "), "{run:?}");
}

#[tokio::test]
async fn a_change_that_may_have_been_made_is_not_called_undone() {
    let upstream = upstream(json(503, "{}")).await;
    let run = finish(&mut command_at(&upstream, "external-reference remove 563457 CRM"));
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(run.err.contains("check whether the change was made"), "{run:?}");
    assert!(!run.err.contains("nothing was changed"), "{run:?}");
}
