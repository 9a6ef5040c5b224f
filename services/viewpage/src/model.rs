//! The pure fold of a batch of events into what is to be written.

mod conversation;

pub(crate) use conversation::{Conversation, Telling};

use contract::event::{CourseWritten, Envelope, Event};
use contract::review::Stars;
use contract::{AccountId, CorrelationId, CourseId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a segment of a batch changes.
#[derive(Debug, Default)]
pub(crate) struct Fold<'a> {
    pub accounts: BTreeMap<AccountId, String>,
    /// The account that was closed at the end of the segment, and in which case.
    pub closed: Option<(AccountId, CorrelationId)>,
    pub courses: BTreeMap<CourseId, CourseFold>,
    /// Who likes what, as of the end of the segment.
    pub likes: BTreeMap<(CourseId, AccountId), bool>,
    /// Who keeps what since when, as of the end of the segment.
    pub bookmarks: BTreeMap<(CourseId, AccountId), Option<Timestamp>>,
    /// What was done to comments and reviews, in order.
    pub said: Vec<Said<'a>>,
    pub inboxes: BTreeMap<AccountId, InboxFold>,
}

/// What a segment changes of one course.
#[derive(Debug, Default)]
pub(crate) struct CourseFold {
    /// The last content, if it was written.
    pub written: Option<CourseWritten>,
    /// When that was.
    pub written_at: Option<Timestamp>,
    /// Whether it is shown, if that was said: the last word on it.
    pub shown: Option<bool>,
    /// When it was shown, the first time in this segment: what came after it in the same segment must not hide that.
    pub first_shown: Option<Timestamp>,
    pub likes: i64,
    pub bookmarks: i64,
    pub comments: i64,
    pub reviews: i64,
    pub rating_sum: i64,
    /// How many more reviews give one star, two, and so on up to five.
    pub stars: [i64; 5],
    /// How many events it is.
    pub events: i64,
    /// The case of the last of them.
    pub origin: Option<CorrelationId>,
}

/// An event of a comment or review.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    pub envelope: &'a Envelope,
    pub course: CourseId,
    /// Which of its course's events in this segment it is, from one.
    pub nth: i64,
}

/// What a segment changes of one inbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InboxFold {
    pub unread: u64,
    pub origin: CorrelationId,
}

impl<'a> Fold<'a> {
    /// Folds a batch in segments that end where an account is closed: what is shown of that person changes there, and how much that is must
    /// not depend on where batches begin.
    pub(crate) fn segments(events: &'a [Envelope]) -> Vec<Self> {
        events
            .split_inclusive(|envelope| matches!(envelope.event, Event::AccountClosed(_)))
            .map(|events| {
                let mut fold = Self::default();
                for envelope in events {
                    fold.add(envelope);
                }
                fold
            })
            .collect()
    }

    fn add(&mut self, envelope: &'a Envelope) {
        match &envelope.event {
            Event::AccountRegistered(event) => {
                self.accounts.insert(event.account_id, event.display_name.as_str().to_owned());
            }
            Event::AccountClosed(event) => {
                self.accounts.insert(event.account_id, String::new());
                self.closed = Some((event.account_id, envelope.correlation_id));
            }
            Event::CourseRegistered(event) | Event::CourseModified(event) => {
                let course = self.course(event.course_id, envelope);
                course.written = Some(event.clone());
                course.written_at = Some(envelope.occurred_at);
            }
            Event::CoursePublished(event) => {
                let course = self.course(event.course_id, envelope);
                course.shown = Some(true);
                course.first_shown.get_or_insert(envelope.occurred_at);
            }
            Event::CourseUnpublished(event) | Event::CourseDeleted(event) => self.course(event.course_id, envelope).shown = Some(false),
            Event::LikeRegistered(event) => {
                self.course(event.course_id, envelope).likes += 1;
                self.likes.insert((event.course_id, event.customer_id), true);
            }
            Event::LikeCanceled(event) => {
                self.course(event.course_id, envelope).likes -= 1;
                self.likes.insert((event.course_id, event.customer_id), false);
            }
            Event::BookmarkRegistered(event) => {
                self.course(event.course_id, envelope).bookmarks += 1;
                self.bookmarks.insert((event.course_id, event.customer_id), Some(envelope.occurred_at));
            }
            Event::BookmarkCanceled(event) | Event::BookmarkRefused(event) => {
                self.course(event.course_id, envelope).bookmarks -= 1;
                self.bookmarks.insert((event.course_id, event.customer_id), None);
            }
            Event::CommentRegistered(event) => self.say(event.course_id, envelope).comments += 1,
            Event::CommentModified(event) => drop(self.say(event.course_id, envelope)),
            Event::CommentAnswered(event) => drop(self.say(event.course_id, envelope)),
            Event::CommentDeleted(event) => self.say(event.course_id, envelope).comments -= 1,
            Event::ReviewRegistered(event) => {
                let course = self.say(event.course_id, envelope);
                course.reviews += 1;
                course.rate(event.rating, 1);
            }
            Event::ReviewModified(event) => {
                let course = self.say(event.course_id, envelope);
                course.rate(event.previous_rating.unwrap_or(event.rating), -1);
                course.rate(event.rating, 1);
            }
            Event::ReviewDeleted(event) => {
                let course = self.say(event.course_id, envelope);
                course.reviews -= 1;
                course.rate(event.rating, -1);
            }
            Event::ReviewReplied(event) => drop(self.say(event.course_id, envelope)),
            Event::MessageDelivered(event) => self.inbox(event.recipient_id, event.unread, envelope),
            Event::MessageRead(event) => self.inbox(event.recipient_id, event.unread, envelope),
            Event::AccountErased(_) => {}
        }
    }

    fn course(&mut self, id: CourseId, envelope: &Envelope) -> &mut CourseFold {
        let course = self.courses.entry(id).or_default();
        course.events += 1;
        course.origin = Some(envelope.correlation_id);
        course
    }

    fn say(&mut self, id: CourseId, envelope: &'a Envelope) -> &mut CourseFold {
        let nth = self.course(id, envelope).events;
        self.said.push(Said { envelope, course: id, nth });
        self.courses.entry(id).or_default()
    }

    fn inbox(&mut self, owner: AccountId, unread: u64, envelope: &Envelope) {
        self.inboxes.insert(owner, InboxFold { unread, origin: envelope.correlation_id });
    }
}

impl CourseFold {
    /// So many more reviews with this rating.
    fn rate(&mut self, rating: Stars, more: i64) {
        self.rating_sum += i64::from(rating) * more;
        if let Some(number) = self.stars.get_mut(usize::from(rating.get()).saturating_sub(1)) {
            *number += more;
        }
    }
}

/// What a whole batch has touched, for those who are told once.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// The last case of each course, and whether the batch took it from view.
    pub courses: BTreeMap<CourseId, (Option<CorrelationId>, bool)>,
    pub inboxes: BTreeMap<AccountId, InboxFold>,
}

impl Touched {
    /// Adds a segment; `bumped` are the courses that show the person whose account was closed at its end.
    pub(crate) fn add(&mut self, fold: &Fold<'_>, bumped: &[CourseId]) {
        for (id, course) in &fold.courses {
            let touched = self.courses.entry(*id).or_default();
            touched.0 = course.origin.or(touched.0);
            touched.1 = course.shown.map_or(touched.1, |shown| !shown);
        }
        for id in bumped {
            self.courses.entry(*id).or_default().0 = fold.closed.map(|(_, origin)| origin);
        }
        self.inboxes.extend(&fold.inboxes);
    }
}

#[cfg(test)]
mod tests;
