//! What tests start from.

use contract::course::{CourseInput, Language, StopInput};
use contract::event::{
    Aggregate, CommentWritten, CourseAndCustomer, CourseRef, CourseWritten, Delivery, Event, MessageDelivered, ReviewReplied, ReviewWritten,
};
use contract::message::{Inbox, MessageKind, MessageSettings};
use contract::review::Stars;
use contract::text::{CommentBody, ReplyBody, ReviewBody};
use contract::{AccountId, CommentId, CourseId, MessageApi, PageRequest, ReviewId};
use jiff::{SignedDuration, Timestamp};
use message::{MessagePolicy, Messages, Withdrawals};
use platform::consumer::Consumer;
use platform::testing::{call, someone};
use platform::{Clock, Database, Error};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// The service on a database of its own, at a time that the test says.
pub struct World {
    pub database: Database,
    pub messages: Messages,
    pub consumer: Consumer,
    pub host: AccountId,
    microsecond: Arc<AtomicI64>,
}

/// A message as it was told: what, what became of it, and what was unread then.
pub type Told = (MessageKind, Delivery, u64);

impl World {
    pub async fn new() -> Self {
        Self::at(1_800_000_000_000_000).await
    }

    pub async fn at(microsecond: i64) -> Self {
        let microsecond = Arc::new(AtomicI64::new(microsecond));
        let clock = {
            let microsecond = Arc::clone(&microsecond);
            Clock::from_fn(move || Timestamp::from_microsecond(microsecond.load(Ordering::Relaxed)).unwrap())
        };
        let options = platform::testing::database(&[message::migrations()]).await.connect_options();
        let database = Database::new(options, 20, clock);
        let consumer = Consumer::new(database.clone(), Arc::new(MessagePolicy::new(database.clone())));
        Self { messages: Messages::new(database.clone()), consumer, database, host: someone(), microsecond }
    }

    pub fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    pub fn pass(&self, time: SignedDuration) {
        self.microsecond.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::Relaxed);
    }

    /// Appends events in one transaction, each as the next version of its aggregate; the consumer has not heard them.
    pub async fn append(&self, events: Vec<Event>) {
        append(&self.database, events).await;
    }

    /// Lets events happen, and hears them.
    pub async fn happen(&self, events: impl IntoIterator<Item = Event>) {
        self.append(events.into_iter().collect()).await;
        self.settle().await.unwrap();
    }

    /// Hears everything that has happened. The lead of the time before ends with its connection, a moment later: that is waited for.
    pub async fn settle(&self) -> platform::Result<()> {
        let led = async {
            loop {
                match self.consumer.settle().await {
                    Err(Error::Defect("another process leads this consumer")) => tokio::task::yield_now().await,
                    settled => return settled,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), led).await.expect("nobody leads for ever")
    }

    /// A published course of the host.
    pub async fn course(&self) -> CourseId {
        let course = a_course();
        self.happen(published(course, self.host, "서울숲 산책")).await;
        course
    }

    /// Tells all withdrawals to the end.
    pub async fn tell(&self) {
        while Withdrawals::new(self.database.clone()).advance().await.unwrap() > 0 {}
    }

    pub async fn inbox(&self, who: AccountId) -> Inbox {
        self.inbox_in(Language::Ko, who).await
    }

    pub async fn inbox_in(&self, language: Language, who: AccountId) -> Inbox {
        self.messages.inbox(&call(Some(who)), language, PageRequest::new(None, 100)).await.unwrap()
    }

    /// The kinds of someone's messages, sorted.
    pub async fn kinds(&self, who: AccountId) -> Vec<MessageKind> {
        let mut kinds: Vec<_> = self.inbox(who).await.items.into_iter().map(|message| message.kind).collect();
        kinds.sort();
        kinds
    }

    pub async fn mute(&self, who: AccountId, settings: MessageSettings) {
        assert_eq!(self.messages.change_settings(&call(Some(who)), settings).await, Ok(settings));
    }

    /// What was told of someone's messages, in order.
    pub async fn told(&self, who: AccountId) -> Vec<Told> {
        self.delivered(who).await.into_iter().map(|event| (event.kind, event.outcome, event.unread)).collect()
    }

    pub async fn delivered(&self, who: AccountId) -> Vec<MessageDelivered> {
        let payloads: Vec<serde_json::Value> = sqlx::query_scalar(
            "SELECT payload FROM event_log.events WHERE name = 'message.delivered.v1' AND aggregate_id = $1 ORDER BY aggregate_version",
        )
        .bind(who.as_uuid())
        .fetch_all(self.database.pool())
        .await
        .unwrap();
        payloads.into_iter().map(|payload| serde_json::from_value(payload).unwrap()).collect()
    }

    pub async fn count(&self, of: &'static str) -> i64 {
        sqlx::query_scalar(of).fetch_one(self.database.pool()).await.unwrap()
    }

    /// Asserts that every inbox counts what it holds, and that the log says so: versions from one without a gap, in the order in which
    /// they are read, the last with the present count.
    pub async fn expect_exact(&self) {
        let wrong: Vec<Uuid> = sqlx::query_scalar(
            "SELECT recipient_id FROM message.inboxes
             WHERE unread <> (SELECT count(*) FROM message.messages AS m WHERE m.recipient_id = inboxes.recipient_id AND NOT read)
             UNION SELECT recipient_id FROM message.messages WHERE recipient_id NOT IN (SELECT recipient_id FROM message.inboxes)",
        )
        .fetch_all(self.database.pool())
        .await
        .unwrap();
        assert!(wrong.is_empty(), "inboxes that count wrongly: {wrong:?}");
        let inboxes: Vec<(Uuid, i64, i64)> =
            sqlx::query_as("SELECT recipient_id, version, unread FROM message.inboxes").fetch_all(self.database.pool()).await.unwrap();
        for (owner, version, unread) in inboxes {
            let log: Vec<(i64, i64)> = sqlx::query_as(
                "SELECT aggregate_version, (payload ->> 'unread')::bigint FROM event_log.events
                 WHERE aggregate_kind = 'inbox' AND aggregate_id = $1 ORDER BY event_log.events.transaction_id, position",
            )
            .bind(owner)
            .fetch_all(self.database.pool())
            .await
            .unwrap();
            let versions: Vec<_> = log.iter().map(|(version, _)| *version).collect();
            assert_eq!(versions, (1..=version).collect::<Vec<_>>(), "versions of {owner} as they are read");
            assert_eq!(log.last().map_or(0, |(_, unread)| *unread), unread, "what was told last of {owner}");
        }
        let counted = message::count_unread(self.database.pool()).await.unwrap();
        let expected: Vec<(Uuid, i64)> =
            sqlx::query_as("SELECT recipient_id, unread FROM message.inboxes WHERE unread > 0 ORDER BY recipient_id")
                .fetch_all(self.database.pool())
                .await
                .unwrap();
        assert_eq!(counted, expected.into_iter().map(|(owner, unread)| (owner.into(), unread.unsigned_abs())).collect::<Vec<_>>());
    }
}

