//! What the tests begin with: events as the services publish them.

use contract::course::{CourseContent, CourseInput, StopInput};
use contract::event::{
    AccountClosed, AccountRegistered, AggregateVersion, CommentAnswered, CommentRef, CommentWritten, CourseAndCustomer, CourseRef,
    CourseWritten, Delivery, Event, MessageDelivered, MessageRead, ReviewDeleted, ReviewReplied, ReviewWritten,
};
use contract::message::MessageKind;
use contract::review::Stars;
use contract::text::{CommentBody, DisplayName, ReplyBody, ReviewBody};
use contract::{AccountId, Call, CommentId, CourseId, ReviewId};
use platform::Database;
use platform::testing::{call, database, someone};
use tokio_util::sync::CancellationToken;
use viewpage::Viewpage;

pub async fn setting() -> (Database, Viewpage) {
    let database = database(&[viewpage::migrations()]).await;
    let viewpage = Viewpage::new(database.clone(), CancellationToken::new());
    (database, viewpage)
}

/// Appends events in one transaction, each as the next version of its aggregate.
pub async fn append(database: &Database, events: Vec<Event>) -> AggregateVersion {
    append_in(database, &call(None), events).await
}

/// As [`append`], in a given case.
pub async fn append_in(database: &Database, call: &Call, events: Vec<Event>) -> AggregateVersion {
    database
        .command(call, move |unit| {
            Box::pin(async move {
                let mut last = None;
                for event in events {
                    let aggregate = event.aggregate();
                    unit.lock(aggregate).await?;
                    let version: i64 = sqlx::query_scalar(
                        "SELECT COALESCE(max(aggregate_version), 0) FROM event_log.events WHERE aggregate_kind = $1 AND aggregate_id = $2",
                    )
                    .bind(aggregate.kind.code())
                    .bind(aggregate.id)
                    .fetch_one(unit.connection())
                    .await?;
                    last = Some(unit.append(&event, version.unsigned_abs() + 1).await?);
                }
                Ok(last.unwrap())
            })
        })
        .await
        .unwrap()
}

pub fn new_course(database: &Database) -> CourseId {
    CourseId::new(database.clock().uuid())
}

pub fn walk(title: &str) -> CourseInput {
    CourseInput {
        title: title.into(),
        region: "seoul".into(),
        tags: vec!["산책".into()],
        stops: vec![
            StopInput {
                name: "서울숲".into(),
                category: "park".into(),
                lat: 37.5443,
                lng: 127.0374,
                stay_minutes: 60,
                ..StopInput::default()
            },
            StopInput {
                name: "뚝섬".into(),
                category: "park".into(),
                lat: 37.5295,
                lng: 127.0665,
                stay_minutes: 30,
                cost_krw: 5_000,
                ..StopInput::default()
            },
        ],
        ..CourseInput::default()
    }
}

pub fn content(title: &str) -> CourseContent {
    walk(title).parse().unwrap()
}

pub fn published(course: CourseId, host: AccountId, title: &str) -> Vec<Event> {
    published_as(course, host, content(title))
}

pub fn published_as(course: CourseId, host: AccountId, content: CourseContent) -> Vec<Event> {
    let subject = CourseRef { course_id: course, host_id: host };
    vec![Event::CourseRegistered(CourseWritten { course_id: course, host_id: host, content }), Event::CoursePublished(subject)]
}

pub fn withdrawn(course: CourseId, host: AccountId) -> Event {
    Event::CourseUnpublished(CourseRef { course_id: course, host_id: host })
}

pub fn deleted(course: CourseId, host: AccountId) -> Event {
    Event::CourseDeleted(CourseRef { course_id: course, host_id: host })
}

pub fn named(account: AccountId, name: &str) -> Event {
    Event::AccountRegistered(AccountRegistered { account_id: account, display_name: DisplayName::parse("name", name).unwrap() })
}

pub fn closed(account: AccountId) -> Event {
    Event::AccountClosed(AccountClosed { account_id: account })
}

const fn pair(course: CourseId, customer: AccountId) -> CourseAndCustomer {
    CourseAndCustomer { course_id: course, customer_id: customer }
}

pub fn like(course: CourseId, customer: AccountId) -> Event {
    Event::LikeRegistered(pair(course, customer))
}

pub fn unlike(course: CourseId, customer: AccountId) -> Event {
    Event::LikeCanceled(pair(course, customer))
}

pub fn bookmark(course: CourseId, customer: AccountId) -> Event {
    Event::BookmarkRegistered(pair(course, customer))
}

pub fn unbookmark(course: CourseId, customer: AccountId) -> Event {
    Event::BookmarkCanceled(pair(course, customer))
}

pub fn refuse_bookmark(course: CourseId, customer: AccountId) -> Event {
    Event::BookmarkRefused(pair(course, customer))
}

/// A comment or review, as its events tell of it.
#[derive(Clone, Copy)]
pub struct Remark {
    pub id: uuid::Uuid,
    pub course: CourseId,
    pub author: AccountId,
}

impl Remark {
    pub fn new(database: &Database, course: CourseId, author: AccountId) -> Self {
        Self { id: database.clock().uuid(), course, author }
    }

    fn comment_written(self, body: &str) -> CommentWritten {
        let body = CommentBody::parse("body", body).unwrap();
        CommentWritten { comment_id: CommentId::new(self.id), course_id: self.course, author_id: self.author, body }
    }

