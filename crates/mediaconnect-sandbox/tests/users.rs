//! Tests the users of a sandbox and their tokens, over sockets and in memory.

use mediaconnect::models::{ConsentSubjectType, CustomerChangeRequest};
use mediaconnect::operations::{
    ChangeOwnCustomerInfo, ListConsentEvents, ListInvoicesOfProduct, ListOwnInvoicesOfProduct, ListOwnOrders,
    ListOwnSubscriptions, ListSubscriptions,
};
use mediaconnect::{ExtidCode, RefreshToken, UserToken};
use mediaconnect_sandbox::{Customer, Sandbox};

use crate::support::{both, number, one_customer};

#[tokio::test]
async fn a_user_who_logged_in_by_a_code_goes_on_by_refresh_tokens() {
    for sandbox in both(Sandbox::builder).await {
        let client = sandbox.client();
        let source = ExtidCode::new(client.token_endpoint().unwrap(), sandbox.extid_code());
        let user = UserToken::from_source(source);
        client.customers().own_info(&user).await.unwrap();
        sandbox.expire_tokens();
        client.customers().own_info(&user).await.unwrap();
        assert_eq!(sandbox.token_requests(), 2, "the code, then the refresh token that it brought");
        let refresh_token = sandbox.refresh_token();
        let of_user = || RefreshToken::new(client.token_endpoint().unwrap(), refresh_token.clone());
        let (first, second) = (UserToken::from_source(of_user()), UserToken::from_source(of_user()));
        client.customers().own_info(&first).await.unwrap();
        assert!(client.customers().own_info(&second).await.unwrap_err().is_auth(), "it works once");
    }
}

#[tokio::test]
async fn each_user_sees_and_changes_only_the_own_customer() {
    let customers = || Sandbox::builder().customers([7, 8, 9].map(Customer::invented));
    for sandbox in both(customers).await {
        let client = sandbox.client();
        let endpoint = || client.token_endpoint().unwrap();
        let kari = sandbox.user(8);
        let by_refresh_token = UserToken::from_source(RefreshToken::new(endpoint(), kari.refresh_token()));
        let by_code = UserToken::from_source(ExtidCode::new(endpoint(), sandbox.user(9).extid_code()));
        let fixed = UserToken::new(kari.user_token());
        for (user, customer) in [(&by_refresh_token, 8), (&by_code, 9), (&fixed, 8)] {
            let own = client.customers().own_info(user).await.unwrap();
            assert_eq!(own.customer_number, Some(number(customer)));
        }
        sandbox.expire_tokens(); // The next refresh token belongs to the same user.
        for (user, customer) in [(&by_refresh_token, 8), (&by_code, 9)] {
            let own = client.customers().own_info(user).await.unwrap();
            assert_eq!(own.customer_number, Some(number(customer)));
        }
        let mut change = CustomerChangeRequest::default();
        change.emails = vec!["new@example.com".parse().unwrap()];
        client.as_user(&fixed).call(ChangeOwnCustomerInfo::new(change)).await.unwrap();
        for (customer, is_changed) in [(7, false), (8, true), (9, false)] {
            let info = client.customers().info(number(customer)).await.unwrap();
            assert_eq!(info.emails[0].as_str() == "new@example.com", is_changed, "{customer}");
        }
    }
}

#[tokio::test]
async fn a_customer_that_does_not_exist_has_nothing() {
    let sandbox = one_customer().in_memory();
    let client = sandbox.client();
    let user = client.user_token().unwrap();
    assert!(sandbox.remove_customer(7));
    let product = || "AVIS".parse().unwrap();
    let consents = |subject: &str| {
        let issuer = "example.com".parse().unwrap();
        ListConsentEvents::new(issuer, ConsentSubjectType::Connect, subject.parse().unwrap())
    };
    let as_user = client.as_user(user);
    for (status, error) in [
        (404, client.customers().info(number(7)).await.unwrap_err()),
        (404, client.call(ListSubscriptions::new(number(7))).await.unwrap_err()),
        // Upstream does not document a 404 for these.
        (400, client.customers().own_info(user).await.unwrap_err()),
        (400, client.call(consents("7")).await.unwrap_err()),
        (400, client.call(consents("nobody")).await.unwrap_err()),
        (400, client.call(ListInvoicesOfProduct::new(number(7), product())).await.unwrap_err()),
        (400, as_user.call(ListOwnSubscriptions::new()).await.unwrap_err()),
        (400, as_user.call(ListOwnInvoicesOfProduct::new(product())).await.unwrap_err()),
        (400, as_user.call(ListOwnOrders::new()).await.unwrap_err()),
        (400, as_user.call(ChangeOwnCustomerInfo::new(CustomerChangeRequest::default())).await.unwrap_err()),
    ] {
        assert_eq!(error.status_code(), Some(status), "{error}");
        assert!(error.is_from_connect(), "{error}");
    }
}
