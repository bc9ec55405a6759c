//! The users of a sandbox, each with tokens of its own.

use std::fmt;

use super::Sandbox;
use crate::token::{Grant, Tokens, user_token};

/// A user of a sandbox, made by [`Sandbox::user`]. The user is logged in as one customer: with this user's tokens,
/// operations in user mode read and change this customer.
///
/// `Debug` hides the customer number.
#[derive(Clone, Copy)]
pub struct User<'s> {
    tokens: &'s Tokens,
    customer_number: i64,
}

impl User<'_> {
    /// Returns an access token for user mode. It does not expire, and is `sandbox-user-token-` with the customer
    /// number, so that a program outside the test can also use it.
    pub fn user_token(&self) -> String {
        user_token(self.customer_number)
    }

    /// Issues a refresh token, as a login does. [`Sandbox::refresh_token`] describes it.
    pub fn refresh_token(&self) -> String {
        self.tokens.grant(Grant::RefreshToken, self.customer_number)
    }

    /// Issues an extid code. The code can be redeemed once, for an access token and a refresh token.
    pub fn extid_code(&self) -> String {
        self.tokens.grant(Grant::ExtidCode, self.customer_number)
    }
}

impl fmt::Debug for User<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Returns the user of a customer. A refresh token, an extid code and an access token belong to the user that
    /// issued them.
    ///
    /// The customer does not have to exist: while it does not, the operations on it are refused. The status is
    /// 404 if upstream documents it for the operation, and otherwise 400.
    ///
    /// ```
    /// use mediaconnect::UserToken;
    /// use mediaconnect_sandbox::{Customer, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().customers([100_200, 100_300].map(Customer::invented)).in_memory();
    /// let client = sandbox.client();
    /// let [kari, ola] = [100_200, 100_300].map(|number| UserToken::new(sandbox.user(number).user_token()));
    /// assert_eq!(client.customers().own_info(&kari).await?.customer_number, Some("100200".parse()?));
    /// assert_eq!(client.customers().own_info(&ola).await?.customer_number, Some("100300".parse()?));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Panics if the number is not positive.
    #[track_caller]
    pub fn user(&self, customer_number: i64) -> User<'_> {
        assert!(customer_number > 0, "a customer number is positive");
        User { tokens: &self.upstream.state.tokens, customer_number }
    }

    fn default_user(&self) -> User<'_> {
        let tokens = &self.upstream.state.tokens;
        User { tokens, customer_number: tokens.user }
    }

    /// Issues a refresh token of the default user, as a login does. It works once: redeeming it returns an access token
    /// and the next refresh token.
    ///
    /// The access tokens are for user mode, and have the same lifetime as the tokens of client mode.
    /// [`expire_tokens`](Self::expire_tokens) also invalidates these access tokens.
    ///
    /// ```
    /// use mediaconnect::{RefreshToken, UserToken};
    /// use mediaconnect_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().in_memory();
    /// let client = sandbox.client();
    /// let source = RefreshToken::new(client.token_endpoint()?, sandbox.refresh_token());
    /// let user = UserToken::from_source(source);
    /// client.customers().own_info(&user).await?;
    ///
    /// sandbox.expire_tokens(); // the client redeems the next refresh token
    /// client.customers().own_info(&user).await?;
    /// assert_eq!(sandbox.token_requests(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn refresh_token(&self) -> String {
        self.default_user().refresh_token()
    }

    /// Issues an extid code of the default user. The code can be redeemed once, for an access token and a refresh
    /// token. The token endpoint does not accept a code as a refresh token, or a refresh token as a code.
    pub fn extid_code(&self) -> String {
        self.default_user().extid_code()
    }
}
