//! How many live streams one client holds. A stream costs a connection, a queue and a share of every change, for as long as it is open; a
//! browser needs one, and many browsers may stand behind one address.

use super::REFUSED;
use super::client::Network;
use axum::body::Body;
use contract::Refusal;
use futures::StreamExt;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many one client may hold: a twentieth of the connections that a process takes.
pub(super) const MOST: u32 = 500;
/// After how many seconds it may be tried again.
const LATER: u32 = 10;

/// Open streams by client. Whoever has none takes no memory. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<Network, u32>>>);

impl Streams {
    /// A place for one more stream.
    ///
    /// # Errors
    /// `TooMany` while the client holds as many as it may.
    pub(super) fn open(&self, client: Network) -> Result<Place, Refusal> {
        let mut open = self.lock();
        let number = open.entry(client).or_default();
        if *number >= MOST {
            metrics::counter!(REFUSED, "limit" => "streams").increment(1);
            return Err(Refusal::TooMany { retry_after_seconds: LATER });
        }
        *number += 1;
        Ok(Place { streams: self.clone(), client })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Network, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One stream's place, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    streams: Streams,
    client: Network,
}

impl Place {
    /// The body of an answer that keeps the place for as long as it is sent.
    pub(super) fn held(self, body: Body) -> Body {
        Body::from_stream(body.into_data_stream().map(move |part| {
            let _held = &self;
            part
        }))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(number) = open.get_mut(&self.client) {
            *number -= 1;
            if *number == 0 {
                open.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Network {
        Network::of(text.parse().expect("an address"))
    }

    #[tokio::test]
    async fn a_client_holds_so_many_and_another_as_many() {
        let streams = Streams::default();
        let mut held: Vec<Body> = Vec::new();
        for _ in 0..MOST {
            let place = streams.open(client("198.51.100.1")).expect("a place");
            held.push(place.held(Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::convert::Infallible>>())));
        }
        let refused = || streams.open(client("198.51.100.1")).err();
        assert_eq!(refused(), Some(Refusal::TooMany { retry_after_seconds: LATER }));
        assert!(streams.open(client("198.51.100.2")).is_ok());
        held.pop();
        let last = streams.open(client("198.51.100.1")).expect("one has ended");
        assert!(refused().is_some());
        drop((held, last));
        assert!(streams.lock().is_empty(), "nobody is kept who has none");
    }

    #[tokio::test]
    async fn the_place_is_free_when_all_is_sent() {
        let streams = Streams::default();
        let body = streams.open(client("2001:db8::1")).expect("a place").held(Body::from("all"));
        let all = axum::body::to_bytes(body, 100).await.expect("a body");
        assert_eq!(all.as_ref(), b"all");
        assert!(streams.lock().is_empty());
    }
}
