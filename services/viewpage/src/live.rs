//! The live hub: takes changes from the read model and hands each to the streams that watch its course or inbox.
//!
//! Every stream has a bounded queue. One that doesn't empty it is ended and not waited for: its reader connects again and is told
//! what it missed. So a stalled reader slows nobody.

mod lookers;

use crate::store;
use contract::viewpage::{LiveEvent, LiveMessage, LiveName};
use contract::{AccountId, CourseId};
use lookers::Lookers;
use platform::wake::Wake;
use platform::{Database, Result};
use sqlx::postgres::PgListener;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How many messages a stream may be behind.
const QUEUE: usize = 256;
/// How long the hub sleeps at the most before it looks again.
const POLL: Duration = Duration::from_secs(1);
/// How long changes are kept for those whose connection broke.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// How often old changes are removed.
const TRIM_EVERY: Duration = Duration::from_secs(60);
/// How often it is told how many look at a course, at the most.
const COUNT_EVERY: Duration = Duration::from_secs(1);
/// How many changes are read at once.
const BATCH: i64 = 1_000;

/// Hands changes to streams. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    state: Arc<Mutex<State>>,
    wake: Wake,
    stop: CancellationToken,
}

/// What a change is about, and what streams watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    Course(CourseId),
    Inbox(AccountId),
}

/// A change, and whom it concerns.
#[derive(Debug)]
pub(crate) struct Change {
    pub topic: Topic,
    pub message: LiveMessage,
}

#[derive(Debug, Default)]
struct State {
    /// The last change that was handed out; `None` until the hub knows where the log of changes stands.
    last: Option<u64>,
    next_subscriber: u64,
    /// What is queued is shared: a queue sets room aside for 32 at a time, and there are as many queues as streams.
    subscribers: HashMap<u64, mpsc::Sender<Arc<LiveMessage>>>,
    watching: HashMap<Topic, Vec<u64>>,
    lookers: Lookers,
}

/// A stream's end of the hub. Dropping it ends the watch.
#[derive(Debug)]
pub(crate) struct Subscription {
    hub: Hub,
    id: u64,
    topics: Vec<Topic>,
    looking: Vec<CourseId>,
    /// The last change that was handed out before this watch began: nothing up to it comes through the queue, everything after it does.
    pub since: u64,
    pub queue: mpsc::Receiver<Arc<LiveMessage>>,
}

impl Hub {
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { state: Arc::default(), wake: Wake::default(), stop }
    }

    /// To be told when this process has folded a batch.
    pub(crate) const fn wake(&self) -> &Wake {
        &self.wake
    }

    pub(crate) const fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Begins a watch that counts as looking at `looking`; `None` while the hub does not know yet where the log of changes stands.
    pub(crate) fn subscribe(&self, topics: Vec<Topic>, looking: Vec<CourseId>) -> Option<Subscription> {
        let (sender, queue) = mpsc::channel(QUEUE);
        let mut state = self.lock();
        let since = state.last?;
        let id = state.next_subscriber;
        state.next_subscriber += 1;
        state.subscribers.insert(id, sender);
        for topic in &topics {
            state.watching.entry(*topic).or_default().push(id);
        }
        for course in &looking {
            state.lookers.come(*course, id);
        }
        Some(Subscription { hub: self.clone(), id, topics, looking, since, queue })
    }

    /// Runs until the service stops. Survives the database's absence.
    pub(crate) async fn run(self, database: Database) {
        let mut listener: Option<PgListener> = None;
        let mut waiter = self.wake.waiter();
        let mut trim_at = tokio::time::Instant::now() + TRIM_EVERY;
        let mut count_at = tokio::time::Instant::now();
        loop {
            if listener.is_none() {
                listener =
                    store::listen(database.pool()).await.inspect_err(|error| tracing::warn!(%error, "no word from other processes")).ok();
            }
            if let Err(error) = self.hand_out(&database).await {
                tracing::warn!(%error, "live changes interrupted");
            }
            if tokio::time::Instant::now() >= count_at {
                count_at = tokio::time::Instant::now() + COUNT_EVERY;
                self.lock().tell_lookers();
            }
            if tokio::time::Instant::now() >= trim_at {
                trim_at = tokio::time::Instant::now() + TRIM_EVERY;
                let kept_from = database.clock().now().saturating_sub(jiff::SignedDuration::try_from(KEPT).unwrap_or_default());
                if let Ok(kept_from) = kept_from
                    && let Err(error) = store::trim_changes(database.pool(), kept_from).await
                {
                    tracing::warn!(%error, "old changes were not removed");
                }
            }
            let told = async {
                match &mut listener {
                    Some(listener) => listener.recv().await.map(drop),
                    None => std::future::pending().await,
                }
            };
            let lost = tokio::select! {
                () = self.stop.cancelled() => return,
                () = waiter.wait(POLL) => false,
                told = told => told.is_err(),
            };
            if lost {
                listener = None;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }

    /// Learns where the log of changes stands, if that isn't known yet.
    pub(crate) async fn learn(&self, database: &Database) -> Result<u64> {
        let known = self.lock().last;
        match known {
            Some(last) => Ok(last),
            None => {
                let last = store::last_change(database.pool()).await?;
                // Whoever was first is right: streams may have begun from there.
                Ok(*self.lock().last.get_or_insert(last))
            }
        }
    }

    async fn hand_out(&self, database: &Database) -> Result<()> {
        let mut last = self.learn(database).await?;
        loop {
            let changes = store::changes_after(database.pool(), last, BATCH).await?;
            let Some(newest) = changes.last() else { return Ok(()) };
            let all = i64::try_from(changes.len()).is_ok_and(|many| many < BATCH);
            last = newest.message.id;
            let mut state = self.lock();
            for change in changes {
                state.hand_out(change);
            }
            state.last = Some(last);
            if all {
                return Ok(());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hand_out(&mut self, change: Change) {
        let Some(watching) = self.watching.get(&change.topic) else { return };
        let message = Arc::new(change.message);
        for id in watching {
            let full = self.subscribers.get(id).is_some_and(|queue| queue.try_send(message.clone()).is_err());
            if full {
                // Its queue closes: what is in it is still read, then the stream ends.
                self.subscribers.remove(id);
                metrics::counter!("dulle_live_streams_dropped_total").increment(1);
            }
        }
    }

    /// Tells those who look at a course how many they are now. Whoever has no room for it is told the next number.
    fn tell_lookers(&mut self) {
        for (course_id, streams) in self.lookers.changed() {
            let watching = streams.len() as u64;
            let message = Arc::new(LiveMessage::new(0, LiveName::Watching, LiveEvent::Watching { course_id, watching }, None));
            for stream in streams {
                if let Some(queue) = self.subscribers.get(&stream) {
                    let _no_room = queue.try_send(message.clone());
                }
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut state = self.hub.lock();
        state.subscribers.remove(&self.id);
        for course in &self.looking {
            state.lookers.go(*course, self.id);
        }
        for topic in &self.topics {
            if let Some(watching) = state.watching.get_mut(topic) {
                watching.retain(|id| *id != self.id);
                if watching.is_empty() {
                    state.watching.remove(topic);
                }
            }
        }
    }
}
