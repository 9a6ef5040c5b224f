//! Events that come twice, and aggregates that are shuffled against each other.

use crate::given::{
    Dice, World, a_comment, a_course, a_review, answers, comments, deleted, keeps, lets_go, published, refused, replies, reviews,
    unpublished, written,
};
use contract::event::{AccountClosed, Aggregate, AggregateKind, Envelope, Event};
use contract::{AccountId, CourseId, ReviewId};
use jiff::SignedDuration;
use message::MessagePolicy;
use platform::consumer::Handler;
use platform::event_log::{self, Cursor};
use platform::testing::someone;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is left of a history: messages, inboxes, bookmarks, courses, and what still waits.
type Remains = (Vec<(Uuid, String, Uuid, bool)>, Vec<(Uuid, i64, bool)>, Vec<(Uuid, Uuid)>, Vec<(Uuid, String, bool)>, i64);

async fn remains(world: &World) -> Remains {
    let pool = world.database.pool();
    (
        sqlx::query_as("SELECT recipient_id, kind, course_id, read FROM message.messages ORDER BY 1, 2, 3, 4")
            .fetch_all(pool)
            .await
            .unwrap(),
        sqlx::query_as("SELECT recipient_id, unread, closed FROM message.inboxes ORDER BY 1").fetch_all(pool).await.unwrap(),
        sqlx::query_as("SELECT course_id, customer_id FROM message.bookmarks ORDER BY 1, 2").fetch_all(pool).await.unwrap(),
        sqlx::query_as("SELECT id, title_ko, published FROM message.courses ORDER BY 1").fetch_all(pool).await.unwrap(),
        world.count("SELECT count(*) FROM message.pending").await,
    )
}

/// A history with everything that messages hear of, on two courses.
async fn history(world: &World) {
    let host = world.host;
    let (kept, withdrawn): (CourseId, CourseId) = (a_course(), a_course());
    let [a, b, c, closed]: [AccountId; 4] = [someone(), someone(), someone(), someone()];
    let review: ReviewId = a_review();
    world.append(published(kept, host, "남는 길").into()).await;
    world.append(published(withdrawn, host, "사라질 길").into()).await;
    world.append(vec![keeps(kept, a), keeps(kept, b), lets_go(kept, b), keeps(kept, b), keeps(kept, c), lets_go(kept, c)]).await;
    world.append(vec![keeps(withdrawn, a), keeps(withdrawn, b), keeps(withdrawn, closed), keeps(withdrawn, host)]).await;
    world.append(vec![comments(kept, a), comments(withdrawn, c), comments(kept, host), comments(kept, closed)]).await;
    let comment = a_comment();
    world.append(vec![reviews(review, kept, a), replies(review, kept, a, host), replies(review, kept, a, host)]).await;
    world.append(vec![answers(comment, kept, a, host), answers(comment, kept, a, host), answers(a_comment(), kept, closed, host)]).await;
    world.append(vec![Event::CourseModified(written(kept, host, "남는 길, 고침"))]).await;
    world.pass(SignedDuration::from_mins(1));
    world.append(vec![unpublished(withdrawn, host)]).await;
    world.pass(SignedDuration::from_mins(1));
    world.append(vec![keeps(withdrawn, c), refused(withdrawn, c)]).await;
    world.append(vec![Event::AccountClosed(AccountClosed { account_id: closed })]).await;
    world.append(vec![deleted(withdrawn, host)]).await;
}

/// The whole history as it was written.
async fn envelopes(world: &World) -> Vec<Envelope> {
    let mut connection = world.database.pool().acquire().await.unwrap();
    let recorded = event_log::read(&mut connection, Cursor::default(), 1_000, &AggregateKind::ALL).await.unwrap();
    recorded.into_iter().map(|event| event.envelope.unwrap()).collect()
}

/// The same events in another order; those of one aggregate stay in theirs.
fn shuffled(events: &[Envelope], dice: &mut Dice) -> Vec<Envelope> {
    let mut aggregates: BTreeMap<Aggregate, Vec<Envelope>> = BTreeMap::new();
    for event in events.iter().rev() {
        aggregates.entry(event.aggregate).or_default().push(event.clone());
    }
    let mut left: Vec<Vec<Envelope>> = aggregates.into_values().collect();
    let mut shuffled = Vec::new();
    while !left.is_empty() {
        let one = dice.throw(left.len());
        shuffled.extend(left[one].pop());
        left.retain(|events| !events.is_empty());
    }
    shuffled
}

async fn hear(world: &World, events: &[Envelope]) {
    let mut transaction = world.database.pool().begin().await.unwrap();
    MessagePolicy::new(world.database.clone()).handle(&mut transaction, events).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn aggregates_in_any_order_and_batches_of_any_size_leave_the_same() {
    let ordered = World::new().await;
    history(&ordered).await;
    // The log is read behind the horizon; what was heard is then put into order in a world of its own.
    ordered.settle().await.unwrap();
    let events: Vec<Envelope> =
        envelopes(&ordered).await.into_iter().filter(|event| ordered_kinds().contains(&event.aggregate.kind.code())).collect();
    ordered.tell().await;
    let expected = remains(&ordered).await;
    ordered.expect_exact().await;
    assert_eq!((expected.0.len(), expected.4), (24, 0), "{expected:?}");

    for seed in 1..=12 {
        let mut dice = Dice::new(seed);
        let world = World::at(ordered.now().as_microsecond()).await;
        let shuffled = shuffled(&events, &mut dice);
        let mut rest = shuffled.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(1 + dice.throw(rest.len().min(6)));
            rest = later;
            hear(&world, batch).await;
            if dice.throw(4) == 0 {
                world.tell().await;
            }
        }
        world.tell().await;
        assert_eq!(remains(&world).await, expected, "seed {seed}");
        world.expect_exact().await;
        let erased = "SELECT count(*) FROM event_log.events WHERE name = 'identity.account_erased.v1' AND aggregate_version = 1";
        assert_eq!(world.count(erased).await, 1);
    }
}

fn ordered_kinds() -> [&'static str; 5] {
    ["course", "bookmark", "review", "comment", "account"]
}

#[tokio::test]
async fn a_log_that_is_read_from_the_beginning_again_changes_nothing() {
    let world = World::new().await;
    history(&world).await;
    world.settle().await.unwrap();
    world.tell().await;
    let (before, events) = (remains(&world).await, world.count("SELECT count(*) FROM event_log.events").await);
    // Once as after a log was restored, when the platform knows what was handled; once as if it knew nothing.
    for forget in ["SELECT 1", "DELETE FROM event_log.handled"] {
        sqlx::query(forget).execute(world.database.pool()).await.unwrap();
        sqlx::query("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0").execute(world.database.pool()).await.unwrap();
        world.settle().await.unwrap();
        world.tell().await;
        assert_eq!(remains(&world).await, before, "{forget}");
        assert_eq!(world.count("SELECT count(*) FROM event_log.events").await, events, "{forget}");
    }
    assert_eq!(world.count("SELECT count(*) FROM event_log.parked").await, 0);
    world.expect_exact().await;
}
