//! The crates that this crate shares with a service, in the versions that it uses.
//!
//! Import them from this module, or require the same version in `Cargo.toml`. With another version, cargo compiles two
//! copies. The types of the two copies do not match, and one copy does not see the global state of the other, such as a
//! tracer or a recorder.
//!
//! | crate | version | where services use it | with another version |
//! |---|---|---|---|
//! | `futures_core` | 0.3 | [`Bulk`](crate::Bulk) is a `Stream`, and can read its items from a `Stream` | does not compile |
//! | `http` | 1 | [`Transport`](crate::transport::Transport), [`Response::headers`](crate::Response::headers) | does not compile |
//! | `bytes` | 1 | [`Transport`](crate::transport::Transport) | does not compile |
//! | `secrecy` | 0.10 | [`ClientCredentials`](crate::ClientCredentials) | does not compile |
//! | `tokio` | 1 | the runtime of calls | a call fails with `is_configuration` |
//! | `tracing` | 0.1 | spans and events | spans and events are lost |
//! | `metrics` (feature `metrics`) | 0.24 | the recorder | metrics are lost |
//! | `opentelemetry` (feature `opentelemetry`) | 0.33 | the propagator | no `traceparent`: `observability::traceparent` returns `None` |
//! | `tracing_opentelemetry` (feature `opentelemetry`) | 0.34 | the layer | no `traceparent`, as for `opentelemetry` |
//! | `schemars` (feature `schemars`) | 1 | the models' `JsonSchema` | does not compile |

pub use bytes;
pub use futures_core;
pub use http;
#[cfg(feature = "metrics")]
pub use metrics;
#[cfg(feature = "opentelemetry")]
pub use opentelemetry;
#[cfg(feature = "schemars")]
pub use schemars;
pub use secrecy;
pub use tokio;
pub use tracing;
#[cfg(feature = "opentelemetry")]
pub use tracing_opentelemetry;
