//! A bus in memory that does what a bus may do: it keeps what it says it has not kept, hands out the same twice, lets go of connections,
//! and mixes what is published at the same time.

use async_trait::async_trait;
use platform::bus::{Bus, BusError, Followed, Following, Message, Place};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Debug, Default)]
struct Kept {
    bodies: Mutex<Vec<Vec<u8>>>,
    more: Notify,
}

#[derive(Debug, Default)]
pub struct Misbehaving {
    kept: Arc<Kept>,
    again: AtomicU64,
    deeds: AtomicU64,
}

impl Misbehaving {
    /// Every so many deeds one goes wrong.
    fn goes_wrong(&self, every: u64) -> bool {
        self.deeds.fetch_add(1, Ordering::Relaxed) % every == every - 1
    }

    fn keep(&self, bodies: impl IntoIterator<Item = Vec<u8>>) {
        self.kept.bodies.lock().unwrap().extend(bodies);
        self.kept.more.notify_waiters();
    }
}

#[async_trait]
impl Bus for Misbehaving {
    async fn history(&self) -> Result<String, BusError> {
        Ok(self.again.load(Ordering::Relaxed).to_string())
    }

    async fn publish(&self, _: &str, messages: &[Message]) -> Result<(), BusError> {
        let bodies = messages.iter().map(|message| message.body.clone());
        if self.goes_wrong(3) {
            // The first is lost, the others are kept, and in another order.
            self.keep(bodies.skip(1).collect::<Vec<_>>().into_iter().rev());
            return Err(BusError("the connection is gone".to_owned()));
        }
        self.keep(bodies.flat_map(|body| [body.clone(), body]));
        Ok(())
    }

    async fn follow(&self, place: Option<&Place>) -> Result<Box<dyn Following>, BusError> {
        if self.goes_wrong(2) {
            return Err(BusError("nobody is there".to_owned()));
        }
        let at = place.map_or(0, |place| usize::try_from(place.number).unwrap());
        Ok(Box::new(Way { kept: self.kept.clone(), at, missed: place.is_none(), given: 0 }))
    }

    async fn ask_again(&self) -> Result<(), BusError> {
        self.again.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

struct Way {
    kept: Arc<Kept>,
    at: usize,
    missed: bool,
    given: u32,
}

#[async_trait]
impl Following for Way {
    async fn next(&mut self, most: usize, wait: Duration) -> Result<Followed, BusError> {
        self.given += 1;
        if self.given > 4 {
            return Err(BusError("the connection is gone".to_owned()));
        }
        let more = self.kept.more.notified();
        if self.kept.bodies.lock().unwrap().len() == self.at {
            let _came = tokio::time::timeout(wait, more).await;
        }
        let bodies: Vec<_> = self.kept.bodies.lock().unwrap().iter().skip(self.at).take(most).cloned().collect();
        self.at += bodies.len();
        let place = Place { life: "one".to_owned(), number: i64::try_from(self.at).unwrap() };
        Ok(Followed { bodies, place, missed: std::mem::take(&mut self.missed), unread: 0 })
    }
}
