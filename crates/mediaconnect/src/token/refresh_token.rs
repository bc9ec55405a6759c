//! A user's token that renews itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use super::endpoint::TokenEndpoint;
use super::source::{TokenFuture, TokenSource};

/// Is told each new refresh token.
pub(super) type Observer = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// Fetches a user's access tokens with a refresh token (RFC 6749, section 6).
///
/// A refresh token lives for 30 days by default, as upstream documents. When upstream answers with a new one, that
/// one is used from then on; [`with_observer`](Self::with_observer) tells it to the service, which should store it.
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
pub struct RefreshToken {
    endpoint: TokenEndpoint,
    newest: Mutex<SecretString>,
    observer: Option<Observer>,
}

impl RefreshToken {
    /// The refresh token that the service got when the user logged in.
    pub fn new(endpoint: TokenEndpoint, refresh_token: impl Into<SecretString>) -> Self {
        Self { endpoint, newest: Mutex::new(refresh_token.into()), observer: None }
    }

    /// Is told each new refresh token, before the access token that came with it is used.
    ///
    /// It runs within the fetch: all callers wait for it, and it must not block.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&SecretString) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    pub(super) fn with_shared_observer(self, observer: Option<Observer>) -> Self {
        Self { observer, ..self }
    }

    fn newest(&self) -> SecretString {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From here to the answer there is no await: once it is read, the new refresh token cannot be lost.
    fn renew(&self, used: &SecretString, renewed: &SecretString) {
        if renewed.expose_secret() == used.expose_secret() {
            return;
        }
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = renewed.clone();
        if let Some(observer) = &self.observer {
            observer(renewed);
        }
    }
}

impl TokenSource for RefreshToken {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let used = self.newest();
            let parameters = [("refresh_token", used.expose_secret())];
            let granted = self.endpoint.grant("refresh_token", &parameters).await?;
            if let Some(renewed) = granted.refresh_token {
                self.renew(&used, &renewed);
            }
            Ok(granted.access)
        })
    }

    fn name(&self) -> &'static str {
        "refresh_token"
    }
}

/// Hides credentials and tokens.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
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
    async fn a_failure_keeps_it() {
        let server = server(FORM, ResponseTemplate::new(503)).await;
        let source = RefreshToken::new(endpoint(&server), "first+");
        assert!(source.fetch().await.unwrap_err().is_unavailable());
        assert_eq!(source.newest().expose_secret(), "first+");
    }
}
