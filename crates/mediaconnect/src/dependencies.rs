//! The crates whose types or global state this crate shares with a service, in the versions that it uses.
//!
//! Use them from here, or name the same version in `Cargo.toml`. With another version, two copies are compiled: a type then does not
//! fit, and what one copy keeps for the whole process, such as a tracer or a recorder, the other one does not see.
//!
//! | crate | version | where it meets a service | with another version |
//! |---|---|---|---|
//! | `futures_core` | 0.3 | [`Bulk`](crate::Bulk) is a `Stream`, and takes one | does not compile |
//! | `http` | 1 | [`Transport`](crate::transport::Transport), [`Response::headers`](crate::Response::headers) | does not compile |
//! | `bytes` | 1 | [`Transport`](crate::transport::Transport) | does not compile |
//! | `secrecy` | 0.10 | [`ClientCredentials`](crate::ClientCredentials) | does not compile |
//! | `tokio` | 1 | the runtime of calls | a call fails with `is_configuration` |
//! | `tracing` | 0.1 | spans and events | nothing is seen |
//! | `metrics` (feature `metrics`) | 0.24 | the recorder | nothing is counted |
//! | `opentelemetry` (feature `opentelemetry`) | 0.33 | the propagator | no `traceparent`: [`traceparent`](crate::observability::traceparent) returns `None` |
//! | `tracing_opentelemetry` (feature `opentelemetry`) | 0.34 | the layer | the same |
//! | `schemars` (feature `schemars`) | 1 | the models' `JsonSchema` | does not compile |

pub use bytes;
pub use futures_core;
pub use http;
#[cfg(feature = "metrics")]
pub use metrics;
#[cfg(feature = "opentelemetry")]
pub use opentelemetry;
pub use secrecy;
pub use tokio;
pub use tracing;
#[cfg(feature = "opentelemetry")]
pub use tracing_opentelemetry;
