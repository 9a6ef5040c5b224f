//! A way to a broker of Kafka's protocol on which two faults of Tansu 0.6 don't show.
//!
//! - From version 13 on, Fetch names topics by their ids. Asked for the id of a topic that it has lost, Tansu answers with none at all and a
//!   leader, and librdkafka looks for a topic without a name and is gone, the process with it. So this way offers older requests only. Brokers
//!   of Kafka repeat the id.
//! - Tansu takes what is written to a topic that it hasn't got, by whoever knew it before it was killed. Once the topic is made, offsets begin
//!   at 0 again; its end includes what was taken before, which is never handed out. So nobody comes along this way before the topics are made
//!   that the broker is to have from the beginning. Brokers of Kafka refuse what comes too early.

use super::broker::LIMIT;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// The number of Fetch, and the newest of its versions that names topics.
const FETCH: ([u8; 2], u8) = ([0, 1], 12);

/// A way to a port of this machine, until the process ends.
#[derive(Debug)]
pub(super) struct Way {
    /// Its own.
    pub port: u16,
    open: Arc<AtomicBool>,
}

impl Way {
    /// A way to whoever listens at `port`, which is not open yet.
    pub fn to(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let own = listener.local_addr()?.port();
        let open = Arc::new(AtomicBool::new(false));
        let is_open = open.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // Who finds nobody there is let go. Open it must be to the very broker that was found.
                if let Ok(server) = TcpStream::connect(("127.0.0.1", port))
                    && is_open.load(Ordering::SeqCst)
                {
                    thread::spawn(move || between(&client, &server));
                }
            }
        });
        Ok(Self { port: own, open })
    }

    /// Whether who comes is let through from now on.
    pub fn open(&self, open: bool) {
        self.open.store(open, Ordering::SeqCst);
    }
}

/// Makes a topic with one partition at the broker that listens at `port`. The request is written by hand: a client would be sent to the way,
/// which is closed yet.
pub(super) fn make_topic(port: u16, name: &str) -> io::Result<()> {
    const CREATE_TOPICS: [u8; 4] = [0, 19, 0, 4];
    let length = i16::try_from(name.len()).map_err(io::Error::other)?.to_be_bytes();
    let request = [
        &CREATE_TOPICS[..],
        // the number of the request, and who asks
        &[0, 0, 0, 1, 0, 0],
        // one topic, by its name, with one partition on one broker, no other place and nothing set
        &[0, 0, 0, 1],
        &length,
        name.as_bytes(),
        &[0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        // for so many milliseconds, and not only to see whether it could be
        &[0, 0, 0x27, 0x10, 0],
    ]
    .concat();
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    server.set_read_timeout(Some(LIMIT))?;
    server.write_all(&u32::try_from(request.len()).map_err(io::Error::other)?.to_be_bytes())?;
    server.write_all(&request)?;
    let answer = whole(&server)?;
    // After what it answers to, for how long one should wait, how many topics there are, and the name.
    match answer.get(14 + name.len()..).unwrap_or_default() {
        [0, 0, ..] => Ok(()),
        _ => Err(io::Error::other(format!("{name} can't be made: {answer:?}"))),
    }
}

fn between(client: &TcpStream, server: &TcpStream) {
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ended = io::copy(&mut &*client, &mut &*server);
            end(client, server);
        });
        let _ended = answers(server, client);
        end(client, server);
    });
}

fn end(client: &TcpStream, server: &TcpStream) {
    for side in [client, server] {
        let _ended = side.shutdown(Shutdown::Both);
    }
}

/// The first answer is about versions, for which every client asks first.
fn answers(mut server: &TcpStream, mut client: &TcpStream) -> io::Result<()> {
    let mut answer = whole(server)?;
    // What it answers to, an error, how many there are; then number, oldest, newest and a tag of each.
    let versions = answer.get_mut(7..).unwrap_or_default();
    for version in versions.chunks_exact_mut(7).filter(|version| version[..2] == FETCH.0) {
        version[5] = FETCH.1.min(version[5]);
    }
    client.write_all(&u32::try_from(answer.len()).map_err(io::Error::other)?.to_be_bytes())?;
    client.write_all(&answer)?;
    io::copy(&mut server, &mut client).map(drop)
}

/// An answer without the length that comes first.
fn whole(mut server: &TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    server.read_exact(&mut length)?;
    let mut answer = vec![0; usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?];
    server.read_exact(&mut answer)?;
    Ok(answer)
}
