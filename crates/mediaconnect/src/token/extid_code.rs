//! Fetches the token of a user whom the service itself identified.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use super::endpoint::TokenEndpoint;
use super::rotating::{Grant, RotatingGrant};
use super::source::{TokenFuture, TokenSource};

/// Fetches a user's access tokens with an `extidCode` from upstream's External Identity API.
///
/// A code works only once. If the response contains a refresh token, later tokens are fetched with it.
/// [`RefreshToken`](crate::RefreshToken) explains when a refresh token can be lost. Without a refresh token, the next
/// fetch sends nothing and fails with [`is_auth`](crate::Error::is_auth). Then get a new code.
///
/// ```no_run
/// # async fn example(client: mediaconnect::Client, extid_code: String) -> mediaconnect::Result<()> {
/// use mediaconnect::{ExtidCode, UserToken};
///
/// let user = UserToken::from_source(ExtidCode::new(client.token_endpoint()?, extid_code));
/// let customer = client.customers().own_info(&user).await?;
/// # Ok(())
/// # }
/// ```
pub struct ExtidCode(RotatingGrant);

impl ExtidCode {
    /// Creates a source from the `extidCode` that upstream returned.
    pub fn new(endpoint: TokenEndpoint, code: impl Into<SecretString>) -> Self {
        Self(RotatingGrant::new(endpoint, Grant::ExtidCode(code.into())))
    }

    /// Sets a function that is called with each refresh token, including the first; see
    /// [`RefreshToken::with_observer`].
    ///
    /// [`RefreshToken::with_observer`]: crate::RefreshToken::with_observer
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&SecretString) + Send + Sync + 'static) -> Self {
        self.0.observer = Some(Arc::new(observer));
        self
    }
}

impl TokenSource for ExtidCode {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(self.0.fetch())
    }

    fn name(&self) -> &'static str {
        "extid_code"
    }

    fn client_name(&self) -> Option<&str> {
        self.0.endpoint.client_name()
    }
}

/// Hides the credentials, the code and the tokens.
impl fmt::Debug for ExtidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtidCode").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use secrecy::ExposeSecret;
    use wiremock::matchers::body_string;
    use wiremock::{Mock, ResponseTemplate};

    use super::*;
    use crate::token::endpoint::tests::{answer, endpoint, rotating, server};

    const FORM: &str = "grant_type=https%3A%2F%2Fconnectid.no%2Foauth2%2Fgrant_type%2Fextid_code&code=the-code\
                        &client_id=id&client_secret=secret";

    #[tokio::test]
    async fn after_the_code_comes_the_refresh_token() {
        let server = server(FORM, rotating("first")).await;
        let seen = Arc::new(Mutex::new(Vec::<String>::new()));
        let heard = seen.clone();
        let source = ExtidCode::new(endpoint(&server), "the-code")
            .with_observer(move |token| heard.lock().unwrap().push(token.expose_secret().into()));
        source.fetch().await.unwrap();
        server.reset().await;
        let form = "grant_type=refresh_token&refresh_token=first&client_id=id&client_secret=secret";
        Mock::given(body_string(form)).respond_with(rotating("second")).mount(&server).await;
        source.fetch().await.unwrap();
        assert_eq!(*seen.lock().unwrap(), ["first", "second"]);
    }

    #[tokio::test]
    async fn a_code_is_never_sent_again_once_it_brought_a_token() {
        let server = server(FORM, answer()).await;
        let source = ExtidCode::new(endpoint(&server), "the-code");
        source.fetch().await.unwrap();
        assert!(source.fetch().await.unwrap_err().is_auth());
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_failure_keeps_the_code() {
        let server = server(FORM, ResponseTemplate::new(503)).await;
        let source = ExtidCode::new(endpoint(&server), "the-code");
        assert!(source.fetch().await.is_err());
        assert!(source.fetch().await.unwrap_err().is_unavailable());
        assert_eq!(server.received_requests().await.unwrap().len(), 2);
    }
}
