//! Fetches a user's tokens with a refresh token.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use super::endpoint::TokenEndpoint;
use super::rotating::{Grant, RotatingGrant};
use super::source::{TokenFuture, TokenSource};

/// Fetches a user's access tokens with a refresh token (RFC 6749, section 6).
///
/// Upstream documents a default lifetime of 30 days for refresh tokens. If a response contains a new refresh token,
/// later fetches use the new one. The service should store it: [`with_observer`](Self::with_observer) sets a function
/// that receives each new refresh token.
///
/// A refresh token that upstream replaces works only once. So an exchange runs to its end in a separate task, for up to
/// a minute and a half. It continues even if the call, the [`UserToken`](crate::UserToken) and the client are dropped.
/// The observer is always called. The new token can still be lost in two cases:
/// - The runtime is shut down during the exchange. Let calls end before you shut it down.
/// - Two `RefreshToken`s are created from one refresh token. The first fetch by one of them invalidates the token of
///   the other. Create one `RefreshToken` for each session, and clone its `UserToken`.
///
/// ```no_run
/// use mediaconnect::{Client, RefreshToken, UserToken};
/// use mediaconnect::secrecy::ExposeSecret;
/// # fn store(_: &str) {}
///
/// # async fn example(client: Client, refresh_token: String) -> mediaconnect::Result<()> {
/// let source = RefreshToken::new(client.token_endpoint()?, refresh_token)
///     .with_observer(|renewed| store(renewed.expose_secret()));
/// let user = UserToken::from_source(source);
/// let customer = client.customers().own_info(&user).await?;
/// # Ok(())
/// # }
/// ```
pub struct RefreshToken(RotatingGrant);

impl RefreshToken {
    /// Creates a source from the refresh token that the service received when the user logged in.
    pub fn new(endpoint: TokenEndpoint, refresh_token: impl Into<SecretString>) -> Self {
        Self(RotatingGrant::new(endpoint, Grant::RefreshToken(refresh_token.into())))
    }

    /// Sets a function that is called with each new refresh token, before the new access token is used.
    ///
    /// It must not block, because all callers of the fetch wait for it. If it panics, a warning is logged, and the
    /// session continues with the new refresh token.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&SecretString) + Send + Sync + 'static) -> Self {
        self.0.observer = Some(Arc::new(observer));
        self
    }
}

impl TokenSource for RefreshToken {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(self.0.fetch())
    }

    fn name(&self) -> &'static str {
        "refresh_token"
    }

    fn client_name(&self) -> Option<&str> {
        self.0.endpoint.client_name()
    }
}

/// Hides the credentials and the tokens.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use secrecy::ExposeSecret;

    use super::*;
    use crate::token::endpoint::tests::{answer, endpoint, rotating, server};
    use wiremock::ResponseTemplate;

    const FORM: &str = "grant_type=refresh_token&refresh_token=first%2B&client_id=id&client_secret=secret";
    const NEXT: &str = "grant_type=refresh_token&refresh_token=second&client_id=id&client_secret=secret";

    fn observed(source: RefreshToken) -> (RefreshToken, Arc<Mutex<Vec<String>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let heard = seen.clone();
        (source.with_observer(move |token| heard.lock().unwrap().push(token.expose_secret().into())), seen)
    }

    #[tokio::test]
    async fn a_new_refresh_token_replaces_the_old_one_and_is_told_once() {
        let server = server(FORM, rotating("second")).await;
        let (source, seen) = observed(RefreshToken::new(endpoint(&server), "first+"));
        source.fetch().await.unwrap();
        server.reset().await;
        wiremock::Mock::given(wiremock::matchers::body_string(NEXT))
            .respond_with(rotating("second"))
            .mount(&server)
            .await;
        source.fetch().await.unwrap();
        assert_eq!(*seen.lock().unwrap(), ["second"]);
    }

    #[tokio::test]
    async fn without_a_new_one_the_old_one_stays() {
        let server = server(FORM, answer()).await;
        let (source, seen) = observed(RefreshToken::new(endpoint(&server), "first+"));
        source.fetch().await.unwrap();
        source.fetch().await.unwrap();
        assert!(seen.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_new_one_counts_also_when_the_access_token_beside_it_cannot_be_understood() {
        let body = r#"{"access_token": "t", "token_type": "mac", "refresh_token": "second"}"#;
        let server = server(FORM, ResponseTemplate::new(200).set_body_string(body)).await;
        let (source, seen) = observed(RefreshToken::new(endpoint(&server), "first+"));
        assert!(source.fetch().await.unwrap_err().is_decode());
        assert_eq!(*seen.lock().unwrap(), ["second"]);
        wiremock::Mock::given(wiremock::matchers::body_string(NEXT))
            .respond_with(answer())
            .mount(&server)
            .await;
        assert!(source.fetch().await.is_ok());
    }

    #[tokio::test]
    async fn a_failure_keeps_the_refresh_token() {
        let server = server(FORM, ResponseTemplate::new(503)).await;
        let source = RefreshToken::new(endpoint(&server), "first+");
        for sent in [1, 2] {
            assert!(source.fetch().await.unwrap_err().is_unavailable());
            assert_eq!(server.received_requests().await.unwrap().len(), sent, "each with the same form");
        }
    }
}