    pub fn comment(self, body: &str) -> Event {
        Event::CommentRegistered(self.comment_written(body))
    }

    pub fn reword(self, body: &str) -> Event {
        Event::CommentModified(self.comment_written(body))
    }

    pub fn answer(self, host: AccountId, body: &str) -> Event {
        Event::CommentAnswered(CommentAnswered {
            comment_id: CommentId::new(self.id),
            course_id: self.course,
            author_id: self.author,
            host_id: host,
            body: ReplyBody::parse("body", body).unwrap(),
        })
    }

    pub fn uncomment(self) -> Event {
        Event::CommentDeleted(CommentRef { comment_id: CommentId::new(self.id), course_id: self.course, author_id: self.author })
    }

    fn review_written(self, rating: i64, previous: Option<i64>, body: &str) -> ReviewWritten {
        ReviewWritten {
            review_id: ReviewId::new(self.id),
            course_id: self.course,
            author_id: self.author,
            rating: stars(rating),
            body: ReviewBody::parse("body", body).unwrap(),
            previous_rating: previous.map(stars),
        }
    }

    pub fn review(self, rating: i64) -> Event {
        Event::ReviewRegistered(self.review_written(rating, None, "다녀왔어요"))
    }

    pub fn rerate(self, before: i64, rating: i64, body: &str) -> Event {
        Event::ReviewModified(self.review_written(rating, Some(before), body))
    }

    pub fn reply(self, host: AccountId, body: &str) -> Event {
        Event::ReviewReplied(ReviewReplied {
            review_id: ReviewId::new(self.id),
            course_id: self.course,
            author_id: self.author,
            host_id: host,
            body: ReplyBody::parse("body", body).unwrap(),
        })
    }

    pub fn unreview(self, rating: i64) -> Event {
        Event::ReviewDeleted(ReviewDeleted {
            review_id: ReviewId::new(self.id),
            course_id: self.course,
            author_id: self.author,
            rating: stars(rating),
        })
    }
}

fn stars(rating: i64) -> Stars {
    Stars::parse("rating", rating).unwrap()
}

pub fn delivered(database: &Database, owner: AccountId, course: CourseId, unread: u64) -> Event {
    Event::MessageDelivered(MessageDelivered {
        message_id: Some(contract::MessageId::new(database.clock().uuid())),
        recipient_id: owner,
        kind: MessageKind::CourseBookmarked,
        course_id: course,
        outcome: Delivery::New,
        unread,
    })
}

pub fn read(owner: AccountId, unread: u64) -> Event {
    Event::MessageRead(MessageRead { recipient_id: owner, message_id: None, unread })
}

/// A history with every kind of event but the closing of accounts; each inner list is what happens at once. The persons are those who
/// take part: the host first.
pub fn history(database: &Database) -> (Vec<Vec<Event>>, [AccountId; 4]) {
    let people = [someone(), someone(), someone(), someone()];
    let [host, customers @ ..] = people;
    let mut history: Vec<Vec<Event>> = people.iter().map(|person| vec![named(*person, &format!("사람 {person}")[..12])]).collect();
    for number in 0..5 {
        let course = new_course(database);
        let customer = customers[number % 3];
        history.push(published(course, host, &format!("코스 {number}")));
        for customer in customers {
            history.push(vec![like(course, customer)]);
            history.push(vec![bookmark(course, customer), delivered(database, customer, course, 1)]);
        }
        history.push(vec![unlike(course, customer)]);
        history.push(vec![like(course, customer), unlike(course, customers[0])]);
        history.push(vec![unbookmark(course, customer), bookmark(course, customer)]);
        history.push(vec![refuse_bookmark(course, customers[(number + 1) % 3])]);
        let remarks = customers.map(|customer| Remark::new(database, course, customer));
        let [first, second, third] = remarks;
        history.push(vec![first.comment("어디서 만나요?"), second.comment("좋아요"), second.reword("아주 좋아요")]);
        history.push(vec![first.review(5), second.review(2), third.review(4)]);
        history.push(vec![second.rerate(2, 3, "다시 생각해 보니"), third.unreview(4), second.reply(host, "고맙습니다")]);
        history.push(vec![second.answer(host, "네"), first.answer(host, "강가에서요"), second.answer(host, "고맙습니다")]);
        history.push(vec![first.uncomment(), third.comment("또 올게요"), third.answer(host, "또 오세요")]);
        history.push(vec![delivered(database, host, course, 2), read(host, 0)]);
        match number {
            0 => history.push(vec![deleted(course, host)]),
            1 => history.push(vec![withdrawn(course, host)]),
            2 => history.push(vec![
                withdrawn(course, host),
                Event::CoursePublished(CourseRef { course_id: course, host_id: host }),
                Event::CourseModified(CourseWritten { course_id: course, host_id: host, content: content("새 코스") }),
            ]),
            _ => {}
        }
    }
    (history, people)
}

/// The history, and two of its people gone at its end; some things are said after the one, and of what the other said.
pub async fn write_history(database: &Database) {
    let (mut history, [host, first, second, _]) = history(database);
    let last = history.split_off(history.len() - 12);
    for events in history {
        append(database, events).await;
    }
    append(database, vec![closed(first), closed(second)]).await;
    for events in last {
        append(database, events).await;
    }
    append(database, vec![closed(host)]).await;
}
