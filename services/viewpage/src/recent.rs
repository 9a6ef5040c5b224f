//! What was counted of many courses, kept for a moment: it takes a while to count them anew, and nobody sees whether they are a few more.
//! Few courses are always counted as they are.

use crate::search::Wanted;
use crate::store::Counted;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// From how many courses on.
const MANY: u32 = 1_000;
/// For how long.
const FRESH: Duration = Duration::from_secs(15);
/// How many counts are kept at the most: some 2 KB each.
const KEPT: usize = 256;

/// What was counted: what the search must find, and its limits in won and minutes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub wanted: Wanted,
    pub max_cost: Option<i32>,
    pub max_minutes: Option<i32>,
}

/// What was counted, and when.
type Kept = HashMap<Asked, (Instant, Arc<Counted>)>;

/// Counts of a moment ago.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recent(Arc<Mutex<Kept>>);

impl Recent {
    /// What was counted, if that was not long before `now`.
    pub(crate) fn get(&self, asked: &Asked, now: Instant) -> Option<Arc<Counted>> {
        let kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(asked).filter(|(at, _)| now.duration_since(*at) < FRESH).map(|(_, counted)| counted.clone())
    }

    /// Keeps what was counted at `now`, if it is much.
    pub(crate) fn keep(&self, asked: Asked, counted: &Arc<Counted>, now: Instant) {
        if counted.total < MANY {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.retain(|_, (at, _)| now.duration_since(*at) < FRESH);
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(asked, (now, counted.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(max_cost: i32) -> Asked {
        Asked { wanted: Wanted::default(), max_cost: Some(max_cost), max_minutes: None }
    }

    fn counted(total: u32) -> Arc<Counted> {
        Arc::new(Counted { total, ..Counted::default() })
    }

    #[test]
    fn many_are_kept_for_a_moment_and_few_are_not() {
        let (recent, now) = (Recent::default(), Instant::now());
        recent.keep(asked(1), &counted(MANY), now);
        recent.keep(asked(2), &counted(MANY - 1), now);
        let total = |asked: Asked, now| recent.get(&asked, now).map(|counted| counted.total);
        assert_eq!((total(asked(1), now), total(asked(2), now), total(asked(3), now)), (Some(MANY), None, None));
        assert_eq!(total(asked(1), now + FRESH), None);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (recent, now) = (Recent::default(), Instant::now());
        for max_cost in 0..=i32::try_from(KEPT).expect("few") {
            recent.keep(asked(max_cost), &counted(MANY), now);
        }
        assert!(recent.0.lock().expect("unpoisoned").len() <= KEPT);
        assert!(recent.get(&asked(i32::try_from(KEPT).expect("few")), now).is_some(), "the last");
    }
}
