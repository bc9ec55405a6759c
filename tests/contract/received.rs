//! Tests how the client reads each kind of response, and how it checks that a response comes from the Connect API.

use mediaconnect::Result;
use mediaconnect_shapes::operations::{
    CountInvoices, GetMetadata, GetOrderStatus, GetStock, ListTags, RemoveMetadata,
};
use mediaconnect_shapes::types::{Channel, ContactType, Invoice, Shop};
use mediaconnect_shapes::wire::{EpochMillis, EpochSeconds, List};
use mediaconnect_tests::{Upstream, number};
use serde_json::json;

use crate::sent::{list_invoices, texts};

const FULL: &str = r#"{
    "invoiceId": 7, "customerNumber": "563457", "amount": "295.50", "paidAmount": 100.00, "vat": "25",
    "invoiceDate": "1764352800123", "invoiceTime": 1764352800, "dueDate": "2026-12-31", "priceDay": "",
    "changedAt": "2026-01-31T12:00:00Z", "sequence": "9007199254740993", "contactType": "5", "document": "AP8H",
    "desc": "one", "shares": [1.10, "2.20"], "labels": {"a": 1, "b": null, "c": "d"},
    "lines": {"x": {"text": "t", "share": 79.90}}, "contacts": {"x": "B", "y": "Z", "z": ""}, "extra": {"a": [1, {"b": null}]}
}"#;

async fn invoices(upstream: &Upstream) -> Result<List<Invoice>> {
    upstream.client.call(list_invoices()).await
}

#[tokio::test]
async fn each_kind_of_value_is_read_in_each_spelling() {
    let upstream = Upstream::without_proof(
        200,
        &format!("[{FULL}, {{\"invoiceId\": \"8\", \"contactType\": \"A_EMAIL\"}}, {{\"invoiceId\": \"9\", \"contactType\": \"\"}}, null]"),
    )
    .await;
    let invoices = invoices(&upstream).await.unwrap();
    assert_eq!((invoices.len(), format!("{invoices:?}").as_str()), (3, "[3 items]"));
    let invoice = &invoices[0];
    assert_eq!(invoice.invoice_id.as_deref(), Some("7"));
    assert_eq!(invoice.amount.as_ref().unwrap().as_str(), "295.50");
    assert_eq!(invoice.paid_amount.as_ref().unwrap().as_str(), "100.00");
    assert_eq!(invoice.vat, Some(25.0));
    assert_eq!(invoice.invoice_date, Some(EpochMillis::new(1_764_352_800_123)));
    assert_eq!(invoice.invoice_time, Some(EpochSeconds::new(1_764_352_800)));
    assert_eq!(invoice.due_date.as_ref().unwrap().year_month_day(), Some((2026, 12, 31)));
    assert_eq!(invoice.price_day, None, "an empty text is not a day");
    assert!(invoice.changed_at.as_ref().unwrap().is_valid());
    assert_eq!(invoice.sequence, Some(9_007_199_254_740_993));
    assert_eq!(invoice.contact_type, Some(ContactType::AEmail));
    assert_eq!(invoice.document.as_ref().unwrap().bytes().unwrap(), [0, 255, 7]);
    assert_eq!(invoice.desc, ["one"]);
    let shares: Vec<_> = invoice.shares.iter().map(mediaconnect::Amount::as_str).collect();
    assert_eq!(shares, ["1.10", "2.20"]);
    let labels = invoice.labels.as_ref().unwrap();
    assert_eq!(
        labels.iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>(),
        ["a=1", "c=d"]
    );
    assert_eq!(invoice.lines.as_ref().unwrap()["x"].share.as_ref().unwrap().as_str(), "79.90");
    assert_eq!(invoice.contacts.as_ref().unwrap()["x"], ContactType::BPhonenumber);
    assert!(!invoice.contacts.as_ref().unwrap()["y"].is_known());
    assert_eq!(invoice.contacts.as_ref().unwrap().get("z"), None, "an empty text is absent");
    assert_eq!(invoice.extra.as_ref().unwrap()["a"], json!([1, { "b": null }]));
    assert_eq!(invoices[1].contact_type, Some(ContactType::AEmail));
    assert_eq!(invoices[2].contact_type, None, "an empty text is no value of an enum");
    let printed = format!("{invoice:?}");
    for hidden in ["295", "563457", "2026", "AP8H", "79.90"] {
        assert!(!printed.contains(hidden), "{hidden} is in {printed}");
    }
}

