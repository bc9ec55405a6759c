//! The subscriptions, invoices, orders and consents of a customer. All are derived from the customer number and the
//! products, so the responses of different operations are consistent.
//!
//! - Each product is a subscription for the year 2026, with an invoice for January and one for February.
//! - The January invoice is paid. The February invoice is open if the customer number is divisible by three.
//! - Each customer with products first consented to the newsletter. If the customer number is odd, the customer later
//!   withdrew the consent.
//!
//! A request for invoices may ask for those of some days, or for the unpaid ones. Upstream does not document which date
//! counts. Here it is the date of the invoice, and the two days are included.

use serde_json::{Map, Value, json};

use crate::customer::Record;

/// 1 January 2026, 00:00 in Oslo, as a Unix timestamp in milliseconds.
const START: i64 = 1_767_222_000_000;
/// 31 December 2026, 23:59:59 in Oslo, as a Unix timestamp in milliseconds.
const END: i64 = 1_798_757_999_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Record {
    /// Returns the body of a successful response, or `None` if the operation's body does not depend on the customer.
    pub(crate) fn derived_body(&self, operation: &str, parameters: &Map<String, Value>) -> Option<Value> {
        let text = |name: &str| parameters.get(name)?.as_str();
        let product = text("product").or_else(|| text("productCode"));
        let products =
            || self.products.iter().enumerate().filter(|(_, code)| product.is_none_or(|one| one == *code));
        let is_wanted = |month: &i64| {
            let date = day(*month, 1);
            text("from").is_none_or(|from| from <= date.as_str())
                && text("to").is_none_or(|to| date.as_str() <= to)
                && (self.is_open(*month) || parameters.get("unpaid") != Some(&json!(true)))
        };
        let months = || [1, 2].into_iter().filter(is_wanted);
        Some(match operation {
            "listSubscriptions" | "listOwnSubscriptions" => {
                json!({ "subscriptions": products().map(|(_, code)| subscription(code)).collect::<Value>() })
            }
            "listInvoicesOfProduct" => {
                let invoices = products()
                    .flat_map(|(at, code)| months().map(move |month| self.invoice(at, code, month)));
                json!({ "clientInvoiceInfoList": invoices.collect::<Value>() })
            }
            "listOwnInvoicesOfProduct" => {
                let invoices = products()
                    .flat_map(|(at, code)| months().map(move |month| self.own_invoice(at, code, month)));
                json!({ "invoices": invoices.collect::<Value>(), "reminders": [] })
            }
            "listOwnOrders" => {
                json!({ "orders": products().map(|(at, code)| self.order(at, code)).collect::<Value>() })
            }
            _ => return None,
        })
    }

    /// Returns true if the customer has a product. `None` stands for any product.
    pub(crate) fn may_read(&self, product: Option<&str>) -> bool {
        product.map_or(!self.products.is_empty(), |product| self.products.iter().any(|code| code == product))
    }

    /// Returns true if the customer has a user with this id and this credential. `None` matches every user.
    pub(crate) fn has_user(&self, id: Option<&str>, credential: Option<&str>) -> bool {
        self.attached_users.iter().any(|user| {
            let is_it = id.is_none_or(|id| user.unique_id == id);
            let logs_in = |wanted: &str| user.credentials.iter().any(|one| one.credential == wanted);
            is_it && credential.is_none_or(logs_in)
        })
    }

    /// Returns the customer's consents, as the field `consents` of a response.
    pub(crate) fn consents(&self) -> Value {
        let event = |id: i64, day: i64, action: bool| json!({ "consentEventId": id, "created": START + day * DAY, "source": "my-page", "action": action });
        if self.products.is_empty() {
            return json!([]);
        }
        let number = self.customer_number % 100_000;
        let mut events = vec![event(number * 10 + 1, 0, true)];
        if self.customer_number % 2 == 1 {
            events.push(event(number * 10 + 2, 45, false));
        }
        json!([{ "consentId": 12, "target": "newsletter", "scope": "daily", "events": events }])
    }

    fn order(&self, at: usize, product: &str) -> Value {
        json!({
            "orderId": self.id(at), "externalOrderId": format!("WEB-{}", self.id(at)), "orderTime": START - 7 * DAY,
            "orderStatus": "preliminary", "orderAmount": price(product), "customerNumber": self.customer_number,
        })
    }

    fn invoice(&self, at: usize, product: &str, month: i64) -> Value {
        let (amount, first) = (price(product), START + (month - 1) * 31 * DAY);
        let mut invoice = json!({
            "invoiceId": format!("{}{month}", self.id(at)), "invoiceDate": first, "dueDate": first + 14 * DAY,
            "customerNumber": self.customer_number, "product": product, "productName": product, "amount": amount,
            "invoiceAmount": amount, "paidAmount": if self.is_open(month) { 0 } else { amount },
            "fromTime": day(month, 1), "incltime": day(month, 28),
        });
        if !self.is_open(month) {
            invoice["paymentDate"] = json!(first + 10 * DAY);
        }
        invoice
    }

    fn own_invoice(&self, at: usize, product: &str, month: i64) -> Value {
        let amount = price(product);
        json!({
            "invoiceNumber": format!("{}{month}", self.id(at)), "invoiceDate": day(month, 1), "dueDate": day(month, 15),
            "customerNumber": self.customer_number, "product": product, "productName": product, "amount": amount,
            "invoiceAmount": format!("{amount}.00"), "paidAmount": if self.is_open(month) { 0 } else { amount },
            "invoiceStatus": "Invoiced",
        })
    }

    fn is_open(&self, month: i64) -> bool {
        month == 2 && self.customer_number % 3 == 0
    }

    /// Returns the order id of one of the customer's products. `at` is the position of the product, counted from 0. The
    /// ids of the product's invoices begin with the digits of the order id.
    fn id(&self, at: usize) -> i64 {
        (self.customer_number % 1_000_000) * 10 + i64::try_from(at).unwrap_or(0)
    }
}

fn subscription(product: &str) -> Value {
    json!({ "product": product, "stopped": false, "startTime": START, "endTime": END, "paid": true, "shareable": false })
}

fn price(product: &str) -> i64 {
    let letters: i64 = product.bytes().map(i64::from).sum();
    99 + letters % 5 * 100
}

fn day(month: i64, day: i64) -> String {
    format!("2026-{month:02}-{day:02}")
}
