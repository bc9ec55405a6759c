//! Fetches the client's own token.

use super::endpoint::TokenEndpoint;
use super::source::{TokenFuture, TokenSource};

/// Fetches tokens with client credentials (RFC 6749, section 4.4).
pub(crate) struct ClientCredentialsGrant(pub(crate) TokenEndpoint);

impl TokenSource for ClientCredentialsGrant {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async { self.0.grant("client_credentials", &[]).await?.access })
    }

    fn name(&self) -> &'static str {
        "client_credentials"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::endpoint::tests::{answer, endpoint, server};

    #[tokio::test]
    async fn it_sends_the_grant_and_the_credentials() {
        let server =
            server("grant_type=client_credentials&client_id=id&client_secret=secret", answer()).await;
        let source = ClientCredentialsGrant(endpoint(&server));
        assert!(source.fetch().await.is_ok());
    }
}