#[tokio::test]
async fn an_amount_is_written_as_it_was_read() {
    let invoice: Invoice =
        serde_json::from_str(r#"{"amount": "295.50", "paidAmount": 1.10, "shares": "2.00"}"#).unwrap();
    let written = serde_json::to_string(&invoice).unwrap();
    assert!(written.contains(r#""amount":295.50,"paidAmount":"1.10""#), "{written}");
    assert!(written.contains(r#""shares":[2.00]"#), "{written}");
}

#[test]
fn a_postal_code_does_not_belong_to_the_country_of_another_prefix() {
    let shop: Shop =
        serde_json::from_str(r#"{"postalCode": 179, "invoicePostalCode": 101, "invoiceCountryCode": "SE"}"#)
            .unwrap();
    assert_eq!(shop.postal_code.unwrap().as_str(), "0179");
    assert_eq!(shop.invoice_postal_code.unwrap().as_str(), "101");
}

#[tokio::test]
async fn a_single_object_counts_as_a_list_of_one() {
    let upstream = Upstream::without_proof(200, FULL).await;
    assert_eq!(invoices(&upstream).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_empty_list_needs_the_proof_of_a_header() {
    for body in ["[]", "[null]", "null"] {
        assert!(invoices(&Upstream::with_proof(200, body).await).await.unwrap().is_empty(), "{body}");
        assert!(invoices(&Upstream::without_proof(200, body).await).await.unwrap_err().is_decode(), "{body}");
    }
}

/// A list whose second item has none of the expected fields.
const PARTLY: &str = r#"[{"invoiceId": "7"}, {"title": "Not Found"}]"#;

#[tokio::test]
async fn a_list_without_promised_fields_is_refused_even_with_proof() {
    for body in [
        "[{}]",
        r#"[{"title": "Not Found"}]"#,
        r#"[{"invoiceId": ""}]"#,
        "{}",
        r#"["invoice"]"#,
        "[[]]",
        "7",
        "",
        "<html>",
        PARTLY,
    ] {
        for upstream in [Upstream::with_proof(200, body).await, Upstream::without_proof(200, body).await] {
            let error = invoices(&upstream).await.unwrap_err();
            assert!(error.is_decode(), "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn an_invoice_of_another_customer_is_refused() {
    let upstream =
        Upstream::with_proof(200, r#"[{"invoiceId":"7"},{"invoiceId":"8","customerNumber":2}]"#).await;
    let error = invoices(&upstream).await.unwrap_err();
    assert!(error.is_mismatch(), "{error}");
}

#[tokio::test]
async fn an_error_under_a_success_status_is_one() {
    let body = r#"{"exceptionType":"ValidationException","errorMessage":"No."}"#;
    for upstream in [Upstream::with_proof(200, body).await, Upstream::without_proof(200, body).await] {
        let client = &upstream.client;
        assert!(invoices(&upstream).await.unwrap_err().is_reported_failure());
        assert!(client.call(GetStock::new()).await.unwrap_err().is_reported_failure());
        let user = client.as_user(&Upstream::user());
        assert!(user.call(GetMetadata::new()).await.unwrap_err().is_reported_failure());
        assert!(user.call(RemoveMetadata::new()).await.unwrap_err().is_reported_failure());
    }
}

#[tokio::test]
async fn what_has_no_names_is_believed_by_its_header_alone() {
    let upstream = Upstream::with_proof(200, "\"9007199254740993\"").await;
    let count = upstream.client.call(CountInvoices::new(number(1))).await.unwrap();
    assert_eq!((*count, format!("{count:?}").as_str()), (9_007_199_254_740_993, "Single(..)"));
    let upstream = Upstream::with_proof(200, r#"["news", 7]"#).await;
    assert_eq!(upstream.client.call(ListTags::new()).await.unwrap().into_vec(), ["news", "7"]);
    let upstream = Upstream::with_proof(200, r#"{"CO27409": {"share": 25.00}}"#).await;
    let stock = upstream.client.call(GetStock::new()).await.unwrap();
    assert_eq!(stock["CO27409"].share.as_ref().unwrap().as_str(), "25.00");

    for body in ["7", r#"["news"]"#, r#"{"CO27409": {}}"#] {
        let upstream = Upstream::without_proof(200, body).await;
        let client = &upstream.client;
        assert!(client.call(CountInvoices::new(number(1))).await.unwrap_err().is_decode(), "{body}");
        assert!(client.call(ListTags::new()).await.unwrap_err().is_decode(), "{body}");
        assert!(client.call(GetStock::new()).await.unwrap_err().is_decode(), "{body}");
    }
}

#[tokio::test]
async fn a_response_without_fields_needs_the_header_and_may_get_fields() {
    for body in ["", "{}", r#"{"removed": true}"#] {
        let upstream = Upstream::with_proof(if body.is_empty() { 204 } else { 200 }, body).await;
        upstream.client.as_user(&Upstream::user()).call(RemoveMetadata::new()).await.unwrap();
    }
    for (status, body) in [(204, ""), (200, ""), (200, "{}"), (200, "OK"), (200, "<html>")] {
        let upstream = Upstream::without_proof(status, body).await;
        let error = upstream.client.as_user(&Upstream::user()).call(RemoveMetadata::new()).await.unwrap_err();
        assert!(error.is_decode() && error.is_outcome_unknown(), "{status} {body}: {error}");
    }
    let upstream = Upstream::with_proof(200, "<html>").await;
    assert!(
        upstream.client.as_user(&Upstream::user()).call(RemoveMetadata::new()).await.unwrap_err().is_decode()
    );
}

#[tokio::test]
async fn a_text_in_the_path_is_compared_with_the_response() {
    let upstream = Upstream::without_proof(200, r#"{"orderId": "A-9"}"#).await;
    upstream.client.call(GetOrderStatus::new("A-9".to_owned())).await.unwrap();
    assert_eq!(upstream.request().await.0, "GET /capi/v1/client/order/status/A-9");
    // Upstream may write a code in a different letter case.
    upstream.client.call(GetOrderStatus::new("a-9".to_owned())).await.unwrap();
    assert!(upstream.client.call(GetOrderStatus::new("A-8".to_owned())).await.unwrap_err().is_mismatch());
    for bad in ["a/b", "..", "a;b", "a b", ""] {
        let error = upstream.client.call(GetOrderStatus::new(bad.to_owned())).await.unwrap_err();
        assert!(error.is_invalid_input(), "{bad}");
    }
}

#[tokio::test]
async fn a_number_in_the_response_is_compared_with_a_text() {
    for (sent, is_accepted) in [("9", true), ("09", true), ("A-9", false), ("8", false)] {
        let upstream = Upstream::without_proof(200, r#"{"orderId": 9}"#).await;
        let result = upstream.client.call(texts(Channel::Web).with_order(sent)).await;
        assert_eq!(result.is_ok(), is_accepted, "{sent}");
        assert!(result.err().is_none_or(|error| error.is_mismatch()), "{sent}");
    }
}
