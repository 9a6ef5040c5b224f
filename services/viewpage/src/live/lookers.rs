//! Which streams look at a course now.

use contract::CourseId;
use std::collections::{HashMap, HashSet};

/// Streams by the courses that they look at.
#[derive(Debug, Default)]
pub(super) struct Lookers {
    streams: HashMap<CourseId, Vec<u64>>,
    /// Where somebody came or went since it was last told.
    changed: HashSet<CourseId>,
}

impl Lookers {
    pub(super) fn come(&mut self, course: CourseId, stream: u64) {
        let streams = self.streams.entry(course).or_default();
        if !streams.contains(&stream) {
            streams.push(stream);
            self.changed.insert(course);
        }
    }

    pub(super) fn go(&mut self, course: CourseId, stream: u64) {
        let Some(streams) = self.streams.get_mut(&course) else { return };
        streams.retain(|id| *id != stream);
        if streams.is_empty() {
            self.streams.remove(&course);
            self.changed.remove(&course);
        } else {
            self.changed.insert(course);
        }
    }

    /// The courses where somebody came or went since this was last asked, each with all who look at it now: who has just come is told
    /// even where the number is the same.
    pub(super) fn changed(&mut self) -> Vec<(CourseId, Vec<u64>)> {
        self.changed.drain().filter_map(|course| Some((course, self.streams.get(&course)?.clone()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const COURSE: CourseId = CourseId::new(Uuid::from_u128(1));
    const OTHER: CourseId = CourseId::new(Uuid::from_u128(2));

    #[test]
    fn each_stream_counts_once_and_every_change_is_told_once() {
        let mut lookers = Lookers::default();
        lookers.come(COURSE, 1);
        lookers.come(COURSE, 1);
        lookers.come(COURSE, 2);
        assert_eq!(lookers.changed(), [(COURSE, vec![1, 2])]);
        assert!(lookers.changed().is_empty());
        lookers.go(COURSE, 1);
        assert_eq!(lookers.changed(), [(COURSE, vec![2])]);
        lookers.go(COURSE, 2);
        lookers.go(COURSE, 2);
        lookers.go(OTHER, 2);
        assert!(lookers.changed().is_empty() && lookers.streams.is_empty(), "nobody is left to be told");
    }

    #[test]
    fn who_takes_the_place_of_another_is_told() {
        let mut lookers = Lookers::default();
        lookers.come(COURSE, 1);
        lookers.come(COURSE, 2);
        lookers.changed();
        lookers.go(COURSE, 1);
        lookers.come(COURSE, 3);
        assert_eq!(lookers.changed(), [(COURSE, vec![2, 3])]);
    }
}
