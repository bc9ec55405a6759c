//! Calls every operation of the client with canaries, and prints everything that a service can print about a call.

use std::collections::HashMap;
use std::error::Error as _;
use std::fmt::Debug;
use std::time::Duration;

use mediaconnect::models::{ExternalId, ReferenceCode};
use mediaconnect::{
    Client, ClientAuthentication, ClientBuilder, ClientCredentials, CustomerNumber, CustomerSearch, Error,
    ExtidCode, Method, RateLimit, RefreshToken, SearchName, SearchPlace, UserToken,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::canaries::{COUNTRY, CUSTOMER, DIGITS, STREET, text};
use crate::capture::{hear, provoke};
use crate::documents::Documents;
use crate::table;
use crate::table::Share;

pub(crate) fn client(base_url: &str, token_url: &str, authentication: ClientAuthentication) -> Client {
    let client = builder(base_url, token_url, authentication).build().expect("good URLs");
    print(&client);
    print(&client.user_token());
    print(&client.token_endpoint());
    client
}

/// Returns the builder of a client that gives up after two attempts.
pub(crate) fn builder(
    base_url: &str,
    token_url: &str,
    authentication: ClientAuthentication,
) -> ClientBuilder {
    let credentials = ClientCredentials::new(text("client-id"), text("client-secret+/=&%"))
        .with_authentication(authentication);
    let builder = Client::builder()
        .base_url(base_url)
        .token_url(token_url)
        .credentials(credentials.clone())
        .user_token(UserToken::new(text("user-token")))
        .rate_limit(RateLimit::new(1_000_000, 1_000_000).expect("the rate is valid"))
        .attempt_timeout(Duration::from_millis(300))
        .token_timeout(Duration::from_millis(300))
        .deadline(Duration::from_millis(900))
        .attempts(2);
    print(&credentials);
    print(&builder);
    builder
}

/// Runs every operation of the share. Also runs the customer methods, bulk runs, calls in user mode, and requests
/// outside the contract.
pub(crate) async fn all(client: &Client, documents: &Documents, share: Share) {
    // The bulk run is stopped after four seconds. Otherwise it would wait for the rate limit after a 429, and make the
    // test slow.
    let many = timeout(Duration::from_secs(4), of_many(client));
    let every = table::every(client, documents, share);
    let _ = tokio::join!(every, of_customers(client), many, of_users(client), of_requests(client));
}

async fn of_customers(client: &Client) {
    let customers = client.customers();
    print(&customers);
    let info = customers.info(number());
    print(&info);
    observe(info.await);
    observe(customers.exists(number()).await);
    for search in searches() {
        print(&search);
        let call = customers.search(&search);
        print(&call);
        observe(call.await);
    }
    print(&client.external_references());
    observe(client.token_lifetime().await);
    print(&client.diagnose(number()).await);
}

/// Runs two bulk streams: one in the order of the responses, and one in the order of the requests.
async fn of_many(client: &Client) {
    let mut customers = client.customers().info_many([number(), number()]);
    print(&customers);
    while let Some((number, outcome)) = customers.next().await {
        print(&number);
        observe(outcome);
    }
    let mut found = client.bulk(searches(), |client, search| client.customers().search(search)).in_order();
    while let Some((search, outcome)) = found.next().await {
        print(&found);
        print(&search);
        observe(outcome);
    }
}

/// Runs user mode, with each kind of token.
async fn of_users(client: &Client) {
    let endpoint = || client.token_endpoint().expect("there are credentials");
    let refresh = RefreshToken::new(endpoint(), text("refresh-token")).with_observer(print);
    let extid = ExtidCode::new(endpoint(), text("extid-code")).with_observer(print);
    print(&refresh);
    print(&extid);
    for user in [
        UserToken::new(text("user-token")),
        UserToken::new(format!("{}\r\nx", text("user-token"))),
        UserToken::from_source(refresh),
        UserToken::from_source(extid),
    ] {
        print(&user);
        let call = client.customers().own_info(&user);
        print(&call);
        observe(call.await);
    }
}

/// Sends requests outside the contract. The test does not print the responses, because a service chooses the response
/// types and their `Debug` output.
async fn of_requests(client: &Client) {
    let path = format!("/v1/{}/{CUSTOMER}?{}=%63{}", text("path"), text("query"), text("query"));
    let get = client.request(Method::Get, &path).safe_to_retry();
    print(&get);
    observe(get.send::<Value>().await.map(drop));
    let body = json!({ text("key"): text("value"), "number": CUSTOMER });
    let user = UserToken::new(text("user-token"));
    let post = client.request(Method::Post, &path).json(&body).as_user(&user);
    print(&post);
    let call = post.send::<HashMap<String, HashMap<String, u8>>>();
    print(&call);
    observe(call.await.map(drop));
    observe(client.request(Method::Put, &path).json(&body).send::<u8>().await.map(drop));
    observe(client.request(Method::Patch, &path).json(&Unwritable).send::<Value>().await.map(drop));
    for path in [text("no-slash"), format!("/{}/../x", text("dots")), format!("/{} x", text("space"))] {
        observe(client.request(Method::Delete, path).send::<Value>().await.map(drop));
    }
    let long = format!("/{}", text("long").repeat(5_000));
    observe(client.request(Method::Get, long).send::<Value>().await.map(drop));
}

/// A body that cannot be serialized. The error of its serializer contains a canary.
struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(text("serializer")))
    }
}

