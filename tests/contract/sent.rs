//! Checks every part of the sent requests: method and URL, headers, and body.

use mediaconnect::CustomerNumber;
use mediaconnect_shapes::operations::{
    AssignUser, ChangeMetadata, FindShops, GetMetadata, GetTexts, ListInvoices, RegisterOrder, RemoveMetadata,
};
use mediaconnect_shapes::types::{
    Channel, ContactType, InvoiceStatus, Order, OrderLine, ShopSearch, SortOrder, User,
};
use mediaconnect_shapes::wire::{Amount, Base64, Date, EpochMillis, Map};
use mediaconnect_tests::{Upstream, number};
use serde_json::json;

fn customer() -> CustomerNumber {
    number(563_457)
}

pub(crate) fn list_invoices() -> ListInvoices {
    ListInvoices::new(customer(), "CO27409".parse().unwrap(), SortOrder::Newest, Channel::Web)
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn order() -> Order {
    let mut line = OrderLine::default();
    line.product = Some("CO27409".parse().unwrap());
    let mut order = Order::default();
    order.order_amount = Some(amount("295.50"));
    order.order_lines = vec![line];
    order
}

pub(crate) fn find_shops() -> FindShops {
    let mut search = ShopSearch::default();
    search.title = Some("News".to_owned());
    FindShops::new(amount("79.90"), vec!["CO27409".parse().unwrap()], search)
}

const INVOICES: &str = r#"[{"invoiceId":"7","customerNumber":563457}]"#;

#[tokio::test]
async fn only_what_is_required_is_sent_where_nothing_else_is_set() {
    let upstream = Upstream::without_proof(200, INVOICES).await;
    upstream.client.call(list_invoices()).await.unwrap();
    let (line, body) = upstream.request().await;
    assert_eq!(line, "GET /capi/v1/client/invoices/563457/CO27409?order=newest");
    assert_eq!(body, "");
    assert_eq!(upstream.header("x-channel").await.as_deref(), Some("web"));
    for absent in ["x-request-id", "x-depth", "x-voucher", "api-version", "content-type"] {
        assert_eq!(upstream.header(absent).await, None, "{absent}");
    }
    assert_eq!(upstream.header("authorization").await.as_deref(), Some("Bearer test-token"));
}

#[tokio::test]
async fn each_kind_of_parameter_is_sent_as_the_contract_writes_it() {
    let upstream = Upstream::without_proof(200, INVOICES).await;
    let request = list_invoices()
        .with_from(Date::new(2026, 1, 31).unwrap())
        .with_changed_after(
            "2026-01-31T12:00:00+01:00".parse::<mediaconnect_shapes::wire::DateTime>().unwrap(),
        )
        .with_unpaid(true)
        .with_limit(100)
        .with_text("a b&c=å")
        .with_code("ABC")
        .with_status([InvoiceStatus::Open, InvoiceStatus::Paid])
        .with_ids([9_007_199_254_740_993_i64, 1])
        .with_least(amount("79.90"))
        .with_since(EpochMillis::new(1_764_352_800_123))
        .with_type("kw")
        .with_x_request_id("a-1 b")
        .with_x_depth(9)
        .with_x_voucher(mediaconnect_shapes::types::VoucherCode::try_from("A1").unwrap());
    upstream.client.call(request).await.unwrap();
    let (line, _) = upstream.request().await;
    let (_, query) = line.split_once('?').unwrap();
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    let expected = [
        "changedAfter=2026-01-31T12%3A00%3A00%2B01%3A00",
        "code=ABC",
        "from=2026-01-31",
        "ids=1",
        "ids=9007199254740993",
        "least=79.90",
        "limit=100",
        "order=newest",
        "since=1764352800123",
        "status=open",
        "status=paid",
        "text=a+b%26c%3D%C3%A5",
        "type=kw",
        "unpaid=true",
    ];
    assert_eq!(pairs, expected);
    for (name, value) in
        [("x-channel", "web"), ("x-request-id", "a-1 b"), ("x-depth", "9"), ("x-voucher", "A1")]
    {
        assert_eq!(upstream.header(name).await.as_deref(), Some(value), "{name}");
    }
}

pub(crate) fn texts(kind: Channel) -> GetTexts {
    let day = Date::new(2026, 1, 31).unwrap();
    GetTexts::new("+4791234567".parse().unwrap(), "NO".parse().unwrap(), "A1".parse().unwrap(), day, kind)
}

#[tokio::test]
async fn each_kind_of_text_stands_in_a_path() {
    let upstream = Upstream::without_proof(200, r#"{"orderId":9}"#).await;
    let request = texts(Channel::Shop)
        .with_email(mediaconnect_shapes::wire::EmailAddress::try_from("kari@example.com").unwrap())
        .with_postal_code(mediaconnect_shapes::wire::PostalCode::try_from("0179").unwrap())
        .with_street_number(6);
    upstream.client.call(request).await.unwrap();
    let (line, _) = upstream.request().await;
    let (path, query) = line.split_once('?').unwrap();
    assert_eq!(path, "GET /capi/v1/client/texts/+4791234567/NO/A1/2026-01-31/shop");
    assert_eq!(query, "email=kari%40example.com&postalCode=0179&streetNumber=6");
}

#[tokio::test]
async fn a_decimal_stands_in_a_path_and_a_required_list_in_body_and_query() {
    let upstream = Upstream::without_proof(200, r#"[{"postalCode":"0179"}]"#).await;
    upstream.client.call(find_shops()).await.unwrap();
    let (line, body) = upstream.request().await;
    assert_eq!(line, "POST /capi/v1/client/shops/79.90?products=CO27409");
    assert_eq!(body, r#"{"title":"News","words":[]}"#);
}

#[tokio::test]
async fn an_optional_list_is_sent_empty_where_that_has_a_meaning() {
    let shops = r#"[{"postalCode":"0179"}]"#;
    let mut find = find_shops();
    for (shelves, sent) in [
        (None, r#"{"title":"News","words":[]}"#),
        (Some(vec![]), r#"{"title":"News","shelves":[],"words":[]}"#),
        (Some(vec!["A".to_owned()]), r#"{"title":"News","shelves":["A"],"words":[]}"#),
    ] {
        find.body.shelves = shelves;
        let upstream = Upstream::without_proof(200, shops).await;
        upstream.client.call(find.clone()).await.unwrap();
        assert_eq!(upstream.request().await.1, sent);
        assert_eq!(serde_json::from_str::<ShopSearch>(sent).unwrap(), find.body);
    }
    find.body.shelves = Some(vec!["0123456789".to_owned()]);
    let upstream = Upstream::without_proof(200, shops).await;
    assert!(upstream.client.call(find).await.unwrap_err().is_invalid_input());
    let null: ShopSearch = serde_json::from_value(json!({"shelves": null})).unwrap();
    assert_eq!(null.shelves, None);
}

#[tokio::test]
async fn a_body_keeps_digits_and_has_no_absent_field() {
    let upstream = Upstream::without_proof(200, r#"{"orderId":9007199254740993}"#).await;
    let mut order = order();
    order.order_amount = Some(amount("295.50"));
    order.discount = Some(amount("5.00"));
    order.weight = Some(1.5);
    order.order_date = Some(Date::new(2026, 11, 28).unwrap());
    order.start_time = Some(EpochMillis::new(1_764_352_800_123));
    order.reference = Some("20-1".to_owned());
    order.contact_type = Some(ContactType::AEmail);
    order.data = Some(Base64::of([0, 255, 7]));
    let mut user = User::default();
    user.email = Some("kari@example.com".parse().unwrap());
    order.order_lines[0].prices = vec![amount("1.10"), amount("9007199254740993.01")];
    order.order_lines[0].receivers = vec![user.clone()];
    order.payer = Some(user);
    order.labels = Some(Map::from_iter([("a", "b".to_owned())]));
    let registered = upstream.client.call(RegisterOrder::new(order)).await.unwrap();
    assert_eq!(registered.order_id, Some(9_007_199_254_740_993));
    let (line, body) = upstream.request().await;
    assert_eq!(line, "POST /capi/v1/client/order");
    let expected = concat!(
        r#"{"orderAmount":295.50,"discount":"5.00","weight":1.5,"orderDate":"2026-11-28","#,
        r#""startTime":1764352800123,"reference":"20-1","contactType":"A_EMAIL","data":"AP8H","#,
        r#""payer":{"email":"kari@example.com"},"orderLines":[{"product":"CO27409","#,
        r#""prices":[1.10,9007199254740993.01],"receivers":[{"email":"kari@example.com"}]}],"labels":{"a":"b"}}"#,
    );
    assert_eq!(body, expected);
    assert_eq!(upstream.header("content-type").await.as_deref(), Some("application/json"));
}

#[tokio::test]
async fn a_body_that_may_be_left_out_is_left_out() {
    let upstream = Upstream::without_proof(200, r#"{"orderId":1}"#).await;
    upstream.client.call(AssignUser::new(9_007_199_254_740_993)).await.unwrap();
    let (line, body) = upstream.request().await;
    assert_eq!((line.as_str(), body.as_str()), ("POST /capi/v1/client/order/9007199254740993/user", ""));
    assert_eq!(upstream.header("content-type").await, None);

    let upstream = Upstream::without_proof(200, r#"{"orderId":1}"#).await;
    upstream.client.call(AssignUser::new(1).with_body(User::default())).await.unwrap();
    assert_eq!(upstream.request().await.1, "{}");
}

#[tokio::test]
async fn a_free_form_object_goes_both_ways() {
    let upstream = Upstream::with_proof(200, r#"{"theme":{"dark":true},"n":9007199254740993}"#).await;
    let metadata =
        Map::from_iter([("theme", json!({ "dark": true })), ("n", json!(9_007_199_254_740_993_u64))]);
    let user = upstream.client.as_user(&Upstream::user());
    let read = user.call(ChangeMetadata::new(metadata.clone())).await.unwrap();
    assert_eq!(read, metadata);
    assert_eq!(format!("{read:?}"), "{2 members}");
    let (line, body) = upstream.request().await;
    assert_eq!(line, "POST /capi/v1/customer/metadata");
    assert_eq!(body, r#"{"n":9007199254740993,"theme":{"dark":true}}"#);
    assert_eq!(upstream.header("authorization").await.as_deref(), Some("Bearer user-token"));
}

#[tokio::test]
async fn operations_of_one_path_differ_by_their_method() {
    let upstream = Upstream::with_proof(204, "").await;
    let user = upstream.client.as_user(&Upstream::user());
    user.call(RemoveMetadata::new()).await.unwrap();
    assert_eq!(upstream.request().await, ("DELETE /capi/v1/customer/metadata".to_owned(), String::new()));
    let error = user.call(GetMetadata::new()).await.unwrap_err();
    assert!(error.is_decode(), "the operation expects an object: {error}");
}
