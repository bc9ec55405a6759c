//! A request that breaks a rule of the contract is not sent, and the error names the field.

use mediaconnect::models::OrderRequest;
use mediaconnect_shapes::operations::{GetOrderStatus, ListInvoices, RegisterOrder};
use mediaconnect_shapes::types::{Channel, InvoiceStatus, Order, OrderLine, ShopSearch, SortOrder};
use mediaconnect_shapes::validate::Validate;
use mediaconnect_shapes::wire::{Base64, Date, EpochMillis, Map, StreetNumber};
use mediaconnect_tests::{Upstream, number};

use crate::sent::{amount, find_shops, list_invoices, order, texts};

/// Returns the violations of a request, each as `field: rule`.
fn violations(request: &impl Validate) -> Vec<String> {
    let violations = request.validate().err();
    let all = violations.iter().flat_map(|all| all.iter());
    all.map(|violation| format!("{}: {}", violation.field(), violation.rule())).collect()
}

fn only(request: &impl Validate, expected: &str) {
    assert_eq!(violations(request), [expected]);
}

fn received<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

#[test]
fn nothing_is_wrong_with_what_keeps_to_the_limits() {
    assert_eq!(violations(&list_invoices()), [""; 0]);
    assert_eq!(
        violations(&list_invoices().with_limit(1).with_text("ab").with_code("ABCDE").with_x_depth(0)),
        [""; 0]
    );
    assert_eq!(violations(&RegisterOrder::new(order())), [""; 0]);
}

#[test]
fn each_limit_of_a_parameter_is_checked() {
    only(&list_invoices().with_limit(5000), "limit: a whole number from 1 to 100");
    only(&list_invoices().with_limit(0), "limit: a whole number from 1 to 100");
    only(&list_invoices().with_text("a"), "text: 2 to 10 characters");
    only(&list_invoices().with_text("a".repeat(11)), "text: 2 to 10 characters");
    only(&list_invoices().with_code("abc"), "code: a string that matches ^[A-Z]+$");
    only(&list_invoices().with_status([InvoiceStatus::Open]), "status: at least 2 items");
    only(&list_invoices().with_status(["open", "paid", "open", "paid"]), "status: at most 3 items");
    only(&list_invoices().with_status(["open", "lost"]), "status[1]: a documented value");
    only(&list_invoices().with_ids([1, 0]), "ids[1]: a whole number of at least 1");
    only(&list_invoices().with_ids([1, 2, 3, 4]), "ids: at most 3 items");
    only(&list_invoices().with_least(-1), "least: an amount of at least 0");
    only(
        &list_invoices().with_from(received::<Date>("\"2026-02-30\"")),
        "from: a calendar date as YYYY-MM-DD",
    );
    only(
        &list_invoices().with_changed_after(received::<mediaconnect_shapes::wire::DateTime>("\"noon\"")),
        "changedAfter: a timestamp in RFC 3339 format",
    );
    only(&list_invoices().with_x_depth(10), "X-Depth: a whole number from 0 to 9");
    only(
        &list_invoices().with_x_request_id("a\r\nb: c"),
        "X-Request-Id: visible ASCII characters, with optional spaces between them",
    );
    only(&list_invoices().with_x_request_id("a".repeat(37)), "X-Request-Id: at most 36 characters");
}

#[test]
fn required_parameters_that_are_enumerations_take_documented_values_only() {
    let request = |order: SortOrder, channel: Channel| {
        ListInvoices::new(number(1), "CO27409".parse().unwrap(), order, channel)
    };
    only(&request("random".into(), Channel::Web), "order: a documented value");
}

#[test]
fn an_open_enum_takes_any_value_that_its_place_can_hold() {
    let request = |channel: &str| {
        ListInvoices::new(number(1), "CO27409".parse().unwrap(), SortOrder::Oldest, channel.into())
    };
    assert!(violations(&request("radio")).is_empty());
    only(&request(""), "X-Channel: at least 1 character");
    only(&request("a\r\nb: c"), "X-Channel: visible ASCII characters, with optional spaces between them");
    assert!(violations(&texts("radio".into())).is_empty());
    let text = "kind: visible ASCII characters except / \\ ? # ; %, and Latin letters except Ĳ ĳ Ŀ ŀ ŉ \
                (the whole string must not be . or ..)";
    only(&texts("..".into()), text);
    assert_eq!(violations(&texts("".into())).len(), 1);
}

#[test]
fn a_text_that_makes_the_path_another_one_is_refused() {
    only(&GetOrderStatus::new("latest".to_owned()), "orderId: a string other than the reserved words latest");
    assert!(violations(&GetOrderStatus::new("later".to_owned())).is_empty());
}

