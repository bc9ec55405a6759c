use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use secrecy::SecretString;

use crate::error::Result;

/// Provides the credentials of a client for each token fetch, so that a secret can be rotated while the client runs.
///
/// Set it with [`ClientBuilder::credentials`](crate::ClientBuilder::credentials). A rotation does not affect the
/// client's connections, rate or access token. [`ClientCredentials`] implements this trait for credentials that stay
/// the same.
///
/// ```
/// use mediaconnect::{Client, ClientCredentials, CredentialsFuture, CredentialsProvider, Error};
///
/// /// A secret in a file that is replaced at each rotation, such as a mounted Kubernetes secret.
/// struct SecretFile;
///
/// impl CredentialsProvider for SecretFile {
///     fn credentials(&self) -> CredentialsFuture<'_> {
///         Box::pin(async {
///             let secret = std::fs::read_to_string("/run/secrets/client").map_err(Error::token_unavailable)?;
///             Ok(ClientCredentials::new("no.example.service", secret.trim()))
///         })
///     }
/// }
///
/// # fn example() -> mediaconnect::Result<()> {
/// let client = Client::builder().credentials(SecretFile).build()?;
/// # Ok(())
/// # }
/// ```
pub trait CredentialsProvider: Send + Sync + 'static {
    /// Returns the credentials that are valid now.
    ///
    /// The client calls this method before each request to the token endpoint, for its own token and for users' tokens.
    /// The first fetch after a rotation therefore uses the new secret. The client may call the method several times at
    /// once. Each call may take up to 30 seconds.
    ///
    /// # Errors
    /// If the method returns an error, the token fetch fails with that error. The next fetch starts after a backoff.
    /// Create the error with [`Error::token_unavailable`](crate::Error::token_unavailable) or
    /// [`Error::token_refused`](crate::Error::token_refused).
    fn credentials(&self) -> CredentialsFuture<'_>;
}

/// The future that [`CredentialsProvider::credentials`] returns.
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<ClientCredentials>> + Send + 'a>>;

/// The id and secret of a client, for OAuth 2.0 client credentials.
#[derive(Clone)]
pub struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    pub(crate) authentication: ClientAuthentication,
}

impl ClientCredentials {
    /// Creates credentials from the client id and secret of a media house. By default, they are sent in the form body.
    pub fn new(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self { id: id.into(), secret: secret.into(), authentication: ClientAuthentication::default() }
    }

    /// Returns the client's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the client's secret. A [`Fleet`](crate::Fleet) can derive encryption keys from it.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Sets how the id and secret are sent to the token endpoint.
    #[must_use]
    pub fn with_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.authentication = authentication;
        self
    }
}

/// Provides the credentials unchanged.
impl CredentialsProvider for ClientCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(ready(Ok(self.clone())))
    }
}

/// Lets several clients share a provider: `credentials(Arc::clone(&provider))`.
impl<T: CredentialsProvider + ?Sized> CredentialsProvider for Arc<T> {
    fn credentials(&self) -> CredentialsFuture<'_> {
        (**self).credentials()
    }
}

/// Hides the id and the secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("authentication", &self.authentication)
            .finish_non_exhaustive()
    }
}

/// The form in which the id and secret are sent to the token endpoint (RFC 6749, section 2.3.1).
///
/// Upstream documents neither form. Third-party clients use both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// The id and secret are sent in the form body, as `client_id` and `client_secret`. Third-party clients do this for
    /// the grant `client_credentials`.
    #[default]
    FormBody,
    /// The id and secret are form-encoded and sent in the `Authorization` header, as HTTP Basic.
    Basic,
}
