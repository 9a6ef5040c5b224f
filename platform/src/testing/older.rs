//! A way to a broker of Kafka's protocol, on which it offers older requests only.
//!
//! From version 13 on, Fetch names topics by their ids. Asked for the id of a topic that it has lost, Tansu answers with none at all and a
//! leader, and librdkafka looks for a topic without a name and is gone, the process with it. Brokers of Kafka repeat the id.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// The number of Fetch, and the newest of its versions that names topics.
const FETCH: ([u8; 2], u8) = ([0, 1], 12);

/// A way to whoever listens at `port`, until the process ends; says its own.
pub(super) fn way_to(port: u16) -> io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let own = listener.local_addr()?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // Who finds nobody there is let go.
            if let Ok(server) = TcpStream::connect(("127.0.0.1", port)) {
                thread::spawn(move || between(&client, &server));
            }
        }
    });
    Ok(own)
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
    let mut length = [0; 4];
    server.read_exact(&mut length)?;
    let mut answer = vec![0; usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?];
    server.read_exact(&mut answer)?;
    // What it answers to, an error, how many there are; then number, oldest, newest and a tag of each.
    let versions = answer.get_mut(7..).unwrap_or_default();
    for version in versions.chunks_exact_mut(7).filter(|version| version[..2] == FETCH.0) {
        version[5] = FETCH.1.min(version[5]);
    }
    client.write_all(&length)?;
    client.write_all(&answer)?;
    io::copy(&mut server, &mut client).map(drop)
}
