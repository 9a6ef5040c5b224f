//! Somebody's way through the topic of events.

use super::super::{BusError, Followed, Following, Place, failed};
use super::history::Seen;
use super::{ANSWER, Address, EVENTS, LOOK, Log, PARTITION, Registered};
use async_trait::async_trait;
use futures::FutureExt;
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::error::KafkaResult;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{Offset, TopicPartitionList};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout};

pub(super) struct Way {
    register: Registered,
    /// Until it is let go.
    consumer: Option<StreamConsumer<Log>>,
    place: Place,
    missed: bool,
    /// Behind the newest message, when that was looked for.
    end: i64,
    looked: Instant,
}

impl Way {
    /// From behind `place`, in what is kept as it was `seen`.
    pub fn new(address: &Address, register: Registered, seen: Seen, place: Option<&Place>) -> Result<Self, BusError> {
        let (start, missed) = start(&seen, place);
        let consumer: StreamConsumer<Log> = super::consumer(address, |config| {
            // Some batches of the intake, and not all that is there.
            config.set("queued.min.messages", "2000").set("queued.max.messages.kbytes", "8192");
        })
        .map_err(failed)?;
        let mut from = TopicPartitionList::new();
        from.add_partition_offset(EVENTS, PARTITION, Offset::Offset(start)).map_err(failed)?;
        consumer.assign(&from).map_err(failed)?;
        let place = Place { life: seen.life, number: start - 1 };
        Ok(Self { register, consumer: Some(consumer), place, missed, end: seen.end, looked: Instant::now() })
    }

    /// Sees where the end is, and whether it is still the life that is followed: where brokers have come back empty, the library goes on at
    /// the same number.
    async fn look(&mut self) -> Result<(), BusError> {
        let seen = self.register.look().await?;
        if seen.life != self.place.life {
            return Err(BusError("it has lost what it kept".to_owned()));
        }
        self.end = seen.end;
        self.looked = Instant::now();
        Ok(())
    }

    /// How many are kept behind those that came.
    fn unread(&self) -> u64 {
        (self.end - 1 - self.place.number).max(0).unsigned_abs()
    }

    fn consumer(&self) -> Result<&StreamConsumer<Log>, BusError> {
        self.consumer.as_ref().ok_or_else(|| BusError("it was let go".to_owned()))
    }

    /// The body of a message, and moves on to it.
    fn pass(&mut self, (at, body): (i64, Vec<u8>)) -> Vec<u8> {
        self.missed |= at > self.place.number + 1;
        self.place.number = at;
        body
    }
}

#[async_trait]
impl Following for Way {
    async fn next(&mut self, most: usize, wait: Duration) -> Result<Followed, BusError> {
        if self.looked.elapsed() >= LOOK {
            self.look().await?;
        }
        let mut bodies = Vec::new();
        let mut message = timeout(wait, self.consumer()?.recv()).await.ok().map(taken).transpose()?;
        if message.is_none() {
            self.look().await?;
            if self.unread() > 0 {
                let came = timeout(ANSWER, self.consumer()?.recv()).await;
                message = Some(came.map_err(|_| BusError("it keeps messages and doesn't send them".to_owned())).map(taken)??);
            }
        }
        while let Some(came) = message {
            bodies.push(self.pass(came));
            message = if bodies.len() < most { self.consumer()?.recv().now_or_never().map(taken).transpose()? } else { None };
        }
        Ok(Followed { bodies, place: self.place.clone(), missed: std::mem::take(&mut self.missed), unread: self.unread() })
    }
}

/// To let go of the library's threads takes a moment, for which nobody waits.
impl Drop for Way {
    fn drop(&mut self) {
        if let (Some(consumer), Ok(runtime)) = (self.consumer.take(), Handle::try_current()) {
            runtime.spawn_blocking(move || drop(consumer));
        }
    }
}

/// Where it begins, and whether something that should have come before is not kept any more.
fn start(seen: &Seen, place: Option<&Place>) -> (i64, bool) {
    match place {
        None => (seen.first, true),
        // Everything is published again in another life; whoever comes late finds the beginning of that gone, too.
        Some(place) if place.life != seen.life => (seen.first, seen.first > 0),
        // It has forgotten its end: the broker that knew it has not come back.
        Some(place) if place.number >= seen.end => (seen.first, true),
        Some(place) => (seen.first.max(place.number + 1), seen.first > place.number + 1),
    }
}

/// A message that no longer belongs to the library.
fn taken(message: KafkaResult<BorrowedMessage<'_>>) -> Result<(i64, Vec<u8>), BusError> {
    let message = message.map_err(failed)?;
    Ok((message.offset(), message.payload().unwrap_or_default().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(first: i64, end: i64) -> Seen {
        Seen::of("one", first, end)
    }

    fn place(life: &str, number: i64) -> Place {
        Place { life: life.to_owned(), number }
    }

    #[test]
    fn it_begins_where_it_ended_or_says_that_something_is_missing() {
        assert_eq!(start(&seen(3, 9), None), (3, true), "who is new");
        assert_eq!(start(&seen(3, 9), Some(&place("one", 5))), (6, false));
        assert_eq!(start(&seen(3, 9), Some(&place("one", 2))), (3, false), "the next is the oldest");
        assert_eq!(start(&seen(3, 9), Some(&place("one", 1))), (3, true), "what came next is too old to be there");
        assert_eq!(start(&seen(3, 9), Some(&place("one", 8))), (9, false), "all is heard");
        assert_eq!(start(&seen(3, 9), Some(&place("one", 9))), (3, true), "the end is forgotten");
        assert_eq!(start(&seen(0, 0), Some(&place("one", -1))), (0, false), "nothing was there, and nothing is");
        assert_eq!(start(&seen(0, 9), Some(&place("another", 7))), (0, false), "everything is published again without being asked for");
        assert_eq!(start(&seen(3, 9), Some(&place("another", 7))), (3, true), "but what was published first is too old to be there");
    }
}
