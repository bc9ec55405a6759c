//! Tests the capture of the leak test: a deliberate leak in each channel must be detected.

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use crate::canaries::{found_in, text};
use crate::capture::{Heard, has_heard, heard_of};
use crate::documents::Documents;
use crate::{models, operations};

fn channels(heard: &[Heard]) -> Vec<&'static str> {
    heard.iter().filter(|heard| !found_in(&heard.words).is_empty()).map(|heard| heard.channel).collect()
}

/// An error whose source leaks.
#[derive(Debug)]
struct Outer(std::io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_planted_canary_is_detected_in_each_channel() {
    let planted = text("planted");
    let outer = || Outer(std::io::Error::other(planted.clone()));
    for (channel, leak) in [
        ("event", &(|| tracing::trace!("{planted}")) as &dyn Fn()),
        ("event", &|| tracing::trace!(target: "hyper_util::client", secret = planted.as_str())),
        ("event", &|| tracing::trace!(error = &outer() as &dyn std::error::Error)),
        ("span", &|| drop(tracing::trace_span!("operation", planted))),
        ("span field", &|| {
            let span = tracing::trace_span!("operation", later = tracing::field::Empty);
            span.record("later", planted.as_str());
        }),
        ("log", &|| log::trace!("{planted}")),
        ("log", &|| log::trace!(target: "rustls", "{:?}", planted.as_bytes())),
        ("panic", &|| {
            let unwrapped = catch_unwind(AssertUnwindSafe(|| operations::unwrap::<(), _>(Err(&planted))));
            assert!(unwrapped.is_err());
        }),
        ("metric", &|| metrics::counter!("drift", "field" => planted.clone()).increment(1)),
        ("metric", &|| metrics::histogram!(planted.clone()).record(1)),
        ("debug", &|| operations::print(&planted)),
    ] {
        assert_eq!(channels(&heard_of(leak)), [channel]);
    }
}

#[test]
fn what_is_in_a_source_of_an_error_is_heard() {
    let error = || mediaconnect::Error::token_refused(Outer(std::io::Error::other(text("planted"))));
    let heard = channels(&heard_of(|| operations::observe::<()>(Err(error()))));
    assert!(heard.contains(&"source") && heard.contains(&"event"), "{heard:?}");
}

/// A model with a derived `Debug`.
#[derive(Debug, Deserialize, Serialize)]
struct Name {
    #[serde(flatten)]
    fields: HashMap<String, String>,
}

#[test]
fn a_model_that_derives_debug_is_heard() {
    let heard = heard_of(|| {
        let printed = models::check::<Name>(&Documents::new(), "Name").unwrap_err();
        assert!(!found_in(&printed).is_empty(), "{printed}");
    });
    assert_eq!(channels(&heard), ["debug"]);
}

/// A model with a derived `Debug`, whose output contains no values because the types of the fields hide them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerPhoneNumber {
    phone_number: Option<mediaconnect::PhoneNumber>,
    phone_number_type: Option<mediaconnect::models::PhoneNumberType>,
}

#[test]
fn a_derived_debug_is_noticed_where_no_value_is_printed() {
    let heard = heard_of(|| {
        let printed =
            models::check::<CustomerPhoneNumber>(&Documents::new(), "CustomerPhoneNumber").unwrap_err();
        let expected = "CustomerPhoneNumber { phone_number: Some(PhoneNumber(..)), \
                        phone_number_type: Some(Unknown(..)) }";
        assert_eq!(printed, expected);
    });
    assert!(channels(&heard).is_empty());
}

#[tokio::test]
async fn the_crates_below_are_heard() {
    crate::capture::listen();
    let client = operations::client(
        "http://127.0.0.1:1",
        "http://127.0.0.1:1",
        mediaconnect::ClientAuthentication::Basic,
    );
    let _ = client.customers().info("1".parse().unwrap()).await;
    assert!(has_heard("event", "hyper_util::client"), "tracing of hyper-util is switched on");
    assert!(has_heard("log", "reqwest::connect"), "reqwest logs its connections");
    assert!(has_heard("event", "mediaconnect::telemetry") && has_heard("span", "getCustomerInfo"));
}
