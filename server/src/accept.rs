//! The accept loop: what `axum::serve` leaves out. Small answers leave at once (`TCP_NODELAY`), a client that dribbles its request
//! is cut off, there is a limit on connections, and the program ends without dropping what it has begun.
//!
//! HTTP/1.1 and HTTP/2 without TLS (prior knowledge), told apart by the first bytes.

mod first_bytes;

use self::first_bytes::FirstBytes;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use futures::FutureExt;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// Connections that the kernel completes and keeps for us while the loop is busy or full; it caps this at `net.core.somaxconn`.
const BACKLOG: u32 = 4096;
/// How long a connection that has not asked anything yet may still do so when the program is told to end.
const LAST_WORD: Duration = Duration::from_millis(500);
/// The longest pause after an accept that failed for want of something.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// What one HTTP/1 connection may buffer, its request's head included.
const BUFFER: usize = 64 * 1024;

/// What clients of a listener may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time for a request's head; also how long an idle connection is kept.
    pub head: Duration,
    /// Connections at the same time. More wait in the kernel's queue until one ends.
    pub connections: usize,
    /// Time to finish what has begun once the program is told to end.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), connections: 10_000, drain: Duration::from_secs(7) }
    }
}

/// Opens a listening socket. From then on the kernel completes connections; they wait until [`serve`] runs.
///
/// # Errors
/// When the address is taken, not this machine's, or not allowed.
pub fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart need not wait for the connections of the run before to time out.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Serves `router` until `shutdown`, then finishes what has begun. Answers how many connections had to be cut off because they were
/// not done within [`Limits::drain`]. `name` tells this listener from others in metrics.
pub async fn serve(listener: TcpListener, name: &'static str, router: Router, limits: Limits, shutdown: CancellationToken) -> usize {
    let permits = Arc::new(Semaphore::new(limits.connections));
    let connections = Connections {
        name,
        router,
        protocol: Arc::new(protocol(limits.head)),
        head: limits.head,
        shutdown,
        cut: CancellationToken::new(),
        open: TaskTracker::new(),
    };
    let mut pause = Pause::default();
    while let Some(permit) = connections.unless_ending(permits.clone().acquire_owned()).await {
        let Some(accepted) = connections.unless_ending(listener.accept()).await else { break };
        match (accepted, permit) {
            (Ok((stream, peer)), Ok(permit)) => {
                pause = Pause::default();
                connections.open(stream, peer, permit);
            }
            (Err(error), _) if of_one_connection(&error) => tracing::debug!(%error, "a connection was gone before it was accepted"),
            (Err(error), _) => {
                tracing::error!(%error, "cannot accept connections for now");
                connections.unless_ending(pause.wait()).await;
            }
            // The semaphore is never closed.
            (_, Err(_)) => break,
        }
    }
    // Whoever the kernel has already told "connected" is heard; closing the socket would reset them.
    while let (Some(Ok((stream, peer))), Ok(permit)) = (listener.accept().now_or_never(), permits.clone().try_acquire_owned()) {
        connections.open(stream, peer, permit);
    }
    drop(listener);
    connections.drain(limits.drain).await
}

fn protocol(head: Duration) -> auto::Builder<TokioExecutor> {
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    protocol.http1().timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(BUFFER);
    // A peer that has vanished is noticed although nothing is being sent.
    protocol.http2().timer(TokioTimer::new()).keep_alive_interval(Some(head * 2)).keep_alive_timeout(head).max_concurrent_streams(128);
    protocol
}

/// Whether an accept failed because of the connection it was about, and the next may well succeed.
fn of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused | io::ErrorKind::Interrupted
    )
}

/// Waits longer each time: an accept that fails for want of file descriptors fails again at once, and would fail in a loop.
struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(Duration::from_millis(10))
    }
}

impl Pause {
    async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

/// The connections of one listener.
struct Connections {
    name: &'static str,
    router: Router,
    protocol: Arc<auto::Builder<TokioExecutor>>,
    head: Duration,
    /// The program ends: finish.
    shutdown: CancellationToken,
    /// Time is over: stop.
    cut: CancellationToken,
    open: TaskTracker,
}

impl Connections {
    /// What `future` answers, or `None` as soon as the program is told to end.
    async fn unless_ending<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        self.shutdown.run_until_cancelled(future).await
    }

    fn open(&self, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
        // Without it a streamed answer waits for the client's delayed acknowledgement, some 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        let stream = FirstBytes::new(stream, self.head);
        let (protocol, router, shutdown, cut) = (self.protocol.clone(), self.router.clone(), self.shutdown.clone(), self.cut.clone());
        let gauge = OpenGauge::new(self.name);
        self.open.spawn(async move {
            let _held = (permit, gauge);
            serve_connection(&protocol, stream, peer, router, &shutdown, &cut).await;
        });
    }

    async fn drain(self, limit: Duration) -> usize {
        self.open.close();
        if tokio::time::timeout(limit, self.open.wait()).await.is_ok() {
            return 0;
        }
        let left = self.open.len();
        tracing::warn!(connections = left, listener = self.name, "cut off: not done in time");
        self.cut.cancel();
        self.open.wait().await;
        left
    }
}

async fn serve_connection(
    protocol: &auto::Builder<TokioExecutor>,
    stream: FirstBytes<TcpStream>,
    peer: SocketAddr,
    router: Router,
    shutdown: &CancellationToken,
    cut: &CancellationToken,
) {
    let asked = Arc::new(AtomicBool::new(false));
    let service = {
        let asked = Arc::clone(&asked);
        hyper::service::service_fn(move |request: Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            // A router is always ready.
            router.clone().call(request)
        })
    };
    let mut connection = pin!(protocol.serve_connection(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = shutdown.cancelled() => {
            if !asked.load(Ordering::Relaxed)
                && let Ok(result) = tokio::time::timeout(LAST_WORD, connection.as_mut()).await
            {
                return log_end(result, peer);
            }
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                result = connection.as_mut() => result,
                () = cut.cancelled() => return,
            }
        }
    };
    log_end(result, peer);
}

/// Clients go away as they please: that is worth a line only to whoever looks for it.
fn log_end(result: Result<(), Box<dyn std::error::Error + Send + Sync>>, peer: SocketAddr) {
    if let Err(error) = result {
        tracing::debug!(%error, %peer, "connection ended");
    }
}

/// Counts an open connection as long as it lives.
struct OpenGauge(metrics::Gauge);

impl OpenGauge {
    fn new(listener: &'static str) -> Self {
        let gauge = metrics::gauge!("http_connections_open", "listener" => listener);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for OpenGauge {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
