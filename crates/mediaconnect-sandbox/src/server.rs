//! Serves the sandbox on a socket, in a separate thread with its own runtime. The sandbox therefore responds even while
//! a test blocks the runtime of the test.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::connection::{self, Running};
use crate::upstream::Upstream;

/// The time limit for requests in progress when the sandbox is stopped.
const GRACE: Duration = Duration::from_secs(10);

/// A server that listens until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    /// Dropping the sender ends the thread.
    running: watch::Sender<Running>,
    ended: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(upstream: Arc<Upstream>, listener: TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (running, watching) = watch::channel(Running::Yes);
        let (end, ended) = oneshot::channel();
        let serve = move || {
            run(&runtime, &upstream, listener, watching);
            drop(runtime);
            // If sending fails, nobody waits for the end of the server, so the message is not needed.
            let _ = end.send(());
        };
        let thread = thread::Builder::new().name("mediaconnect-sandbox".to_owned()).spawn(serve)?;
        Ok(Self { address, running, ended: Some(ended), thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts no more connections, and waits at most ten seconds for responses in progress.
    pub(crate) async fn stop(mut self) {
        self.running.send_replace(Running::UntilIdle);
        if let Some(ended) = self.ended.take() {
            // An error means that the thread panicked. It is ignored, because the panic has already been printed.
            let _ = ended.await;
        }
    }
}

/// Waits for the thread, so that the port is free after the drop.
impl Drop for Server {
    fn drop(&mut self) {
        self.running.send_replace(Running::No);
        if let Some(thread) = self.thread.take() {
            // An error means that the thread panicked. It is ignored, because the panic has already been printed.
            let _ = thread.join();
        }
    }
}

fn run(
    runtime: &Runtime,
    upstream: &Arc<Upstream>,
    listener: TcpListener,
    mut running: watch::Receiver<Running>,
) {
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("the runtime has I/O");
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => drop(connections.spawn(connection::serve(stream, Arc::clone(upstream), running.clone()))),
                    // No connection was accepted, most likely because the process has too many open files. During this
                    // pause, other connections can end and free their file descriptors.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                Some(_) = connections.join_next() => {}
                _ = running.changed() => break,
            }
        }
        drop(listener);
        let idle = async { while connections.join_next().await.is_some() {} };
        tokio::select! {
            _ = timeout(GRACE, idle) => {}
            _ = running.wait_for(|running| *running == Running::No) => {}
        }
    });
}
