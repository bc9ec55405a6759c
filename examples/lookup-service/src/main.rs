//! Starts the example service.
//!
//! The client reads its environment variables (`MEDIACONNECT_CLIENT_ID`, …). `LOOKUP_ADDRESS` sets the address of the
//! service. The default is `127.0.0.1:3000`.

use std::env;
use std::error::Error;
use std::io;

use lookup_service::{app, telemetry};
use mediaconnect::ClientBuilder;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let metrics = telemetry::start()?;
    let client = ClientBuilder::from_env()?.application("lookup-service/0.1").build()?;
    let address = env::var("LOOKUP_ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");

    // Waits for the requests in progress before the process ends.
    axum::serve(listener, app(client, metrics)).with_graceful_shutdown(stop_signal()?).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(windows)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
