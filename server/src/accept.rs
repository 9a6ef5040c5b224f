//! The accept loop: what `axum::serve` leaves out. Small answers leave at once (`TCP_NODELAY`), a client that dribbles its request
//! is cut off, there is a limit on connections, and the program ends without dropping what it has begun.
//!
//! HTTP/1.1 and HTTP/2 without TLS (prior knowledge), told apart by the first bytes.

mod first_bytes;

use self::first_bytes::FirstBytes;
use crate::shutdown::Shutdown;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
#[cfg(target_os = "linux")]
use socket2::SockFilter;
use socket2::{SockRef, TcpKeepalive};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// Connections that the kernel completes and keeps for us while the loop is busy or full; it caps this at `net.core.somaxconn`.
const BACKLOG: u32 = 4096;
/// How long what is on its way over an open connection is waited for when the program is told to end. Its answer says that it is the last.
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
    /// How long a client may leave what was sent to it untaken: one that has vanished, and one that is there and doesn't read.
    pub untaken: Duration,
    /// What is kept of the time to end for what ends after the connections: until then, what has begun is finished.
    pub reserve: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), connections: 10_000, untaken: Duration::from_secs(60), reserve: Duration::ZERO }
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
/// not done when only [`Limits::reserve`] was left. `name` tells this listener from others in metrics.
pub async fn serve(listener: TcpListener, name: &'static str, router: Router, limits: Limits, shutdown: Shutdown) -> usize {
    let permits = Arc::new(Semaphore::new(limits.connections));
    let connections = Connections {
        name,
        router,
        protocol: Arc::new(protocol(limits.head)),
        limits,
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
    // Whoever the kernel has told "connected" is heard, as far as there is room for them; closing the socket would reset them, and what they
    // had sent would be lost. So the kernel is asked, since the runtime hears of a connection only a moment later.
    if let Ok(listener) = listener.into_std() {
        connections.take(&listener, &permits);
        // No others come in the microseconds between the last of them and the end of the socket.
        if let Err(error) = no_more_handshakes(&listener) {
            tracing::debug!(%error, "who connects in the moment of closing is reset");
        }
        connections.take(&listener, &permits);
    }
    connections.drain().await
}

/// Lets no further connection begin on `listener`: the kernel leaves a SYN unanswered. Whoever sent it sends it again a second later, and
/// is refused by then. Handshakes that have begun come to their end.
#[cfg(target_os = "linux")]
fn no_more_handshakes(listener: &std::net::TcpListener) -> io::Result<()> {
    // What a listening socket's filter is shown begins with the TCP header; the flags are at 13 (RFC 9293, 3.1).
    let [load_byte, and, jump_if_equal, answer] = [0x30, 0x54, 0x15, 0x06];
    let [syn, ack] = [0x02, 0x10];
    SockRef::from(listener).attach_filter(&[
        SockFilter::new(load_byte, 0, 0, 13),
        SockFilter::new(and, 0, 0, syn | ack),
        SockFilter::new(jump_if_equal, 0, 1, syn),
        SockFilter::new(answer, 0, 0, 0),
        SockFilter::new(answer, 0, 0, u32::MAX),
    ])
}

#[cfg(not(target_os = "linux"))]
fn no_more_handshakes(_: &std::net::TcpListener) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A connection that is complete, without waiting for one.
fn accept_waiting(listener: &std::net::TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    let (stream, peer) = listener.accept()?;
    stream.set_nonblocking(true)?;
    Ok((TcpStream::from_std(stream)?, peer))
}

fn protocol(head: Duration) -> auto::Builder<TokioExecutor> {
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    protocol.http1().timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(BUFFER);
    // A peer that has vanished is noticed although nothing is being sent.
    protocol.http2().timer(TokioTimer::new()).keep_alive_interval(Some(head * 2)).keep_alive_timeout(head).max_concurrent_streams(128);
    protocol
}

/// What a connection needs of its socket.
fn set_options(stream: &TcpStream, untaken: Duration) -> io::Result<()> {
    // Without it a streamed answer waits for the client's delayed acknowledgement, some 40 ms.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    // Something was sent: the kernel would go on trying for a quarter of an hour, and for ever if the peer is there but takes nothing.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(untaken))?;
    // Nothing was sent: the kernel would ask for a sign of life after two hours. It counts in whole seconds.
    let part = (untaken / 4).max(Duration::from_secs(1));
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(part).with_interval(part).with_retries(3))
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
    limits: Limits,
    /// The program ends: finish.
    shutdown: Shutdown,
    /// Time is over: stop.
    cut: CancellationToken,
    open: TaskTracker,
}

impl Connections {
    /// What `future` answers, or `None` as soon as the program is told to end.
    async fn unless_ending<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        self.shutdown.told().run_until_cancelled(future).await
    }

    fn open(&self, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
        if let Err(error) = set_options(&stream, self.limits.untaken) {
            tracing::debug!(%error, %peer, "a socket keeps the system's options");
        }
        let stream = FirstBytes::new(stream, self.limits.head);
        let (protocol, router, cut) = (self.protocol.clone(), self.router.clone(), self.cut.clone());
        let shutdown = self.shutdown.told().clone();
        let gauge = OpenGauge::new(self.name);
        self.open.spawn(async move {
            let _held = (permit, gauge);
            serve_connection(&protocol, stream, peer, router, &shutdown, &cut).await;
        });
    }

    /// Opens the connections that are complete, while there are permits.
    fn take(&self, listener: &std::net::TcpListener, permits: &Arc<Semaphore>) {
        while let Ok(permit) = permits.clone().try_acquire_owned() {
            match accept_waiting(listener) {
                Ok((stream, peer)) => self.open(stream, peer, permit),
                Err(error) if of_one_connection(&error) => {}
                Err(_) => break,
            }
        }
    }

    async fn drain(self) -> usize {
        self.open.close();
        if self.shutdown.deadline().keeping(self.limits.reserve).limit(self.open.wait()).await.is_some() {
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
    let ending = shutdown.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (version, ending) = (request.version(), ending.clone());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A router is always ready.
        let answer = router.clone().call(request);
        async move {
            let mut answer = answer.await?;
            if ending.is_cancelled() && version <= Version::HTTP_11 {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut connection = pin!(protocol.serve_connection(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = shutdown.cancelled() => {
            let ended = async {
                // A connection that is closed just as something comes on it leaves in doubt whether that was heard.
                if let Ok(result) = tokio::time::timeout(LAST_WORD, connection.as_mut()).await {
                    return result;
                }
                connection.as_mut().graceful_shutdown();
                connection.await
            };
            tokio::select! {
                result = ended => result,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_accepted_socket_does_not_wait_for_ever() {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let _client = TcpStream::connect(listener.local_addr().expect("an address")).await.expect("connects");
        let (stream, _) = listener.accept().await.expect("accepts");
        set_options(&stream, Limits::default().untaken).expect("options");
        let socket = SockRef::from(&stream);
        assert_eq!(socket.tcp_user_timeout().expect("an option"), Some(Duration::from_secs(60)));
        assert!(socket.keepalive().expect("an option") && socket.tcp_nodelay().expect("an option"));
        assert_eq!(socket.tcp_keepalive_time().expect("an option"), Duration::from_secs(15));
        assert_eq!(socket.tcp_keepalive_interval().expect("an option"), Duration::from_secs(15));
        assert_eq!(socket.tcp_keepalive_retries().expect("an option"), 3);
    }
}
