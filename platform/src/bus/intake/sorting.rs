//! Which of the events that came can go into the log, in which order, and which wait for the one before them.

use crate::event_log::plain::{Aggregate, Event};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// One version of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Version {
    pub kind: String,
    pub id: Uuid,
    pub number: i64,
}

/// Events being sorted.
#[derive(Debug, Default)]
pub(super) struct Sorting {
    last: HashMap<Aggregate, i64>,
    /// Those that wait, of before and of now.
    waiting: HashMap<Aggregate, BTreeMap<i64, Event>>,
    were_early: HashSet<Version>,
    ready: Vec<Event>,
}

/// What has become of them.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// To be appended, in this order.
    pub ready: Vec<Event>,
    /// To wait from now on.
    pub early: Vec<Event>,
    /// Have waited, and need not any more.
    pub no_longer_early: Vec<Version>,
}

impl Sorting {
    /// The log has an aggregate up to `version`.
    pub fn has(&mut self, kind: String, id: Uuid, version: i64) {
        self.last.insert(Aggregate { kind, id }, version);
    }

    /// An event has been waiting.
    pub fn waits(&mut self, event: Event) {
        self.were_early.insert(version_of(&event));
        self.waiting.entry(event.aggregate.clone()).or_default().insert(event.version, event);
    }

    /// An event came, perhaps again.
    pub fn hear(&mut self, event: Event) {
        let last = self.last.entry(event.aggregate.clone()).or_default();
        if event.version <= *last {
            return;
        }
        let waiting = self.waiting.entry(event.aggregate.clone()).or_default();
        waiting.entry(event.version).or_insert(event);
        while let Some(next) = waiting.remove(&(*last + 1)) {
            *last += 1;
            self.ready.push(next);
        }
    }

    pub fn sorted(self) -> Sorted {
        let Self { last, waiting, were_early, ready } = self;
        let no_longer_early = were_early.iter().filter(|version| {
            let aggregate = Aggregate { kind: version.kind.clone(), id: version.id };
            last.get(&aggregate).is_some_and(|last| version.number <= *last)
        });
        let no_longer_early = no_longer_early.cloned().collect();
        let early =
            waiting.into_values().flat_map(BTreeMap::into_values).filter(|event| !were_early.contains(&version_of(event))).collect();
        Sorted { ready, early, no_longer_early }
    }
}

fn version_of(event: &Event) -> Version {
    Version { kind: event.aggregate.kind.clone(), id: event.aggregate.id, number: event.version }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(aggregate: u128, version: i64) -> Event {
        Event {
            id: Uuid::from_u128(aggregate * 100 + version.unsigned_abs() as u128),
            position: 1,
            aggregate: Aggregate { kind: "like".to_owned(), id: Uuid::from_u128(aggregate) },
            version,
            correlation_id: Uuid::from_u128(1),
            causation_id: None,
            actor: None,
            occurred_at: jiff::Timestamp::UNIX_EPOCH,
            name: "communication.like_registered.v1".to_owned(),
            payload: json!({}),
        }
    }

    fn told(events: &[Event]) -> Vec<(u128, i64)> {
        events.iter().map(|event| (event.aggregate.id.as_u128(), event.version)).collect()
    }

    #[test]
    fn what_comes_early_waits_and_what_comes_again_is_known() {
        let mut sorting = Sorting::default();
        sorting.has("like".to_owned(), Uuid::from_u128(7), 2);
        sorting.waits(event(7, 4));
        for (aggregate, version) in [(8, 1), (7, 2), (8, 3), (7, 3), (8, 1), (9, 2), (8, 3)] {
            sorting.hear(event(aggregate, version));
        }
        let sorted = sorting.sorted();
        assert_eq!(told(&sorted.ready), [(8, 1), (7, 3), (7, 4)]);
        let mut early = told(&sorted.early);
        early.sort_unstable();
        assert_eq!(early, [(8, 3), (9, 2)]);
        let no_longer: Vec<_> = sorted.no_longer_early.iter().map(|version| (version.id.as_u128(), version.number)).collect();
        assert_eq!(no_longer, [(7, 4)]);
    }
}