fn number() -> CustomerNumber {
    CustomerNumber::new(CUSTOMER).expect("positive")
}

/// Returns searches that keep the rules, and searches that break the rules.
fn searches() -> Vec<CustomerSearch> {
    let long = text("long").repeat(30);
    let whole = |name: SearchName, place: SearchPlace, text: &str, code: &str, country: &str| {
        CustomerSearch::by_name_and_address(name, text, place)
            .first_name(text)
            .middle_name(text)
            .department_name(text)
            .care_of_address(text)
            .street_number(STREET)
            .entrance(code)
            .country_code(country)
            .product_code(code)
    };
    vec![
        CustomerSearch::by_email(format!("{}@example.com", text("email"))).product_code("canary7391"),
        CustomerSearch::by_phone_number(format!("+47{DIGITS}")),
        whole(
            SearchName::last_in_company(text("last"), text("company")),
            SearchPlace::postal_code_and_place(DIGITS, text("place")),
            &text("any"),
            "canary7391",
            COUNTRY,
        ),
        CustomerSearch::by_email(text("no-address")),
        CustomerSearch::by_email(format!("{} <{}@example.com>", text("name"), text("email"))),
        CustomerSearch::by_phone_number(DIGITS),
        CustomerSearch::by_phone_number(text("phone")),
        whole(SearchName::company(&long), SearchPlace::postal_code(&long), &long, &long, &long),
        whole(SearchName::last(&long), SearchPlace::postal_place(&long), &long, &text("/../"), &long),
    ]
}

/// Prints the errors for invalid values of types such as `CustomerNumber`, and for invalid settings of a client.
pub(crate) fn of_values() {
    let stray = text("value");
    let errors = [
        stray.parse::<CustomerNumber>().map(drop),
        format!("-{CUSTOMER}").parse::<CustomerNumber>().map(drop),
        CustomerNumber::try_from(-i64::try_from(CUSTOMER).expect("the number fits")).map(drop),
        stray.parse::<mediaconnect::PhoneNumber>().map(drop),
        stray.parse::<mediaconnect::EmailAddress>().map(drop),
        stray.parse::<mediaconnect::CountryCode>().map(drop),
        format!("../{stray}").parse::<mediaconnect::ProductCode>().map(drop),
        stray.repeat(2).parse::<mediaconnect::PostalCode>().map(drop),
        stray.repeat(2).parse::<ExternalId>().map(drop),
        format!("../{stray}").parse::<ReferenceCode>().map(drop),
    ];
    for error in errors {
        let error = error.expect_err("it breaks a rule");
        print_error(&error);
        print_error(&Error::from(error));
    }
    let url = |url: String| Client::builder().base_url(&url).token_url(url).build();
    for outcome in [
        url(stray.clone()),
        url(format!("http://{stray}/")),
        url(format!("https://{stray}:{stray}@example.com/")),
        url(format!("https://example.com/?{stray}")),
        url(format!("https://[{stray}]/")),
        Client::builder().application(format!("{stray}\r\n{stray}")).build(),
        Client::builder().root_certificate(stray.clone()).build(),
        Client::builder()
            .root_certificate(format!("-----BEGIN {stray}\n{stray}\n-----END {stray}\n"))
            .build(),
        Client::builder()
            .root_certificate(format!("-----BEGIN CERTIFICATE-----\n{stray}\n-----END CERTIFICATE-----\n"))
            .build(),
    ] {
        observe(outcome);
    }
}

/// Prints an outcome as services do: with `Debug` and `Display`, in tracing and `log`, and in panic messages.
pub(crate) fn observe<T: Debug + Send>(outcome: Result<T, Error>) {
    print(&outcome);
    match outcome {
        Ok(value) => {
            tracing::info!(?value, "a value");
            tracing::info_span!("a span", ?value).in_scope(|| log::info!("{value:?}"));
            provoke(|| unwrap(Err(value)));
        }
        Err(error) => {
            print_error(&error);
            print(&error.upstream_message());
            error.violations().iter().for_each(print_error);
            tracing::warn!(%error, ?error, source = error.source(), "an error");
            tracing::warn!(error = &error as &dyn std::error::Error, "an error");
            log::warn!("{error} {error:?} {error:#?}");
            provoke(|| unwrap(Err(error.clone())));
            provoke(|| panic!("{error}"));
        }
    }
}

/// Unwraps an outcome, like a service that wrongly expects a success.
pub(crate) fn unwrap<T, E: Debug>(outcome: Result<T, E>) -> T {
    outcome.unwrap()
}

pub(crate) fn print(value: &(impl Debug + ?Sized)) {
    hear("debug", format!("{value:?} {value:#?}"));
}

fn print_error(error: &impl std::error::Error) {
    hear("display", format!("{error} {error:#}"));
    print(error);
    let mut source = error.source();
    while let Some(error) = source {
        hear("source", format!("{error} {error:#} {error:?} {error:#?}"));
        source = error.source();
    }
}
