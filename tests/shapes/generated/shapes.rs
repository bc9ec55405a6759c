// Generated from openapi/connect.yaml by `cargo xtask regenerate`. Do not edit.
// contract-fingerprint: c2961e280ab1539c

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    #[allow(unused_imports)]
    use crate::{limits, validate};
    #[allow(unused_imports)]
    use crate::wire::fields::*;
    /// An error.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ErrorBody {
        /// Its name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub exception_type: ::std::option::Option<::std::string::String>,
        /// What went wrong.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub error_message: ::std::option::Option<::std::string::String>,
    }
    /// An invoice, with each kind of value.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct Invoice {
        /// Its id.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_id: ::std::option::Option<::std::string::String>,
        /// A customer.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The amount as a number.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub amount: ::std::option::Option<crate::wire::Amount>,
        /// The amount as a text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub paid_amount: ::std::option::Option<crate::wire::Amount>,
        /// A number with a fraction.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub vat: ::std::option::Option<f64>,
        /// Milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// Seconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_time: ::std::option::Option<crate::wire::EpochSeconds>,
        /// A day.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub due_date: ::std::option::Option<crate::wire::Date>,
        /// The day of a price; a named format.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub price_day: ::std::option::Option<crate::wire::Date>,
        /// A point in time.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub changed_at: ::std::option::Option<crate::wire::DateTime>,
        /// A large number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub sequence: ::std::option::Option<i64>,
        /// A contact, in three spellings.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub contact_type: ::std::option::Option<crate::types::ContactType>,
        /// A file.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub document: ::std::option::Option<crate::wire::Base64>,
        /// Texts.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub desc: ::std::vec::Vec<::std::string::String>,
        /// Amounts.
        #[serde(
            default,
            serialize_with = "decimals",
            deserialize_with = "values::<_, _, 100000>"
        )]
        pub shares: ::std::vec::Vec<crate::wire::Amount>,
        /// Texts by name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub labels: ::std::option::Option<crate::wire::Map<::std::string::String>>,
        /// Objects by name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub lines: ::std::option::Option<crate::wire::Map<crate::types::InvoiceLine>>,
        /// Values by name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub contacts: ::std::option::Option<crate::wire::Map<crate::types::ContactType>>,
        /// Anything.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub extra: ::std::option::Option<crate::wire::Map<::serde_json::Value>>,
    }
    /// A line.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct InvoiceLine {
        /// A text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub text: ::std::option::Option<::std::string::String>,
        /// An amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub share: ::std::option::Option<crate::wire::Amount>,
    }
    /// An order.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct Order {
        /// An amount that is sent as a number.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub order_amount: ::std::option::Option<crate::wire::Amount>,
        /// An amount that is sent as a text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub discount: ::std::option::Option<crate::wire::Amount>,
        /// A number with a fraction.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub weight: ::std::option::Option<f64>,
        /// A day.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_date: ::std::option::Option<crate::wire::Date>,
        /// Milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub start_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// A pattern.
        ///
        /// At most 8 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub reference: ::std::option::Option<::std::string::String>,
        /// A contact, in three spellings.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub contact_type: ::std::option::Option<crate::types::ContactType>,
        /// A file.
        ///
        /// At most 8 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub data: ::std::option::Option<crate::wire::Base64>,
        /// A user.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub payer: ::std::option::Option<crate::types::User>,
        /// Lines.
        ///
        /// At most 2 items.
        #[serde(default, deserialize_with = "objects::<_, _, 200>")]
        pub order_lines: ::std::vec::Vec<crate::types::OrderLine>,
        /// Texts by name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub labels: ::std::option::Option<crate::wire::Map<::std::string::String>>,
    }
    /// A line.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderLine {
        /// A product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// Amounts.
        ///
        /// At most 2 items.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            serialize_with = "decimals",
            deserialize_with = "values::<_, _, 200>"
        )]
        pub prices: ::std::vec::Vec<crate::wire::Amount>,
        /// Users.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            deserialize_with = "objects::<_, _, 100000>"
        )]
        pub receivers: ::std::vec::Vec<crate::types::User>,
    }
    /// The status of an order.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderStatus {
        /// Its id.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub order_id: ::std::option::Option<::std::string::String>,
    }
    /// A shop, with the name that the generator once gave to a helper of Shop.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ReceivedShop {
        /// The name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub name: ::std::option::Option<::std::string::String>,
    }
    /// An order that was registered.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisteredOrder {
        /// Its number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
    }
    /// A shop, with postal codes and countries.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Shop {
        /// A shop, with the name that the generator once gave to a helper of Shop.
        #[serde(default, skip_serializing_if = "absent")]
        pub previous: ::std::option::Option<crate::types::ReceivedShop>,
        /// A postal code.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// A postal code.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub invoice_postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// A country.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub invoice_country_code: ::std::option::Option<crate::wire::CountryCode>,
    }
    /// A search for shops, by one of its fields.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct ShopSearch {
        /// A text.
        ///
        /// At most 80 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub title: ::std::option::Option<::std::string::String>,
        /// A day.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub printed: ::std::option::Option<crate::wire::Date>,
        /// A point in time.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub changed_at: ::std::option::Option<crate::wire::DateTime>,
        /// An amount.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub price: ::std::option::Option<crate::wire::Amount>,
        /// A file.
        ///
        /// At most 8 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub cover: ::std::option::Option<crate::wire::Base64>,
        /// An optional list whose emptiness has a meaning.
        ///
        /// At most 9 characters.
        #[serde(
            default,
            skip_serializing_if = "absent",
            deserialize_with = "optional_values::<_, _, 100000>"
        )]
        pub shelves: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        /// A required list that may be empty.
        ///
        /// At most 9 characters.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub words: ::std::vec::Vec<::std::string::String>,
        /// A product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// A number without limits.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub weight: ::std::option::Option<f64>,
        /// Numbers without limits.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            deserialize_with = "values::<_, _, 100000>"
        )]
        pub weights: ::std::vec::Vec<f64>,
        /// A text that needs the number.
        ///
        /// At most 9 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub coupon: ::std::option::Option<::std::string::String>,
        /// A number that needs the text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub coupon_number: ::std::option::Option<i64>,
    }
    /// A user.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct User {
        /// An e-mail address.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub email: ::std::option::Option<crate::wire::EmailAddress>,
    }
    /// Reads the model. A numeric postal code is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for Shop {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Received {
                #[serde(default, deserialize_with = "object")]
                previous: ::std::option::Option<crate::types::ReceivedShop>,
                #[serde(default, deserialize_with = "value")]
                postal_code: ::std::option::Option<crate::wire::PostalCode>,
                #[serde(default, deserialize_with = "value")]
                invoice_postal_code: ::std::option::Option<
                    crate::wire::ReceivedPostalCode,
                >,
                #[serde(default, deserialize_with = "value")]
                invoice_country_code: ::std::option::Option<crate::wire::CountryCode>,
            }
            let received = Received::deserialize(deserializer)?;
            let invoice_postal_code = received
                .invoice_postal_code
                .map(|code| code.in_country(received.invoice_country_code.as_ref()));
            Ok(Self {
                previous: received.previous,
                postal_code: received.postal_code,
                invoice_postal_code,
                invoice_country_code: received.invoice_country_code,
            })
        }
    }
    crate::wire::text::text_type! {
        #[doc = " A voucher."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        VoucherCode, field : "voucherCode", limits : crate ::limits::VOUCHER_CODE,
        received : crate ::wire::scalar::Scalar::into_text, schema : "A voucher."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The order of a list."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        SortOrder { #[doc = " `newest`."] Newest = "newest", #[doc = " `oldest`."] Oldest
        = "oldest", } schema : "The order of a list."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " A channel."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        Channel { #[doc = " `web`."] Web = "web", #[doc = " `shop`."] Shop = "shop", }
        schema : "A channel."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The state of an invoice."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        InvoiceStatus { #[doc = " `open`."] Open = "open", #[doc = " `paid`."] Paid =
        "paid", } schema : "The state of an invoice."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " A contact, in three spellings."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ContactType { #[doc = " `A_EMAIL`."] #[doc = ""] #[doc =
        " Also read from `A`, `5`."] AEmail = "A_EMAIL" | "A" | "5", #[doc =
        " `B_PHONENUMBER`."] #[doc = ""] #[doc = " Also read from `B`."] BPhonenumber =
        "B_PHONENUMBER" | "B", } schema : "A contact, in three spellings."
    }
    crate::wire::redact::redacting_debug!(
        ErrorBody { exception_type : present, error_message : present }
    );
    impl crate::drift::Drift for ErrorBody {}
    crate::wire::redact::redacting_debug!(
        Invoice { invoice_id : present, customer_number : present, amount : present,
        paid_amount : present, vat : present, invoice_date : present, invoice_time :
        present, due_date : present, price_day : present, changed_at : present, sequence
        : present, contact_type : present, document : present, desc : list, shares :
        list, labels : present, lines : present, contacts : present, extra : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Invoice {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.contact_type {
                if !value.is_known() {
                    report("contactType");
                }
            }
            for value in self.lines.iter().flat_map(|map| map.values()) {
                value.unknown_values(report);
            }
            for value in self.contacts.iter().flat_map(|map| map.values()) {
                if !value.is_known() {
                    report("contacts");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        InvoiceLine { text : present, share : present }
    );
    impl crate::drift::Drift for InvoiceLine {}
    crate::wire::redact::redacting_debug!(
        Order { order_amount : present, discount : present, weight : present, order_date
        : present, start_time : present, reference : present, contact_type : present,
        data : present, payer : nested, order_lines : nested, labels : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for Order {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("orderAmount", self.order_amount.is_some());
            checks
                .amount(
                    "orderAmount",
                    self.order_amount.as_ref(),
                    Some(0i64),
                    Some(1000i64),
                );
            checks
                .float(
                    "weight",
                    (self.weight.as_ref()).copied(),
                    Some(0i64),
                    Some(5i64),
                );
            checks
                .text(
                    "orderDate",
                    self.order_date.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .number(
                    "startTime",
                    (self.start_time.as_ref()).map(|value| value.get()),
                    Some(0i64),
                    None,
                );
            checks
                .text(
                    "reference",
                    self.reference.as_ref(),
                    &validate::length(0, 8)
                        .in_form(validate::Format::Pattern("^[0-9-]+$")),
                );
            checks
                .known(
                    "contactType",
                    (self.contact_type.as_ref()).map(|value| value.is_known()),
                );
            checks
                .text(
                    "data",
                    self.data.as_ref(),
                    &validate::length(0, 8).in_form(validate::Format::Base64),
                );
            checks.nested("payer", self.payer.as_ref());
            checks.min_items("orderLines", self.order_lines.len(), 1u64 as usize);
            checks
                .items(
                    "orderLines",
                    &self.order_lines,
                    Some(2u64 as usize),
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
            checks
                .values(
                    "labels",
                    self.labels.as_ref(),
                    |checks, field, item| {
                        checks.text(field, Some(item), &validate::length(0, 3));
                    },
                );
        }
    }
    #[allow(deprecated)]
    impl Order {
        /// Sets [`order_amount`](Self::order_amount).
        #[must_use]
        pub fn with_order_amount(
            mut self,
            order_amount: impl ::std::convert::Into<crate::wire::Amount>,
        ) -> Self {
            self.order_amount = Some(order_amount.into());
            self
        }
        /// Sets [`discount`](Self::discount).
        #[must_use]
        pub fn with_discount(
            mut self,
            discount: impl ::std::convert::Into<crate::wire::Amount>,
        ) -> Self {
            self.discount = Some(discount.into());
            self
        }
        /// Sets [`weight`](Self::weight).
        #[must_use]
        pub fn with_weight(mut self, weight: impl ::std::convert::Into<f64>) -> Self {
            self.weight = Some(weight.into());
            self
        }
        /// Sets [`order_date`](Self::order_date).
        #[must_use]
        pub fn with_order_date(mut self, order_date: crate::wire::Date) -> Self {
            self.order_date = Some(order_date.into());
            self
        }
        /// Sets [`start_time`](Self::start_time).
        #[must_use]
        pub fn with_start_time(
            mut self,
            start_time: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.start_time = Some(start_time.into());
            self
        }
        /// Sets [`reference`](Self::reference).
        #[must_use]
        pub fn with_reference(
            mut self,
            reference: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.reference = Some(reference.into());
            self
        }
        /// Sets [`contact_type`](Self::contact_type).
        #[must_use]
        pub fn with_contact_type(
            mut self,
            contact_type: impl ::std::convert::Into<crate::types::ContactType>,
        ) -> Self {
            self.contact_type = Some(contact_type.into());
            self
        }
        /// Sets [`data`](Self::data).
        #[must_use]
        pub fn with_data(mut self, data: crate::wire::Base64) -> Self {
            self.data = Some(data.into());
            self
        }
        /// Sets [`payer`](Self::payer).
        #[must_use]
        pub fn with_payer(
            mut self,
            payer: impl ::std::convert::Into<crate::types::User>,
        ) -> Self {
            self.payer = Some(payer.into());
            self
        }
        /// Sets [`order_lines`](Self::order_lines).
        #[must_use]
        pub fn with_order_lines(
            mut self,
            order_lines: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::OrderLine>,
            >,
        ) -> Self {
            self.order_lines = order_lines
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
        /// Sets [`labels`](Self::labels).
        #[must_use]
        pub fn with_labels(
            mut self,
            labels: impl ::std::convert::Into<crate::wire::Map<::std::string::String>>,
        ) -> Self {
            self.labels = Some(labels.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderLine { product : present, prices : list, receivers : nested }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderLine {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("product", self.product.is_some());
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks.items("prices", &self.prices, Some(2u64 as usize), |_, _, _| {});
            checks
                .items(
                    "receivers",
                    &self.receivers,
                    None,
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
        }
    }
    #[allow(deprecated)]
    impl OrderLine {
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`prices`](Self::prices).
        #[must_use]
        pub fn with_prices(
            mut self,
            prices: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::wire::Amount>,
            >,
        ) -> Self {
            self.prices = prices.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets [`receivers`](Self::receivers).
        #[must_use]
        pub fn with_receivers(
            mut self,
            receivers: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::User>,
            >,
        ) -> Self {
            self.receivers = receivers
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
    }
    crate::wire::redact::redacting_debug!(User { email : present });
    #[allow(deprecated)]
    impl validate::Validate for User {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("email", self.email.as_ref(), &limits::EMAIL_ADDRESS);
        }
    }
    #[allow(deprecated)]
    impl User {
        /// Sets [`email`](Self::email).
        #[must_use]
        pub fn with_email(mut self, email: crate::wire::EmailAddress) -> Self {
            self.email = Some(email.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(RegisteredOrder { order_id : present });
    impl crate::drift::Drift for RegisteredOrder {}
    crate::wire::redact::redacting_debug!(OrderStatus { order_id : present });
    impl crate::drift::Drift for OrderStatus {}
    crate::wire::redact::redacting_debug!(
        ShopSearch { title : present, printed : present, changed_at : present, price :
        present, cover : present, shelves : present, words : list, product : present,
        weight : present, weights : list, coupon : present, coupon_number : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ShopSearch {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("title", self.title.as_ref(), &validate::length(0, 80));
            checks
                .text(
                    "printed",
                    self.printed.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .text(
                    "changedAt",
                    self.changed_at.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::DateTime),
                );
            checks
                .text(
                    "cover",
                    self.cover.as_ref(),
                    &validate::length(0, 8).in_form(validate::Format::Base64),
                );
            checks
                .items(
                    "shelves",
                    self.shelves.as_deref().unwrap_or_default(),
                    None,
                    |checks, field, item| {
                        checks.text(field, Some(item), &validate::length(0, 9));
                    },
                );
            checks
                .items(
                    "words",
                    &self.words,
                    None,
                    |checks, field, item| {
                        checks.text(field, Some(item), &validate::length(0, 9));
                    },
                );
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks.float("weight", (self.weight.as_ref()).copied(), None, None);
            checks
                .items(
                    "weights",
                    &self.weights,
                    None,
                    |checks, field, item| {
                        checks.float(field, (Some(item)).copied(), None, None);
                    },
                );
            checks.text("coupon", self.coupon.as_ref(), &validate::length(0, 9));
            if !((self
                .title
                .as_ref()
                .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .printed
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .changed_at
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self.price.is_some())
                || (self
                    .cover
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .product
                    .as_ref()
                    .is_some_and(|text| {
                        !text.as_str().chars().all(char::is_whitespace)
                    })))
            {
                let rule = crate::validate::Rule::Combination(
                    "at least one of these alternatives: title; or printed; or changedAt; or price; or cover; or product",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Nothing,
                        ),
                    );
            }
            if [self.title.is_some(), self.printed.is_some(), self.product.is_some()]
                .into_iter()
                .filter(|is_sent| *is_sent)
                .count() > 1
            {
                let rule = crate::validate::Rule::Combination(
                    "at most one of title, printed and product",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Several,
                        ),
                    );
            }
            if (self.weight.is_some() || !self.weights.is_empty())
                && !(self.weight.is_some() && !self.weights.is_empty())
            {
                let rule = crate::validate::Rule::Combination(
                    "all or none of weight and weights",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Part,
                        ),
                    );
            }
            if (self.coupon.is_some() || self.coupon_number.is_some())
                && !(self
                    .coupon
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                    && self.coupon_number.is_some())
            {
                let rule = crate::validate::Rule::Combination(
                    "all or none of coupon and couponNumber",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Part,
                        ),
                    );
            }
        }
    }
    #[allow(deprecated)]
    impl ShopSearch {
        /// Sets [`title`](Self::title).
        #[must_use]
        pub fn with_title(
            mut self,
            title: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.title = Some(title.into());
            self
        }
        /// Sets [`printed`](Self::printed).
        #[must_use]
        pub fn with_printed(mut self, printed: crate::wire::Date) -> Self {
            self.printed = Some(printed.into());
            self
        }
        /// Sets [`changed_at`](Self::changed_at).
        #[must_use]
        pub fn with_changed_at(mut self, changed_at: crate::wire::DateTime) -> Self {
            self.changed_at = Some(changed_at.into());
            self
        }
        /// Sets [`price`](Self::price).
        #[must_use]
        pub fn with_price(
            mut self,
            price: impl ::std::convert::Into<crate::wire::Amount>,
        ) -> Self {
            self.price = Some(price.into());
            self
        }
        /// Sets [`cover`](Self::cover).
        #[must_use]
        pub fn with_cover(mut self, cover: crate::wire::Base64) -> Self {
            self.cover = Some(cover.into());
            self
        }
        /// Sets [`shelves`](Self::shelves).
        #[must_use]
        pub fn with_shelves(
            mut self,
            shelves: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<::std::string::String>,
            >,
        ) -> Self {
            self.shelves = Some(
                shelves.into_iter().map(::std::convert::Into::into).collect(),
            );
            self
        }
        /// Sets [`words`](Self::words).
        #[must_use]
        pub fn with_words(
            mut self,
            words: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<::std::string::String>,
            >,
        ) -> Self {
            self.words = words.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`weight`](Self::weight).
        #[must_use]
        pub fn with_weight(mut self, weight: impl ::std::convert::Into<f64>) -> Self {
            self.weight = Some(weight.into());
            self
        }
        /// Sets [`weights`](Self::weights).
        #[must_use]
        pub fn with_weights(
            mut self,
            weights: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<f64>,
            >,
        ) -> Self {
            self.weights = weights.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets [`coupon`](Self::coupon).
        #[must_use]
        pub fn with_coupon(
            mut self,
            coupon: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.coupon = Some(coupon.into());
            self
        }
        /// Sets [`coupon_number`](Self::coupon_number).
        #[must_use]
        pub fn with_coupon_number(
            mut self,
            coupon_number: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.coupon_number = Some(coupon_number.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(ReceivedShop { name : present });
    impl crate::drift::Drift for ReceivedShop {}
    crate::wire::redact::redacting_debug!(
        Shop { previous : nested, postal_code : present, invoice_postal_code : present,
        invoice_country_code : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Shop {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.previous {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::element!(Invoice);
    crate::wire::element!(InvoiceLine);
    crate::wire::element!(Shop);
    /// The wire names of all fields of all models, sorted.
    pub const WIRE_NAMES: &[&str] = &[
        "amount",
        "changedAt",
        "contactType",
        "contacts",
        "coupon",
        "couponNumber",
        "cover",
        "customerNumber",
        "data",
        "desc",
        "discount",
        "document",
        "dueDate",
        "email",
        "errorMessage",
        "exceptionType",
        "extra",
        "invoiceCountryCode",
        "invoiceDate",
        "invoiceId",
        "invoicePostalCode",
        "invoiceTime",
        "labels",
        "lines",
        "name",
        "orderAmount",
        "orderDate",
        "orderId",
        "orderLines",
        "paidAmount",
        "payer",
        "postalCode",
        "previous",
        "price",
        "priceDay",
        "prices",
        "printed",
        "product",
        "receivers",
        "reference",
        "sequence",
        "share",
        "shares",
        "shelves",
        "startTime",
        "text",
        "title",
        "vat",
        "weight",
        "weights",
        "words",
    ];
    /// The wire names of the fields that are secret in at least one model, sorted.
    pub const SECRET_NAMES: &[&str] = &[];
    /// The members that occur only in an error body (`x-error-mark`).
    pub const ERROR_MARKS: &[&str] = &["exceptionType", "errorMessage"];
    /// Returns the name of each model and its JSON Schema, as this client reads and writes the model.
    #[cfg(feature = "schemars")]
    #[must_use]
    pub fn json_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
        ::std::vec![
            ("ErrorBody", ::schemars::schema_for!(ErrorBody)), ("Invoice",
            ::schemars::schema_for!(Invoice)), ("InvoiceLine",
            ::schemars::schema_for!(InvoiceLine)), ("Order",
            ::schemars::schema_for!(Order)), ("OrderLine",
            ::schemars::schema_for!(OrderLine)), ("User", ::schemars::schema_for!(User)),
            ("RegisteredOrder", ::schemars::schema_for!(RegisteredOrder)),
            ("OrderStatus", ::schemars::schema_for!(OrderStatus)), ("ShopSearch",
            ::schemars::schema_for!(ShopSearch)), ("ReceivedShop",
            ::schemars::schema_for!(ReceivedShop)), ("Shop",
            ::schemars::schema_for!(Shop))
        ]
    }
}
#[derive(Clone, Debug)]
/**Client for Shapes

Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: ::std::sync::Arc<::reqwest::Url>,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Creates a client for the base URL of a connection.
    pub fn of(connection: &crate::Connection) -> Self {
        Self {
            baseurl: connection.base_url.clone(),
            client: connection.http.clone(),
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
impl ClientHooks<()> for &Client {}
#[allow(clippy::all)]
impl Client {
    /// Builds the request of [`ListInvoices`](crate::operations::ListInvoices) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_invoices<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        product_code: &'a crate::wire::ProductCode,
        changed_after: ::std::option::Option<&'a crate::wire::DateTime>,
        code: ::std::option::Option<&'a str>,
        from: ::std::option::Option<&'a crate::wire::Date>,
        ids: &'a ::std::vec::Vec<i64>,
        least: ::std::option::Option<&'a crate::wire::Amount>,
        limit: ::std::option::Option<i64>,
        order: &'a crate::types::SortOrder,
        since: ::std::option::Option<&'a crate::wire::EpochMillis>,
        status: &'a ::std::vec::Vec<crate::types::InvoiceStatus>,
        text: ::std::option::Option<&'a str>,
        type_: ::std::option::Option<&'a str>,
        unpaid: ::std::option::Option<bool>,
        x_channel: &'a crate::types::Channel,
        x_depth: ::std::option::Option<i64>,
        x_request_id: ::std::option::Option<&'a str>,
        x_voucher: ::std::option::Option<&'a crate::types::VoucherCode>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/invoices/{}/{}", encode_path(& customer_number.to_string()),
                encode_path(& product_code.as_str())
            ),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(4usize);
        header_map.append("X-Channel", x_channel.as_str().try_into()?);
        if let Some(value) = x_depth {
            header_map.append("X-Depth", value.to_string().try_into()?);
        }
        if let Some(value) = x_request_id {
            header_map.append("X-Request-Id", value.to_string().try_into()?);
        }
        if let Some(value) = x_voucher {
            header_map.append("X-Voucher", value.as_str().try_into()?);
        }
        Ok(
            self
                .client
                .get(url)
                .query(
                    &progenitor_client::QueryParam::new("changedAfter", &changed_after),
                )
                .query(&progenitor_client::QueryParam::new("code", &code))
                .query(&progenitor_client::QueryParam::new("from", &from))
                .query(&progenitor_client::QueryParam::new("ids", &ids))
                .query(&progenitor_client::QueryParam::new("least", &least))
                .query(&progenitor_client::QueryParam::new("limit", &limit))
                .query(&progenitor_client::QueryParam::new("order", &order))
                .query(&progenitor_client::QueryParam::new("since", &since))
                .query(&progenitor_client::QueryParam::new("status", &status))
                .query(&progenitor_client::QueryParam::new("text", &text))
                .query(&progenitor_client::QueryParam::new("type", &type_))
                .query(&progenitor_client::QueryParam::new("unpaid", &unpaid))
                .headers(header_map)
                .build()?,
        )
    }
    /// Builds the request of [`CountInvoices`](crate::operations::CountInvoices) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn count_invoices<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/invoices/{}/count", encode_path(& customer_number
                .to_string())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListTags`](crate::operations::ListTags) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_tags<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/tags"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`GetStock`](crate::operations::GetStock) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_stock<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/stock"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`GetMetadata`](crate::operations::GetMetadata) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_metadata<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/metadata"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ChangeMetadata`](crate::operations::ChangeMetadata) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_metadata<'a>(
        &'a self,
        body: &'a crate::wire::Map<::serde_json::Value>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/metadata"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RemoveMetadata`](crate::operations::RemoveMetadata) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn remove_metadata<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/metadata"));
        Ok(self.client.delete(url).build()?)
    }
    /// Builds the request of [`RegisterOrder`](crate::operations::RegisterOrder) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_order<'a>(
        &'a self,
        body: &'a crate::types::Order,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/order"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`GetOrderStatus`](crate::operations::GetOrderStatus) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_order_status<'a>(
        &'a self,
        order_id: &'a str,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/order/status/{}", encode_path(& order_id.to_string())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`GetLatestOrderStatus`](crate::operations::GetLatestOrderStatus) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_latest_order_status<'a>(
        &'a self,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/order/status/latest"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`AssignUser`](crate::operations::AssignUser) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn assign_user<'a>(
        &'a self,
        order_id: i64,
        body: ::std::option::Option<&'a crate::types::User>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/order/{}/user", encode_path(& order_id.to_string())),
        );
        Ok(crate::operation::with_json(self.client.post(url), body).build()?)
    }
    /// Builds the request of [`GetTexts`](crate::operations::GetTexts) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_texts<'a>(
        &'a self,
        phone: &'a crate::wire::PhoneNumber,
        country: &'a crate::wire::CountryCode,
        voucher: &'a crate::types::VoucherCode,
        day: &'a crate::wire::Date,
        kind: &'a crate::types::Channel,
        email: ::std::option::Option<&'a crate::wire::EmailAddress>,
        order: ::std::option::Option<&'a str>,
        postal_code: ::std::option::Option<&'a crate::wire::PostalCode>,
        street_number: ::std::option::Option<&'a crate::wire::StreetNumber>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/texts/{}/{}/{}/{}/{}", encode_path(& phone.as_str()),
                encode_path(& country.as_str()), encode_path(& voucher.as_str()),
                encode_path(& day.as_str()), encode_path(& kind.as_str())
            ),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("email", &email))
                .query(&progenitor_client::QueryParam::new("order", &order))
                .query(&progenitor_client::QueryParam::new("postalCode", &postal_code))
                .query(
                    &progenitor_client::QueryParam::new("streetNumber", &street_number),
                )
                .build()?,
        )
    }
    /// Builds the request of [`FindShops`](crate::operations::FindShops) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn find_shops<'a>(
        &'a self,
        price: &'a crate::wire::Amount,
        products: &'a ::std::vec::Vec<crate::wire::ProductCode>,
        share: ::std::option::Option<f64>,
        body: &'a crate::types::ShopSearch,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/shops/{}", encode_path(& price.to_string())),
        );
        Ok(
            self
                .client
                .post(url)
                .json(&body)
                .query(&progenitor_client::QueryParam::new("products", &products))
                .query(&progenitor_client::QueryParam::new("share", &share))
                .build()?,
        )
    }
    /// Builds the request of [`FindAllShops`](crate::operations::FindAllShops) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn find_all_shops<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/shops/all"));
        Ok(self.client.post(url).build()?)
    }
}
/// The models, generated from the contract.
///
/// Their `Debug` shows which fields are set, but no values. They are `#[non_exhaustive]` because upstream
/// adds fields. Create one with `Default`, then set its fields.
pub mod models {
    pub use super::types::{
        Channel, ContactType, Invoice, InvoiceLine, InvoiceStatus, Order, OrderLine,
        OrderStatus, ReceivedShop, RegisteredOrder, Shop, ShopSearch, SortOrder, User,
        VoucherCode,
    };
}
/// Calls a macro with the names of all models.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_model {
    ($call:ident) => {
        $call ! { ErrorBody Invoice InvoiceLine Order OrderLine User RegisteredOrder
        OrderStatus ShopSearch ReceivedShop Shop }
    };
}
#[cfg(feature = "unverified")]
/// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_operation {
    ($call:ident) => {
        $call ! { ListInvoices(client) CountInvoices(client) ListTags(client)
        GetStock(client) GetMetadata(user) ChangeMetadata(user) RemoveMetadata(user)
        RegisterOrder(client) GetOrderStatus(client) GetLatestOrderStatus(client)
        AssignUser(client) GetTexts(client) FindShops(client) FindAllShops(client) }
    };
}
#[cfg(not(feature = "unverified"))]
/// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_operation {
    ($call:ident) => {
        $call ! { ListInvoices(client) CountInvoices(client) ListTags(client)
        GetStock(client) GetMetadata(user) ChangeMetadata(user) RemoveMetadata(user)
        RegisterOrder(client) GetOrderStatus(client) GetLatestOrderStatus(client)
        AssignUser(client) GetTexts(client) FindShops(client) FindAllShops(client) }
    };
}
/// The contract's limits on the named text types.
pub mod limits {
    use crate::validate;
    /// Of `ProductCode`.
    pub const PRODUCT_CODE: validate::Limits = validate::length(1, 12)
        .in_form(validate::Format::PathSegment);
    /// Of `VoucherCode`.
    pub const VOUCHER_CODE: validate::Limits = validate::length(2, 36)
        .in_form(validate::Format::PathSegment);
    /// Of `PhoneNumber`.
    pub const PHONE_NUMBER: validate::Limits = validate::length(0, 20)
        .in_form(validate::Format::E164);
    /// Of `CountryCode`.
    pub const COUNTRY_CODE: validate::Limits = validate::length(0, 3)
        .in_form(validate::Format::CountryCode);
    /// Of `PostalCode`.
    pub const POSTAL_CODE: validate::Limits = validate::length(1, 10);
    /// Of `EmailAddress`.
    pub const EMAIL_ADDRESS: validate::Limits = validate::length(0, 255)
        .in_form(validate::Format::Email);
    /// Of `PriceDay`.
    pub const PRICE_DAY: validate::Limits = validate::at_least(0)
        .in_form(validate::Format::Date);
}
/// The operations of the contract, as values. Their fields are the parameters and the body.
///
/// A client calls operations in client mode. A client acting for a user calls operations in user mode. The
/// other combinations do not compile.
#[allow(deprecated)]
pub mod operations {
    pub use crate::operation::{
        ClientOperation, Evidence, Location, Mode, Operation, OperationInfo,
        ParameterInfo, ResponseKind, Sensitivity, UserOperation, ValueKind,
    };
    #[allow(unused_imports)]
    use crate::{limits, validate};
    /// List the invoices of a customer.
    ///
    /// Each kind of parameter, and a response that is a bare list of objects.
    ///
    /// `GET /v1/client/invoices/{customerNumber}/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListInvoices {
        /// The customer.
        pub customer_number: crate::wire::CustomerNumber,
        /// The product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
        /// A point in time.
        #[serde(default)]
        pub changed_after: ::std::option::Option<crate::wire::DateTime>,
        /// A code.
        ///
        /// At most 5 characters.
        #[serde(default)]
        pub code: ::std::option::Option<::std::string::String>,
        /// The first day.
        #[serde(default)]
        pub from: ::std::option::Option<crate::wire::Date>,
        /// Numbers.
        ///
        /// At most 3 items.
        #[serde(default)]
        pub ids: ::std::vec::Vec<i64>,
        /// The lowest amount.
        #[serde(default)]
        pub least: ::std::option::Option<crate::wire::Amount>,
        /// How many.
        #[serde(default)]
        pub limit: ::std::option::Option<i64>,
        /// The order of the list.
        pub order: crate::types::SortOrder,
        /// A point in time.
        #[serde(default)]
        pub since: ::std::option::Option<crate::wire::EpochMillis>,
        /// Any of these.
        ///
        /// At most 3 items.
        #[serde(default)]
        pub status: ::std::vec::Vec<crate::types::InvoiceStatus>,
        /// A word in it.
        ///
        /// At most 10 characters.
        #[serde(default)]
        pub text: ::std::option::Option<::std::string::String>,
        /// A keyword of Rust.
        ///
        /// At most 5 characters.
        #[serde(default)]
        pub type_: ::std::option::Option<::std::string::String>,
        /// Only unpaid ones.
        #[serde(default)]
        pub unpaid: ::std::option::Option<bool>,
        /// Where the customer is.
        #[serde(rename = "X-Channel")]
        pub x_channel: crate::types::Channel,
        /// How deep.
        #[serde(rename = "X-Depth", default)]
        pub x_depth: ::std::option::Option<i64>,
        /// An id.
        ///
        /// At most 36 characters.
        #[serde(rename = "X-Request-Id", default)]
        pub x_request_id: ::std::option::Option<::std::string::String>,
        /// A voucher.
        ///
        /// At most 36 characters.
        #[serde(rename = "X-Voucher", default)]
        pub x_voucher: ::std::option::Option<crate::types::VoucherCode>,
    }
    impl ListInvoices {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            product_code: crate::wire::ProductCode,
            order: crate::types::SortOrder,
            x_channel: crate::types::Channel,
        ) -> Self {
            Self {
                customer_number,
                product_code,
                order,
                x_channel,
                changed_after: ::std::default::Default::default(),
                code: ::std::default::Default::default(),
                from: ::std::default::Default::default(),
                ids: ::std::default::Default::default(),
                least: ::std::default::Default::default(),
                limit: ::std::default::Default::default(),
                since: ::std::default::Default::default(),
                status: ::std::default::Default::default(),
                text: ::std::default::Default::default(),
                type_: ::std::default::Default::default(),
                unpaid: ::std::default::Default::default(),
                x_depth: ::std::default::Default::default(),
                x_request_id: ::std::default::Default::default(),
                x_voucher: ::std::default::Default::default(),
            }
        }
        /// Sets `changed_after`.
        ///
        /// A point in time.
        #[must_use]
        pub fn with_changed_after(
            mut self,
            changed_after: crate::wire::DateTime,
        ) -> Self {
            self.changed_after = Some(changed_after.into());
            self
        }
        /// Sets `code`.
        ///
        /// A code.
        ///
        /// At most 5 characters.
        #[must_use]
        pub fn with_code(
            mut self,
            code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.code = Some(code.into());
            self
        }
        /// Sets `from`.
        ///
        /// The first day.
        #[must_use]
        pub fn with_from(mut self, from: crate::wire::Date) -> Self {
            self.from = Some(from.into());
            self
        }
        /// Sets `ids`.
        ///
        /// Numbers.
        ///
        /// At most 3 items.
        #[must_use]
        pub fn with_ids(
            mut self,
            ids: impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<i64>>,
        ) -> Self {
            self.ids = ids.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets `least`.
        ///
        /// The lowest amount.
        #[must_use]
        pub fn with_least(
            mut self,
            least: impl ::std::convert::Into<crate::wire::Amount>,
        ) -> Self {
            self.least = Some(least.into());
            self
        }
        /// Sets `limit`.
        ///
        /// How many.
        #[must_use]
        pub fn with_limit(mut self, limit: impl ::std::convert::Into<i64>) -> Self {
            self.limit = Some(limit.into());
            self
        }
        /// Sets `since`.
        ///
        /// A point in time.
        #[must_use]
        pub fn with_since(
            mut self,
            since: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.since = Some(since.into());
            self
        }
        /// Sets `status`.
        ///
        /// Any of these.
        ///
        /// At most 3 items.
        #[must_use]
        pub fn with_status(
            mut self,
            status: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::InvoiceStatus>,
            >,
        ) -> Self {
            self.status = status.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets `text`.
        ///
        /// A word in it.
        ///
        /// At most 10 characters.
        #[must_use]
        pub fn with_text(
            mut self,
            text: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.text = Some(text.into());
            self
        }
        /// Sets `type_`.
        ///
        /// A keyword of Rust.
        ///
        /// At most 5 characters.
        #[must_use]
        pub fn with_type(
            mut self,
            type_: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.type_ = Some(type_.into());
            self
        }
        /// Sets `unpaid`.
        ///
        /// Only unpaid ones.
        #[must_use]
        pub fn with_unpaid(mut self, unpaid: impl ::std::convert::Into<bool>) -> Self {
            self.unpaid = Some(unpaid.into());
            self
        }
        /// Sets `x_depth`.
        ///
        /// How deep.
        #[must_use]
        pub fn with_x_depth(mut self, x_depth: impl ::std::convert::Into<i64>) -> Self {
            self.x_depth = Some(x_depth.into());
            self
        }
        /// Sets `x_request_id`.
        ///
        /// An id.
        ///
        /// At most 36 characters.
        #[must_use]
        pub fn with_x_request_id(
            mut self,
            x_request_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.x_request_id = Some(x_request_id.into());
            self
        }
        /// Sets `x_voucher`.
        ///
        /// A voucher.
        ///
        /// At most 36 characters.
        #[must_use]
        pub fn with_x_voucher(mut self, x_voucher: crate::types::VoucherCode) -> Self {
            self.x_voucher = Some(x_voucher.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListInvoices { customer_number : hidden, product_code : hidden, changed_after :
        present, code : present, from : present, ids : list, least : present, limit :
        present, order : hidden, since : present, status : list, text : present, type_ :
        present, unpaid : present, x_channel : hidden, x_depth : present, x_request_id :
        present, x_voucher : present }
    );
    impl validate::Validate for ListInvoices {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
            checks.reserved("productCode", self.product_code.as_ref(), &["count"]);
            checks
                .text(
                    "changedAfter",
                    self.changed_after.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::DateTime),
                );
            checks
                .text(
                    "code",
                    self.code.as_ref(),
                    &validate::length(0, 5)
                        .in_form(validate::Format::Pattern("^[A-Z]+$")),
                );
            checks
                .text(
                    "from",
                    self.from.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .items(
                    "ids",
                    &self.ids,
                    Some(3u64 as usize),
                    |checks, field, item| {
                        checks.number(field, (Some(item)).copied(), Some(1i64), None);
                    },
                );
            checks.amount("least", self.least.as_ref(), Some(0i64), None);
            checks
                .number(
                    "limit",
                    (self.limit.as_ref()).copied(),
                    Some(1i64),
                    Some(100i64),
                );
            checks.known("order", (Some(&self.order)).map(|value| value.is_known()));
            if !self.status.is_empty() {
                checks.min_items("status", self.status.len(), 2u64 as usize);
            }
            checks
                .items(
                    "status",
                    &self.status,
                    Some(3u64 as usize),
                    |checks, field, item| {
                        checks.known(field, (Some(item)).map(|value| value.is_known()));
                    },
                );
            checks.text("text", self.text.as_ref(), &validate::length(2, 10));
            checks.text("type", self.type_.as_ref(), &validate::length(0, 5));
            checks.text("X-Channel", Some(&self.x_channel), &validate::at_least(1));
            checks
                .header(
                    "X-Channel",
                    (Some(&self.x_channel)).map(|value| value.as_str()),
                );
            checks
                .number(
                    "X-Depth",
                    (self.x_depth.as_ref()).copied(),
                    Some(0i64),
                    Some(9i64),
                );
            checks
                .text(
                    "X-Request-Id",
                    self.x_request_id.as_ref(),
                    &validate::length(0, 36),
                );
            checks
                .header(
                    "X-Request-Id",
                    (self.x_request_id.as_ref()).map(|value| value.as_ref()),
                );
            checks.text("X-Voucher", self.x_voucher.as_ref(), &limits::VOUCHER_CODE);
            checks
                .header(
                    "X-Voucher",
                    (self.x_voucher.as_ref()).map(|value| value.as_str()),
                );
        }
    }
    impl crate::operation::ClientOperation for ListInvoices {}
    impl crate::operation::Operation for ListInvoices {
        type Output = crate::wire::List<crate::types::Invoice>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listInvoices",
            group: "Shapes",
            accessor: "shapes",
            name: "list_invoices",
            summary: "List the invoices of a customer.",
            method: "GET",
            path: "/v1/client/invoices/{customerNumber}/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "from")
                    .description("The first day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "changedAfter")
                    .description("A point in time.")
                    .format("date-time")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "unpaid")
                    .description("Only unpaid ones.")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "limit")
                    .description("How many.")
                    .range(Some(1i64), Some(100i64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "text")
                    .description("A word in it.")
                    .length(Some(2u64), Some(10u64)),
                ParameterInfo::new(Location::Query, ValueKind::Text, "code")
                    .description("A code.")
                    .length(None, Some(5u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "order")
                    .description("The order of the list.")
                    .required()
                    .values(&["newest", "oldest"], false)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "status")
                    .description("Any of these.")
                    .repeated()
                    .values(&["open", "paid"], false)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "ids")
                    .description("Numbers.")
                    .repeated()
                    .range(Some(1i64), None)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Number, "least")
                    .description("The lowest amount.")
                    .format("decimal")
                    .range(Some(0i64), None)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "since")
                    .description("A point in time.")
                    .format("epoch-millis")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "type")
                    .description("A keyword of Rust.")
                    .length(None, Some(5u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Header, ValueKind::Text, "X-Channel")
                    .description("Where the customer is.")
                    .required()
                    .values(&["web", "shop"], true)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Header, ValueKind::Text, "X-Request-Id")
                    .description("An id.")
                    .length(None, Some(36u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Header, ValueKind::Integer, "X-Depth")
                    .description("How deep.")
                    .range(Some(0i64), Some(9i64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Header, ValueKind::Text, "X-Voucher")
                    .description("A voucher.")
                    .format("path-segment")
                    .length(Some(2u64), Some(36u64))
                    .sensitivity(Sensitivity::Secret),
            ],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::List,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457,\"productCode\":\"CO27409\",\"from\":\"2026-01-31\",\"changedAfter\":\"2026-01-31T12:00:00+01:00\",\"order\":\"newest\",\"status\":[\"open\",\"paid\"],\"ids\":[7],\"X-Channel\":\"web\"}",
            response_example: "[{\"invoiceId\":\"7\",\"customerNumber\":563457,\"amount\":295.5}]",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for output in output.iter() {
                if let Some(found) = &output.customer_number {
                    if Some(&self.customer_number).is_some_and(|sent| found != sent) {
                        return Err(crate::operation::Doubt::Mismatch("customerNumber"));
                    }
                }
            }
            if !(!output.is_empty()
                && output
                    .iter()
                    .all(|output| {
                        output
                            .invoice_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                    }))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListInvoices {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_invoices(
                    &self.customer_number,
                    &self.product_code,
                    self.changed_after.as_ref(),
                    self.code.as_deref(),
                    self.from.as_ref(),
                    &self.ids,
                    self.least.as_ref(),
                    self.limit,
                    &self.order,
                    self.since.as_ref(),
                    &self.status,
                    self.text.as_deref(),
                    self.type_.as_deref(),
                    self.unpaid,
                    &self.x_channel,
                    self.x_depth,
                    self.x_request_id.as_deref(),
                    self.x_voucher.as_ref(),
                )
        }
        crate::operation::span!(
            "listInvoices", "GET", "/v1/client/invoices/{customerNumber}/{productCode}"
        );
    }
    /// Count the invoices of a customer.
    ///
    /// A response that is a single number.
    ///
    /// `GET /v1/client/invoices/{customerNumber}/count`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CountInvoices {
        /// The customer.
        pub customer_number: crate::wire::CustomerNumber,
    }
    impl CountInvoices {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(customer_number: crate::wire::CustomerNumber) -> Self {
            Self { customer_number }
        }
    }
    crate::wire::redact::redacting_debug!(CountInvoices { customer_number : hidden });
    impl validate::Validate for CountInvoices {}
    impl crate::operation::ClientOperation for CountInvoices {}
    impl crate::operation::Operation for CountInvoices {
        type Output = crate::wire::Single<i64>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "countInvoices",
            group: "Shapes",
            accessor: "shapes",
            name: "count_invoices",
            summary: "Count the invoices of a customer.",
            method: "GET",
            path: "/v1/client/invoices/{customerNumber}/count",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
            ],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457}",
            response_example: "7",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for CountInvoices {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).count_invoices(&self.customer_number)
        }
        crate::operation::span!(
            "countInvoices", "GET", "/v1/client/invoices/{customerNumber}/count"
        );
    }
    /// List all tags.
    ///
    /// A response that is a bare list of texts.
    ///
    /// `GET /v1/client/tags`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListTags {}
    impl ListTags {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListTags {});
    impl validate::Validate for ListTags {}
    impl crate::operation::ClientOperation for ListTags {}
    impl crate::operation::Operation for ListTags {
        type Output = crate::wire::List<::std::string::String>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listTags",
            group: "Shapes",
            accessor: "shapes",
            name: "list_tags",
            summary: "List all tags.",
            method: "GET",
            path: "/v1/client/tags",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "[\"news\",\"sports\"]",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListTags {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_tags()
        }
        crate::operation::span!("listTags", "GET", "/v1/client/tags");
    }
    /// Look up what is in stock.
    ///
    /// A response whose members have no names, with objects as their values.
    ///
    /// `GET /v1/client/stock`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetStock {}
    impl GetStock {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetStock {});
    impl validate::Validate for GetStock {}
    impl crate::operation::ClientOperation for GetStock {}
    impl crate::operation::Operation for GetStock {
        type Output = crate::wire::Map<crate::types::InvoiceLine>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getStock",
            group: "Shapes",
            accessor: "shapes",
            name: "get_stock",
            summary: "Look up what is in stock.",
            method: "GET",
            path: "/v1/client/stock",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"CO27409\":{\"text\":\"A paper\",\"share\":25}}",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetStock {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_stock()
        }
        crate::operation::span!("getStock", "GET", "/v1/client/stock");
    }
    /// Look up the metadata of the user.
    ///
    /// A free-form object.
    ///
    /// `GET /v1/customer/metadata`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetMetadata {}
    impl GetMetadata {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetMetadata {});
    impl validate::Validate for GetMetadata {}
    impl crate::operation::UserOperation for GetMetadata {}
    impl crate::operation::Operation for GetMetadata {
        type Output = crate::wire::Map<::serde_json::Value>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getMetadata",
            group: "Shapes",
            accessor: "shapes",
            name: "get_metadata",
            summary: "Look up the metadata of the user.",
            method: "GET",
            path: "/v1/customer/metadata",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"theme\":\"dark\"}",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetMetadata {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_metadata()
        }
        crate::operation::span!("getMetadata", "GET", "/v1/customer/metadata");
    }
    /// Replace the metadata of the user.
    ///
    /// A free-form object both ways.
    ///
    /// `POST /v1/customer/metadata`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChangeMetadata {
        /// The body of the request.
        pub body: crate::wire::Map<::serde_json::Value>,
    }
    impl ChangeMetadata {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::wire::Map<::serde_json::Value>) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(ChangeMetadata { body : nested });
    impl validate::Validate for ChangeMetadata {}
    impl crate::operation::UserOperation for ChangeMetadata {}
    impl crate::operation::Operation for ChangeMetadata {
        type Output = crate::wire::Map<::serde_json::Value>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changeMetadata",
            group: "Shapes",
            accessor: "shapes",
            name: "change_metadata",
            summary: "Replace the metadata of the user.",
            method: "POST",
            path: "/v1/customer/metadata",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(&[]),
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"theme\":\"dark\"}}",
            response_example: "{\"theme\":\"dark\"}",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ChangeMetadata {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).change_metadata(&self.body)
        }
        crate::operation::span!("changeMetadata", "POST", "/v1/customer/metadata");
    }
    /// Remove the metadata of the user.
    ///
    /// A response without a body.
    ///
    /// `DELETE /v1/customer/metadata`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RemoveMetadata {}
    impl RemoveMetadata {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(RemoveMetadata {});
    impl validate::Validate for RemoveMetadata {}
    impl crate::operation::UserOperation for RemoveMetadata {}
    impl crate::operation::Operation for RemoveMetadata {
        type Output = ();
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "removeMetadata",
            group: "Shapes",
            accessor: "shapes",
            name: "remove_metadata",
            summary: "Remove the metadata of the user.",
            method: "DELETE",
            path: "/v1/customer/metadata",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["204", "400"],
            response: crate::operation::ResponseKind::Nothing,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "null",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RemoveMetadata {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).remove_metadata()
        }
        crate::operation::span!("removeMetadata", "DELETE", "/v1/customer/metadata");
    }
    /// Register an order.
    ///
    /// A body of nested objects and lists, with each kind of value.
    ///
    /// `POST /v1/client/order`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct RegisterOrder {
        /// The body of the request.
        pub body: crate::types::Order,
    }
    impl RegisterOrder {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::Order) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterOrder { body : nested });
    impl validate::Validate for RegisterOrder {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for RegisterOrder {}
    impl crate::operation::Operation for RegisterOrder {
        type Output = crate::types::RegisteredOrder;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerOrder",
            group: "Shapes",
            accessor: "shapes",
            name: "register_order",
            summary: "Register an order.",
            method: "POST",
            path: "/v1/client/order",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Number, "orderAmount")
                        .description("An amount that is sent as a number.")
                        .required()
                        .format("decimal")
                        .range(Some(0i64), Some(1000i64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "discount")
                        .description("An amount that is sent as a text.")
                        .format("decimal")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Number, "weight")
                        .description("A number with a fraction.")
                        .range(Some(0i64), Some(5i64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "orderDate")
                        .description("A day.")
                        .format("date")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "startTime")
                        .description("Milliseconds.")
                        .format("epoch-millis")
                        .range(Some(0i64), None)
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "reference")
                        .description("A pattern.")
                        .length(None, Some(8u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "contactType")
                        .description("A contact, in three spellings.")
                        .values(&["A_EMAIL", "B_PHONENUMBER"], false)
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "data")
                        .description("A file.")
                        .format("byte")
                        .length(None, Some(8u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.email")
                        .description("An e-mail address.")
                        .format("email")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "orderLines")
                        .description("Lines.")
                        .required()
                        .repeated()
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "labels")
                        .description("Texts by name.")
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"orderAmount\":295.5,\"orderLines\":[{\"product\":\"CO27409\",\"prices\":[1.1]}]}}",
            response_example: "{\"orderId\":9007199254740993}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.order_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterOrder {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_order(&self.body)
        }
        crate::operation::span!("registerOrder", "POST", "/v1/client/order");
    }
    /// Look up the status of an order.
    ///
    /// `GET /v1/client/order/status/{orderId}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetOrderStatus {
        /// The order.
        ///
        /// At most 40 characters.
        pub order_id: ::std::string::String,
    }
    impl GetOrderStatus {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(order_id: ::std::string::String) -> Self {
            Self { order_id }
        }
    }
    crate::wire::redact::redacting_debug!(GetOrderStatus { order_id : hidden });
    impl validate::Validate for GetOrderStatus {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "orderId",
                    Some(&self.order_id),
                    &validate::length(0, 40).in_form(validate::Format::PathSegment),
                );
            checks.reserved("orderId", self.order_id.as_ref(), &["latest"]);
        }
    }
    impl crate::operation::ClientOperation for GetOrderStatus {}
    impl crate::operation::Operation for GetOrderStatus {
        type Output = crate::types::OrderStatus;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOrderStatus",
            group: "Shapes",
            accessor: "shapes",
            name: "get_order_status",
            summary: "Look up the status of an order.",
            method: "GET",
            path: "/v1/client/order/status/{orderId}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "orderId")
                    .description("The order.")
                    .required()
                    .format("path-segment")
                    .length(None, Some(40u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"orderId\":\"A-9\"}",
            response_example: "{\"orderId\":\"A-9\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.order_id {
                if Some(&self.order_id)
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("orderId"));
                }
            }
            if !(output
                .order_id
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOrderStatus {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_order_status(&self.order_id)
        }
        crate::operation::span!(
            "getOrderStatus", "GET", "/v1/client/order/status/{orderId}"
        );
    }
    /// Look up the status of the latest order.
    ///
    /// `GET /v1/client/order/status/latest`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetLatestOrderStatus {}
    impl GetLatestOrderStatus {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetLatestOrderStatus {});
    impl validate::Validate for GetLatestOrderStatus {}
    impl crate::operation::ClientOperation for GetLatestOrderStatus {}
    impl crate::operation::Operation for GetLatestOrderStatus {
        type Output = crate::types::OrderStatus;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getLatestOrderStatus",
            group: "Shapes",
            accessor: "shapes",
            name: "get_latest_order_status",
            summary: "Look up the status of the latest order.",
            method: "GET",
            path: "/v1/client/order/status/latest",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"orderId\":\"A-9\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output
                .order_id
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetLatestOrderStatus {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_latest_order_status()
        }
        crate::operation::span!(
            "getLatestOrderStatus", "GET", "/v1/client/order/status/latest"
        );
    }
    /// Assign a user to an order.
    ///
    /// A body that may be left out.
    ///
    /// `POST /v1/client/order/{orderId}/user`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AssignUser {
        /// The order.
        pub order_id: i64,
        /// The body of the request.
        #[serde(default)]
        pub body: ::std::option::Option<crate::types::User>,
    }
    impl AssignUser {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(order_id: i64) -> Self {
            Self {
                order_id,
                body: ::std::default::Default::default(),
            }
        }
        /// Sets `body`.
        ///
        /// The body of the request.
        #[must_use]
        pub fn with_body(
            mut self,
            body: impl ::std::convert::Into<crate::types::User>,
        ) -> Self {
            self.body = Some(body.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        AssignUser { order_id : hidden, body : nested }
    );
    impl validate::Validate for AssignUser {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            if let Some(body) = &self.body {
                validate::Validate::check(body, checks);
            }
        }
    }
    impl crate::operation::ClientOperation for AssignUser {}
    impl crate::operation::Operation for AssignUser {
        type Output = crate::types::RegisteredOrder;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "assignUser",
            group: "Shapes",
            accessor: "shapes",
            name: "assign_user",
            summary: "Assign a user to an order.",
            method: "POST",
            path: "/v1/client/order/{orderId}/user",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "orderId")
                    .description("The order.")
                    .required()
                    .sensitivity(Sensitivity::None),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "email")
                        .description("An e-mail address.")
                        .format("email")
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"orderId\":9007199254740993,\"body\":{\"email\":\"kari@example.com\"}}",
            response_example: "{\"orderId\":9007199254740993}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.order_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for AssignUser {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).assign_user(self.order_id, self.body.as_ref())
        }
        crate::operation::span!("assignUser", "POST", "/v1/client/order/{orderId}/user");
    }
    /// Look up by each kind of text in a path.
    ///
    /// `GET /v1/client/texts/{phone}/{country}/{voucher}/{day}/{kind}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetTexts {
        /// A phone number.
        ///
        /// At most 20 characters.
        pub phone: crate::wire::PhoneNumber,
        /// A country.
        ///
        /// At most 3 characters.
        pub country: crate::wire::CountryCode,
        /// A voucher.
        ///
        /// At most 36 characters.
        pub voucher: crate::types::VoucherCode,
        /// A day.
        pub day: crate::wire::Date,
        /// A channel.
        pub kind: crate::types::Channel,
        /// An e-mail address.
        ///
        /// At most 255 characters.
        #[serde(default)]
        pub email: ::std::option::Option<crate::wire::EmailAddress>,
        /// The id of an order as a text.
        ///
        /// At most 40 characters.
        #[serde(default)]
        pub order: ::std::option::Option<::std::string::String>,
        /// A postal code.
        ///
        /// At most 10 characters.
        #[serde(default)]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// A street number.
        #[serde(default)]
        pub street_number: ::std::option::Option<crate::wire::StreetNumber>,
    }
    impl GetTexts {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            phone: crate::wire::PhoneNumber,
            country: crate::wire::CountryCode,
            voucher: crate::types::VoucherCode,
            day: crate::wire::Date,
            kind: crate::types::Channel,
        ) -> Self {
            Self {
                phone,
                country,
                voucher,
                day,
                kind,
                email: ::std::default::Default::default(),
                order: ::std::default::Default::default(),
                postal_code: ::std::default::Default::default(),
                street_number: ::std::default::Default::default(),
            }
        }
        /// Sets `email`.
        ///
        /// An e-mail address.
        ///
        /// At most 255 characters.
        #[must_use]
        pub fn with_email(mut self, email: crate::wire::EmailAddress) -> Self {
            self.email = Some(email.into());
            self
        }
        /// Sets `order`.
        ///
        /// The id of an order as a text.
        ///
        /// At most 40 characters.
        #[must_use]
        pub fn with_order(
            mut self,
            order: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.order = Some(order.into());
            self
        }
        /// Sets `postal_code`.
        ///
        /// A postal code.
        ///
        /// At most 10 characters.
        #[must_use]
        pub fn with_postal_code(mut self, postal_code: crate::wire::PostalCode) -> Self {
            self.postal_code = Some(postal_code.into());
            self
        }
        /// Sets `street_number`.
        ///
        /// A street number.
        #[must_use]
        pub fn with_street_number(
            mut self,
            street_number: impl ::std::convert::Into<crate::wire::StreetNumber>,
        ) -> Self {
            self.street_number = Some(street_number.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        GetTexts { phone : hidden, country : hidden, voucher : hidden, day : hidden, kind
        : hidden, email : present, order : present, postal_code : present, street_number
        : present }
    );
    impl validate::Validate for GetTexts {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("phone", Some(&self.phone), &limits::PHONE_NUMBER);
            checks.text("country", Some(&self.country), &limits::COUNTRY_CODE);
            checks.text("voucher", Some(&self.voucher), &limits::VOUCHER_CODE);
            checks
                .text(
                    "day",
                    Some(&self.day),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            let limits = validate::at_least(1).in_form(validate::Format::PathSegment);
            checks.text("kind", Some(&self.kind), &limits);
            checks.text("email", self.email.as_ref(), &limits::EMAIL_ADDRESS);
            checks.text("order", self.order.as_ref(), &validate::length(0, 40));
            checks.text("postalCode", self.postal_code.as_ref(), &limits::POSTAL_CODE);
            checks
                .street_number(
                    "streetNumber",
                    self.street_number.as_ref(),
                    Some(0i64),
                    None,
                );
        }
    }
    impl crate::operation::ClientOperation for GetTexts {}
    impl crate::operation::Operation for GetTexts {
        type Output = crate::types::RegisteredOrder;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getTexts",
            group: "Shapes",
            accessor: "shapes",
            name: "get_texts",
            summary: "Look up by each kind of text in a path.",
            method: "GET",
            path: "/v1/client/texts/{phone}/{country}/{voucher}/{day}/{kind}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "phone")
                    .description("A phone number.")
                    .required()
                    .format("e164")
                    .length(None, Some(20u64)),
                ParameterInfo::new(Location::Path, ValueKind::Text, "country")
                    .description("A country.")
                    .required()
                    .format("country-code")
                    .length(None, Some(3u64)),
                ParameterInfo::new(Location::Path, ValueKind::Text, "voucher")
                    .description("A voucher.")
                    .required()
                    .format("path-segment")
                    .length(Some(2u64), Some(36u64))
                    .sensitivity(Sensitivity::Secret),
                ParameterInfo::new(Location::Path, ValueKind::Text, "day")
                    .description("A day.")
                    .required()
                    .format("date")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "kind")
                    .description("A channel.")
                    .required()
                    .values(&["web", "shop"], true)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "order")
                    .description("The id of an order as a text.")
                    .length(None, Some(40u64)),
                ParameterInfo::new(Location::Query, ValueKind::Text, "email")
                    .description("An e-mail address.")
                    .format("email")
                    .length(None, Some(255u64)),
                ParameterInfo::new(Location::Query, ValueKind::Text, "postalCode")
                    .description("A postal code.")
                    .length(Some(1u64), Some(10u64)),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "streetNumber")
                    .description("A street number.")
                    .range(Some(0i64), None),
            ],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"phone\":\"+4791234567\",\"country\":\"NO\",\"voucher\":\"A1\",\"day\":\"2026-01-31\",\"kind\":\"web\",\"order\":\"9\",\"email\":\"kari@example.com\",\"postalCode\":\"0179\",\"streetNumber\":6}",
            response_example: "{\"orderId\":9}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.order_id {
                if self
                    .order
                    .as_ref()
                    .is_some_and(|sent| {
                        AsRef::<str>::as_ref(sent).parse().ok()
                            != Some(i64::from(*found))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("orderId"));
                }
            }
            if !(output.order_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetTexts {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .get_texts(
                    &self.phone,
                    &self.country,
                    &self.voucher,
                    &self.day,
                    &self.kind,
                    self.email.as_ref(),
                    self.order.as_deref(),
                    self.postal_code.as_ref(),
                    self.street_number.as_ref(),
                )
        }
        crate::operation::span!(
            "getTexts", "GET",
            "/v1/client/texts/{phone}/{country}/{voucher}/{day}/{kind}"
        );
    }
    /// Find the shops that sell at a price.
    ///
    /// A decimal in the path, a required list in the query, and a body that needs one of several fields.
    ///
    /// `POST /v1/client/shops/{price}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct FindShops {
        /// A price.
        pub price: crate::wire::Amount,
        /// Products.
        ///
        /// At most 3 items.
        pub products: ::std::vec::Vec<crate::wire::ProductCode>,
        /// A number without limits.
        #[serde(default)]
        pub share: ::std::option::Option<f64>,
        /// The body of the request.
        pub body: crate::types::ShopSearch,
    }
    impl FindShops {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            price: crate::wire::Amount,
            products: ::std::vec::Vec<crate::wire::ProductCode>,
            body: crate::types::ShopSearch,
        ) -> Self {
            Self {
                price,
                products,
                body,
                share: ::std::default::Default::default(),
            }
        }
        /// Sets `share`.
        ///
        /// A number without limits.
        #[must_use]
        pub fn with_share(mut self, share: impl ::std::convert::Into<f64>) -> Self {
            self.share = Some(share.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        FindShops { price : hidden, products : list, share : present, body : nested }
    );
    impl validate::Validate for FindShops {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("products", !self.products.is_empty());
            checks
                .items(
                    "products",
                    &self.products,
                    Some(3u64 as usize),
                    |checks, field, item| {
                        checks.text(field, Some(item), &limits::PRODUCT_CODE);
                    },
                );
            checks.float("share", (self.share.as_ref()).copied(), None, None);
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for FindShops {}
    impl crate::operation::Operation for FindShops {
        type Output = crate::wire::List<crate::types::Shop>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "findShops",
            group: "Shapes",
            accessor: "shapes",
            name: "find_shops",
            summary: "Find the shops that sell at a price.",
            method: "POST",
            path: "/v1/client/shops/{price}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "price")
                    .description("A price.")
                    .required()
                    .format("decimal")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "products")
                    .description("Products.")
                    .required()
                    .repeated()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Number, "share")
                    .description("A number without limits.")
                    .sensitivity(Sensitivity::None),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "title")
                        .description("A text.")
                        .length(None, Some(80u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "printed")
                        .description("A day.")
                        .format("date")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "changedAt")
                        .description("A point in time.")
                        .format("date-time")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "price")
                        .description("An amount.")
                        .format("decimal")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "cover")
                        .description("A file.")
                        .format("byte")
                        .length(None, Some(8u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "shelves")
                        .description("An optional list whose emptiness has a meaning.")
                        .repeated()
                        .length(None, Some(9u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "words")
                        .description("A required list that may be empty.")
                        .required()
                        .repeated()
                        .length(None, Some(9u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("A product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Number, "weight")
                        .description("A number without limits.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Number, "weights")
                        .description("Numbers without limits.")
                        .repeated()
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "coupon")
                        .description("A text that needs the number.")
                        .length(None, Some(9u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "couponNumber",
                        )
                        .description("A number that needs the text.")
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::List,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"price\":\"79.90\",\"products\":[\"CO27409\"],\"body\":{\"title\":\"News\",\"words\":[]}}",
            response_example: "[{\"postalCode\":\"0179\"}]",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(!output.is_empty()
                && output
                    .iter()
                    .all(|output| {
                        output
                            .postal_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                    }))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for FindShops {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .find_shops(&self.price, &self.products, self.share, &self.body)
        }
        crate::operation::span!("findShops", "POST", "/v1/client/shops/{price}");
    }
    /// Find all shops.
    ///
    /// `POST /v1/client/shops/all`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct FindAllShops {}
    impl FindAllShops {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(FindAllShops {});
    impl validate::Validate for FindAllShops {}
    impl crate::operation::ClientOperation for FindAllShops {}
    impl crate::operation::Operation for FindAllShops {
        type Output = crate::wire::List<crate::types::Shop>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "findAllShops",
            group: "Shapes",
            accessor: "shapes",
            name: "find_all_shops",
            summary: "Find all shops.",
            method: "POST",
            path: "/v1/client/shops/all",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: None,
            statuses: &["200", "400"],
            response: crate::operation::ResponseKind::List,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "[{\"postalCode\":\"0179\"}]",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(!output.is_empty()
                && output
                    .iter()
                    .all(|output| {
                        output
                            .postal_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                    }))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for FindAllShops {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).find_all_shops()
        }
        crate::operation::span!("findAllShops", "POST", "/v1/client/shops/all");
    }
    #[cfg(feature = "unverified")]
    /// The contract's facts about each operation, in the order of the contract.
    pub const OPERATIONS: &[&crate::operation::OperationInfo] = &[
        <ListInvoices as crate::operation::Operation>::INFO,
        <CountInvoices as crate::operation::Operation>::INFO,
        <ListTags as crate::operation::Operation>::INFO,
        <GetStock as crate::operation::Operation>::INFO,
        <GetMetadata as crate::operation::Operation>::INFO,
        <ChangeMetadata as crate::operation::Operation>::INFO,
        <RemoveMetadata as crate::operation::Operation>::INFO,
        <RegisterOrder as crate::operation::Operation>::INFO,
        <GetOrderStatus as crate::operation::Operation>::INFO,
        <GetLatestOrderStatus as crate::operation::Operation>::INFO,
        <AssignUser as crate::operation::Operation>::INFO,
        <GetTexts as crate::operation::Operation>::INFO,
        <FindShops as crate::operation::Operation>::INFO,
        <FindAllShops as crate::operation::Operation>::INFO,
    ];
    #[cfg(not(feature = "unverified"))]
    /// The contract's facts about each operation, in the order of the contract.
    pub const OPERATIONS: &[&crate::operation::OperationInfo] = &[
        <ListInvoices as crate::operation::Operation>::INFO,
        <CountInvoices as crate::operation::Operation>::INFO,
        <ListTags as crate::operation::Operation>::INFO,
        <GetStock as crate::operation::Operation>::INFO,
        <GetMetadata as crate::operation::Operation>::INFO,
        <ChangeMetadata as crate::operation::Operation>::INFO,
        <RemoveMetadata as crate::operation::Operation>::INFO,
        <RegisterOrder as crate::operation::Operation>::INFO,
        <GetOrderStatus as crate::operation::Operation>::INFO,
        <GetLatestOrderStatus as crate::operation::Operation>::INFO,
        <AssignUser as crate::operation::Operation>::INFO,
        <GetTexts as crate::operation::Operation>::INFO,
        <FindShops as crate::operation::Operation>::INFO,
        <FindAllShops as crate::operation::Operation>::INFO,
    ];
}
/// The servers of the contract.
pub mod servers {
    /// The production server.
    pub const PRODUCTION: crate::operation::Server = crate::operation::Server {
        base_url: "https://shapes.example.com/capi",
        token_url: "https://shapes.example.com/token",
    };
}
/// Defines a struct for each group of operations, with a method for each operation.
#[doc(hidden)]
#[macro_export]
macro_rules! facade {
() => {
/// The operations of the group Shapes.
///
/// Everything.
///
/// Get it from [`Client::shapes`].
#[derive(Clone, Copy, Debug)]
pub struct Shapes<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Shapes.
    ///
    /// Everything.
    #[must_use]
    pub fn shapes(&self) -> Shapes<'_> {
        Shapes { client: self }
    }
}
impl Shapes<'_> {
    /// List the invoices of a customer.
    ///
    /// Each kind of parameter, and a response that is a bare list of objects.
    ///
    /// Optional parameters are set with `client.call(ListInvoices::new(..).with_…(..))`: see [`ListInvoices`](crate::operations::ListInvoices).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, product_code: mediaconnect_api::wire::ProductCode, order: mediaconnect_api::types::SortOrder, x_channel: mediaconnect_api::types::Channel) -> mediaconnect::Result<()> {
    /// client.shapes().list_invoices(customer_number, product_code, order, x_channel).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn list_invoices(
        self,
        customer_number: $crate::wire::CustomerNumber,
        product_code: $crate::wire::ProductCode,
        order: $crate::types::SortOrder,
        x_channel: $crate::types::Channel,
    ) -> Call<$crate::wire::List<$crate::types::Invoice>> {
        self.client
            .call(
                $crate::operations::ListInvoices::new(
                    customer_number,
                    product_code,
                    order,
                    x_channel,
                ),
            )
    }
    /// Count the invoices of a customer.
    ///
    /// A response that is a single number.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber) -> mediaconnect::Result<()> {
    /// client.shapes().count_invoices(customer_number).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn count_invoices(
        self,
        customer_number: $crate::wire::CustomerNumber,
    ) -> Call<$crate::wire::Single<i64>> {
        self.client.call($crate::operations::CountInvoices::new(customer_number))
    }
    /// List all tags.
    ///
    /// A response that is a bare list of texts.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// client.shapes().list_tags().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn list_tags(self) -> Call<$crate::wire::List<::std::string::String>> {
        self.client.call($crate::operations::ListTags::new())
    }
    /// Look up what is in stock.
    ///
    /// A response whose members have no names, with objects as their values.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// client.shapes().get_stock().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn get_stock(self) -> Call<$crate::wire::Map<$crate::types::InvoiceLine>> {
        self.client.call($crate::operations::GetStock::new())
    }
    /// Look up the metadata of the user.
    ///
    /// A free-form object.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.shapes().get_metadata(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn get_metadata(
        self,
        user: &UserToken,
    ) -> Call<$crate::wire::Map<::serde_json::Value>> {
        self.client.as_user(user).call($crate::operations::GetMetadata::new())
    }
    /// Replace the metadata of the user.
    ///
    /// A free-form object both ways.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::wire::Map<::serde_json::Value>) -> mediaconnect::Result<()> {
    /// client.shapes().change_metadata(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_metadata(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::wire::Map<::serde_json::Value>, Error: Into<Error>>,
    ) -> Call<$crate::wire::Map<::serde_json::Value>> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::ChangeMetadata::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("changeMetadata", 0)),
        }
    }
    /// Remove the metadata of the user.
    ///
    /// A response without a body.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.shapes().remove_metadata(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn remove_metadata(self, user: &UserToken) -> Call<()> {
        self.client.as_user(user).call($crate::operations::RemoveMetadata::new())
    }
    /// Register an order.
    ///
    /// A body of nested objects and lists, with each kind of value.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::Order) -> mediaconnect::Result<()> {
    /// client.shapes().register_order(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register_order(
        self,
        body: impl TryInto<$crate::types::Order, Error: Into<Error>>,
    ) -> Call<$crate::types::RegisteredOrder> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::RegisterOrder::new(body)),
            Err(error) => Call::failed(error.into().in_operation("registerOrder", 0)),
        }
    }
    /// Look up the status of an order.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, order_id: ::std::string::String) -> mediaconnect::Result<()> {
    /// client.shapes().get_order_status(order_id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn get_order_status(
        self,
        order_id: ::std::string::String,
    ) -> Call<$crate::types::OrderStatus> {
        self.client.call($crate::operations::GetOrderStatus::new(order_id))
    }
    /// Look up the status of the latest order.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// client.shapes().get_latest_order_status().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn get_latest_order_status(self) -> Call<$crate::types::OrderStatus> {
        self.client.call($crate::operations::GetLatestOrderStatus::new())
    }
    /// Assign a user to an order.
    ///
    /// A body that may be left out.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, order_id: i64) -> mediaconnect::Result<()> {
    /// client.shapes().assign_user(order_id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn assign_user(self, order_id: i64) -> Call<$crate::types::RegisteredOrder> {
        self.client.call($crate::operations::AssignUser::new(order_id))
    }
    /// Look up by each kind of text in a path.
    ///
    /// Optional parameters are set with `client.call(GetTexts::new(..).with_…(..))`: see [`GetTexts`](crate::operations::GetTexts).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, phone: mediaconnect_api::wire::PhoneNumber, country: mediaconnect_api::wire::CountryCode, voucher: mediaconnect_api::types::VoucherCode, day: mediaconnect_api::wire::Date, kind: mediaconnect_api::types::Channel) -> mediaconnect::Result<()> {
    /// client.shapes().get_texts(phone, country, voucher, day, kind).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn get_texts(
        self,
        phone: $crate::wire::PhoneNumber,
        country: $crate::wire::CountryCode,
        voucher: $crate::types::VoucherCode,
        day: $crate::wire::Date,
        kind: $crate::types::Channel,
    ) -> Call<$crate::types::RegisteredOrder> {
        self.client
            .call($crate::operations::GetTexts::new(phone, country, voucher, day, kind))
    }
    /// Find the shops that sell at a price.
    ///
    /// A decimal in the path, a required list in the query, and a body that needs one of several fields.
    ///
    /// Optional parameters are set with `client.call(FindShops::new(..).with_…(..))`: see [`FindShops`](crate::operations::FindShops).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, price: mediaconnect_api::wire::Amount, products: ::std::vec::Vec<mediaconnect_api::wire::ProductCode>, body: mediaconnect_api::types::ShopSearch) -> mediaconnect::Result<()> {
    /// client.shapes().find_shops(price, products, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn find_shops(
        self,
        price: $crate::wire::Amount,
        products: ::std::vec::Vec<$crate::wire::ProductCode>,
        body: impl TryInto<$crate::types::ShopSearch, Error: Into<Error>>,
    ) -> Call<$crate::wire::List<$crate::types::Shop>> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .call($crate::operations::FindShops::new(price, products, body))
            }
            Err(error) => Call::failed(error.into().in_operation("findShops", 0)),
        }
    }
    /// Find all shops.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// client.shapes().find_all_shops().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn find_all_shops(self) -> Call<$crate::wire::List<$crate::types::Shop>> {
        self.client.call($crate::operations::FindAllShops::new())
    }
}
};
}
