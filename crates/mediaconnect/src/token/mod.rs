//! Access tokens: where they come from, and how all callers share one.
//!
//! ```text
//!            no token, or its use has ended                          token fetched
//!   empty ────────────────────────────────────► fetching ──────────────────────────────► valid
//!     ▲                                          │   ▲                                    │
//!     │             failed: all waiters get      │   │ next caller, after the backoff     │ 75–90 % of its use:
//!     │             the error                    ▼   │                                    │ one refresh, in the
//!     │                                        backing off                                │ background
//!     └───────────────────────────────────────────────────────────────────────────────────┘
//!                       its use ends, or the API refused this very token
//! ```
//!
//! [`state`] decides, without I/O and without a clock of its own; [`cache`] holds the lock, runs the fetch as a task
//! and lets the callers wait for it. A [`TokenSource`] fetches. Grants that work once are exchanged in tasks of their own
//! ([`rotating`]), which end neither with the cache nor with the source.
//!
//! Time is [`tokio::time::Instant`], which does not jump with the wall clock. On systems where it stands still while
//! the machine sleeps, a token can be dead before its time: the API refuses it then, and it is forgotten.

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
pub use endpoint::TokenEndpoint;
pub use extid_code::ExtidCode;
#[cfg(feature = "cache")]
pub(crate) use owner::Owner;
pub use refresh_token::RefreshToken;
pub use source::{AccessToken, TokenFuture, TokenSource};
pub use user_token::UserToken;

#[cfg(test)]
mod tests;