pub async fn append(database: &Database, events: Vec<Event>) {
    database
        .command(&call(None), move |unit| {
            Box::pin(async move {
                let mut aggregates: Vec<Aggregate> = events.iter().map(Event::aggregate).collect();
                aggregates.sort();
                for aggregate in aggregates {
                    unit.lock(aggregate).await?;
                }
                for event in events {
                    let aggregate = event.aggregate();
                    let version: i64 = sqlx::query_scalar(
                        "SELECT COALESCE(max(aggregate_version), 0) FROM event_log.events WHERE aggregate_kind = $1 AND aggregate_id = $2",
                    )
                    .bind(aggregate.kind.code())
                    .bind(aggregate.id)
                    .fetch_one(unit.connection())
                    .await?;
                    unit.append(&event, version.unsigned_abs() + 1).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

pub fn a_course() -> CourseId {
    CourseId::new(someone().as_uuid())
}

/// A course in Korean, and in English as `title` (en).
pub fn written(course: CourseId, host: AccountId, title: &str) -> CourseWritten {
    let stop =
        StopInput {
            name: "서울숲".into(), category: "park".into(), lat: 37.5443, lng: 127.0374, stay_minutes: 60, ..StopInput::default()
        };
    let content = CourseInput { title: title.into(), region: "seoul".into(), stops: vec![stop], ..CourseInput::default() }.parse().unwrap();
    CourseWritten { course_id: course, host_id: host, content }
}

pub fn published(course: CourseId, host: AccountId, title: &str) -> [Event; 2] {
    [Event::CourseRegistered(written(course, host, title)), Event::CoursePublished(CourseRef { course_id: course, host_id: host })]
}

pub fn unpublished(course: CourseId, host: AccountId) -> Event {
    Event::CourseUnpublished(CourseRef { course_id: course, host_id: host })
}

pub fn deleted(course: CourseId, host: AccountId) -> Event {
    Event::CourseDeleted(CourseRef { course_id: course, host_id: host })
}

pub fn keeps(course: CourseId, customer: AccountId) -> Event {
    Event::BookmarkRegistered(CourseAndCustomer { course_id: course, customer_id: customer })
}

pub fn lets_go(course: CourseId, customer: AccountId) -> Event {
    Event::BookmarkCanceled(CourseAndCustomer { course_id: course, customer_id: customer })
}

pub fn refused(course: CourseId, customer: AccountId) -> Event {
    Event::BookmarkRefused(CourseAndCustomer { course_id: course, customer_id: customer })
}

pub fn comments(course: CourseId, author: AccountId) -> Event {
    let body = CommentBody::parse("body", "좋아요").unwrap();
    Event::CommentRegistered(CommentWritten { comment_id: CommentId::new(someone().as_uuid()), course_id: course, author_id: author, body })
}

pub fn reviews(review: ReviewId, course: CourseId, author: AccountId) -> Event {
    let (rating, body) = (Stars::parse("rating", 5).unwrap(), ReviewBody::parse("body", "좋았어요").unwrap());
    Event::ReviewRegistered(ReviewWritten { review_id: review, course_id: course, author_id: author, rating, body, previous_rating: None })
}

pub fn replies(review: ReviewId, course: CourseId, author: AccountId, host: AccountId) -> Event {
    let body = ReplyBody::parse("body", "고마워요").unwrap();
    Event::ReviewReplied(ReviewReplied { review_id: review, course_id: course, author_id: author, host_id: host, body })
}

pub fn a_review() -> ReviewId {
    ReviewId::new(someone().as_uuid())
}

/// Throws that are the same each time (xorshift, G. Marsaglia, 2003).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}
