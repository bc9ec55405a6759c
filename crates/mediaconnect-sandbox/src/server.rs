//! The sandbox on a socket: a thread of its own, which a test that blocks its runtime does not stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::connection;
use crate::upstream::Upstream;

/// How long requests that are under way may take when a sandbox is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Listens until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    /// The thread ends when this does.
    running: watch::Sender<Running>,
    ended: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Whether a server goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Running {
    Yes,
    /// Requests that are under way are answered.
    UntilIdle,
    No,
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
            // Whether somebody waits for it or not.
            drop(runtime);
            let _ = end.send(());
        };
        let thread = thread::Builder::new().name("mediaconnect-sandbox".to_owned()).spawn(serve)?;
        Ok(Self { address, running, ended: Some(ended), thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, and waits for the responses that are under way, ten seconds at most.
    pub(crate) async fn stop(mut self) {
        self.running.send_replace(Running::UntilIdle);
        if let Some(ended) = self.ended.take() {
            // The other end is dropped only by a panic, which the thread has told.
            let _ = ended.await;
        }
    }
}

/// The port is free when this returns.
impl Drop for Server {
    fn drop(&mut self) {
        self.running.send_replace(Running::No);
        if let Some(thread) = self.thread.take() {
            // What it panicked with has been told by itself.
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
                    // Too many open files, say: some will be closed.
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
