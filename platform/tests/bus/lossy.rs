//! A way to NATS that can break while a message is on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Lossy {
    url: String,
    loses: Arc<AtomicBool>,
}

impl Lossy {
    /// A way to the server at `url`.
    pub async fn to(url: &str) -> Self {
        let (rest, port) = url.rsplit_once(':').unwrap();
        let port: u16 = port.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{rest}:{}", listener.local_addr().unwrap().port());
        let loses = Arc::new(AtomicBool::new(false));
        let losing = loses.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::spawn(between(client, server, losing.clone()));
            }
        });
        Self { url, loses }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Loses the next event that the server sends, and the connection with it.
    pub fn lose_next(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }

    pub fn has_lost(&self) -> bool {
        !self.loses.load(Ordering::SeqCst)
    }
}

async fn between(mut client: TcpStream, mut server: TcpStream, loses: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let answers = async {
        let mut part = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from_server.read(&mut part).await {
            let event = part[..length].windows(13).any(|bytes| bytes == b"dulle.events.");
            if event && loses.swap(false, Ordering::SeqCst) {
                return;
            }
            if to_client.write_all(&part[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = answers => {}
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
    }
}