#[test]
fn each_limit_of_a_body_is_checked() {
    let broken = |change: fn(&mut Order)| {
        let mut order = order();
        change(&mut order);
        RegisterOrder::new(order)
    };
    only(&broken(|order| order.order_amount = None), "orderAmount: required");
    only(
        &broken(|order| order.order_amount = Some("1000.01".parse().unwrap())),
        "orderAmount: an amount from 0 to 1000",
    );
    only(&broken(|order| order.weight = Some(5.1)), "weight: an amount from 0 to 5");
    only(
        &broken(|order| order.order_date = Some(received("\"soon\""))),
        "orderDate: a calendar date as YYYY-MM-DD",
    );
    only(
        &broken(|order| order.start_time = Some(EpochMillis::new(-1))),
        "startTime: a whole number of at least 0",
    );
    only(
        &broken(|order| order.reference = Some("A".to_owned())),
        "reference: a string that matches ^[0-9-]+$",
    );
    only(&broken(|order| order.contact_type = Some("C".into())), "contactType: a documented value");
    only(&broken(|order| order.data = Some(Base64::of([0; 7]))), "data: at most 8 characters");
    only(&broken(|order| order.data = Some(received("\"?\""))), "data: Base64 with padding");
    only(&broken(|order| order.order_lines.clear()), "orderLines: at least 1 item");
    only(
        &broken(|order| order.order_lines = vec![order.order_lines[0].clone(); 3]),
        "orderLines: at most 2 items",
    );
    only(&broken(|order| order.order_lines.push(OrderLine::default())), "orderLines[1].product: required");
    only(
        &broken(|order| order.labels = Some(Map::from_iter([("Kari", "long".to_owned())]))),
        "labels.*: at most 3 characters",
    );
}

#[test]
fn a_required_list_of_the_query_has_an_item() {
    let mut request = find_shops();
    assert_eq!(violations(&request), [""; 0], "a required list of a body may be empty");
    request.products.clear();
    only(&request, "products: required");
}

#[test]
fn a_number_that_json_cannot_express_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        only(&find_shops().with_share(number), "share: a finite number");
        let mut order = order();
        order.weight = Some(number);
        only(&order, "weight: a finite number");
        let mut request = find_shops();
        request.body.weight = Some(number);
        request.body.weights = vec![1.0, number];
        assert_eq!(violations(&request), ["weight: a finite number", "weights[1]: a finite number"]);
    }
}

#[test]
fn one_alternative_of_any_type_is_enough() {
    let search = |set: fn(&mut ShopSearch)| {
        let mut search = ShopSearch::default();
        set(&mut search);
        search
    };
    let rule = ": at least one of these alternatives: title; or printed; or changedAt; or price; or cover; or product";
    only(&search(|_| ()), rule);
    only(&search(|search| search.title = Some(" ".to_owned())), rule);
    let blank = violations(&search(|search| search.product = Some(received("\"  \""))));
    assert!(blank.iter().any(|violation| violation == rule), "{blank:?}");
    let alternatives: [fn(&mut ShopSearch); 6] = [
        |search| search.title = Some("News".to_owned()),
        |search| search.printed = Date::new(2026, 1, 31).ok(),
        |search| search.changed_at = Some(received("\"2026-01-31T12:00:00Z\"")),
        |search| search.price = Some(amount("79.90")),
        |search| search.cover = Some(Base64::of([0, 255, 7])),
        |search| search.product = Some("A1".parse().unwrap()),
    ];
    for set in alternatives {
        assert_eq!(violations(&search(set)), [""; 0]);
    }
}

#[test]
fn fields_that_exclude_each_other_are_not_sent_together() {
    let mut search = find_shops().body;
    search.title = Some("News".to_owned());
    // A blank string is sent too.
    search.product = Some(received("\" \""));
    let blank = violations(&search);
    assert!(blank.iter().any(|violation| violation.contains("at most one")), "{blank:?}");
    search.product = Some("A1".parse().unwrap());
    only(&search, ": at most one of title, printed and product");
}

#[test]
fn fields_that_belong_together_are_all_sent_or_none() {
    let rule = ": all or none of weight and weights";
    let mut search = find_shops().body;
    search.weight = Some(1.0);
    only(&search, rule);
    search.weights = vec![1.0];
    assert_eq!(violations(&search), [""; 0]);
    search.weight = None;
    only(&search, rule);
}

#[test]
fn a_blank_text_is_no_value_among_fields_that_belong_together() {
    let rule = ": all or none of coupon and couponNumber";
    let mut search = find_shops().body;
    search.coupon = Some(" ".to_owned());
    only(&search, rule);
    search.coupon_number = Some(7);
    only(&search, rule);
    search.coupon = Some("A".to_owned());
    assert_eq!(violations(&search), [""; 0]);

    let order =
        |code| OrderRequest::default().with_marketing_coupon_code(code).with_marketing_coupon_number(7);
    let rule = ": all or none of marketingCouponCode and marketingCouponNumber";
    for (code, is_refused) in [("", true), (" ", true), ("A", false)] {
        let violations = violations(&order(code));
        assert_eq!(
            violations.iter().any(|violation| violation == rule),
            is_refused,
            "{code:?}: {violations:?}"
        );
    }
}

#[test]
fn a_street_number_that_is_no_number_is_not_sent_where_the_contract_has_an_integer() {
    let request = |json: &str| texts("web".into()).with_street_number(received::<StreetNumber>(json));
    assert_eq!(violations(&request("\"6\"")), [""; 0]);
    only(&request("\"6B\""), "streetNumber: a whole number of at least 0");
}

#[tokio::test]
async fn nothing_is_sent_and_all_violations_are_told() {
    let upstream = Upstream::without_proof(200, "[]").await;
    let request = list_invoices().with_limit(5000).with_text("a").with_ids([0]);
    let error = upstream.client.call(request).await.unwrap_err();
    assert!(error.is_invalid_input(), "{error}");
    let fields: Vec<_> = error.violations().iter().map(mediaconnect::Violation::field).collect();
    assert_eq!(fields, ["ids[0]", "limit", "text"]);
    assert!(upstream.requests().await.is_empty());
}
