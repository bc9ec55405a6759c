//! Access tokens: their sources, and the cache that all callers share.
//!
//! ```text
//!            no usable token                                         token fetched
//!   empty ────────────────────────────────────► fetching ──────────────────────────────► valid
//!     ▲                                          │   ▲                                    │
//!     │             failed: all waiters get      │   │ next caller, after the backoff     │ 75–90 % of its use:
//!     │             the error                    ▼   │                                    │ one refresh, in the
//!     │                                        backing off                                │ background
//!     └───────────────────────────────────────────────────────────────────────────────────┘
//!                       its use ends, or the API refused this very token
//! ```
//!
//! [`state`] is the state machine, without I/O and without a clock. [`cache`] has the lock, runs each fetch as a task,
//! and lets the callers wait for it. A [`TokenSource`] fetches a token. Grants that work only once are exchanged in
//! separate tasks ([`rotating`]), which outlive the cache and the source.
//!
//! Time is [`tokio::time::Instant`], which does not jump with the wall clock. On some systems it stops while the
//! machine sleeps. A token may then expire earlier than the cache expects. The API refuses such a token, and the cache
//! forgets it.

mod backoff;
mod bearer;
mod cache;
mod client_credentials;
mod endpoint;
mod extid_code;
#[cfg(feature = "cache")]
mod owner;
mod refresh_token;
mod rotating;
mod source;
mod state;
mod user_token;
mod validity;
mod wiped;

pub(crate) use bearer::Token;
pub(crate) use cache::TokenCache;
pub(crate) use client_credentials::ClientCredentialsGrant;
pub use endpoint::{Granted, TokenEndpoint};
pub use extid_code::ExtidCode;
#[cfg(feature = "cache")]
pub(crate) use owner::Owner;
pub use refresh_token::RefreshToken;
pub use source::{AccessToken, TokenFuture, TokenSource};
pub use user_token::UserToken;

#[cfg(test)]
mod tests;
