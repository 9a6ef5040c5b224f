//! The changes that open pages are told, as they are read.

use super::CHANNEL;
use super::read::{counts, rating, tally};
use crate::live::{Change, Topic};
use contract::viewpage::{CommentView, CourseCounts, LiveEvent, LiveMessage, LiveName, Op, ReviewView};
use contract::{AccountId, CorrelationId, CourseId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;
use sqlx::postgres::{PgListener, PgPool};
use uuid::Uuid;

/// What a change carries of a comment or review.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload<T> {
    pub op: Op,
    pub view: T,
}

#[derive(Deserialize)]
struct Unread {
    unread: u64,
}

struct Row {
    id: i64,
    kind: String,
    course_id: Uuid,
    account_id: Option<Uuid>,
    withdrawn: bool,
    version: i64,
    likes: i64,
    bookmarks: i64,
    comments: i64,
    reviews: i64,
    rating_sum: i64,
    payload: Option<serde_json::Value>,
    origin: Option<Uuid>,
}

impl Row {
    fn change(mut self) -> Change {
        let payload = self.payload.take();
        let (topic, name, event) = payload.and_then(|payload| self.said(payload)).unwrap_or_else(|| self.counted());
        let message = LiveMessage::new(self.id.unsigned_abs(), name, event, self.origin.map(CorrelationId::new));
        Change { topic, message }
    }

    /// What the payload says; `None` for one that this release can't read, which then is about counts alone.
    fn said(&self, payload: serde_json::Value) -> Option<(Topic, LiveName, LiveEvent)> {
        let (course_id, version) = (CourseId::new(self.course_id), self.version.unsigned_abs());
        match self.kind.as_str() {
            "review" => {
                let Payload { op, view } = read::<Payload<ReviewView>>(payload)?;
                Some((Topic::Course(course_id), LiveName::Review, LiveEvent::Review { course_id, version, op, review: view }))
            }
            "comment" => {
                let Payload { op, view } = read::<Payload<CommentView>>(payload)?;
                Some((Topic::Course(course_id), LiveName::Comment, LiveEvent::Comment { course_id, version, op, comment: view }))
            }
            "message" => {
                let Unread { unread } = read(payload)?;
                Some((Topic::Inbox(AccountId::new(self.account_id?)), LiveName::Message, LiveEvent::Message { unread }))
            }
            _ => None,
        }
    }

    fn counted(&self) -> (Topic, LiveName, LiveEvent) {
        let course_id = CourseId::new(self.course_id);
        let (name, event) = if self.withdrawn {
            (LiveName::Withdrawn, LiveEvent::Withdrawn { course_id })
        } else {
            let counts = CourseCounts {
                course_id,
                version: self.version.unsigned_abs(),
                counts: tally(self.likes, self.bookmarks, self.comments, self.reviews),
                rating: rating(self.rating_sum, self.reviews),
            };
            (LiveName::Counts, LiveEvent::Counts(counts))
        };
        (Topic::Course(course_id), name, event)
    }
}

fn read<T: DeserializeOwned>(payload: serde_json::Value) -> Option<T> {
    serde_json::from_value(payload).inspect_err(|error| tracing::error!(%error, "a change that can't be read")).ok()
}

/// The id of the last change; 0 when there never was one.
pub(crate) async fn last_change(executor: impl PgExecutor<'_>) -> Result<u64> {
    Ok(sqlx::query_scalar!(r#"SELECT COALESCE(max(id), 0) AS "id!" FROM viewpage.changes"#).fetch_one(executor).await?.unsigned_abs())
}

/// What a stream begins with, all of one moment.
pub(crate) struct Moment {
    /// The last change that is in it.
    pub last: u64,
    /// The counts of those courses that are shown.
    pub shown: Vec<CourseCounts>,
    /// How many messages the owner of the inbox has not read.
    pub unread: u64,
}

pub(crate) async fn snapshot(pool: &PgPool, courses: &[CourseId], inbox: Option<AccountId>) -> Result<Moment> {
    let pool = pool.clone();
    let courses = courses.to_vec();
    // In a task of its own, as every transaction: a request that is dropped half-way leaves no connection inside it.
    let read = async move {
        let mut moment = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let last = last_change(&mut *moment).await?;
        let shown = counts(&mut *moment, &courses).await?;
        let unread = match inbox {
            Some(owner) => unread(&mut *moment, owner).await?,
            None => 0,
        };
        moment.commit().await?;
        Ok(Moment { last, shown, unread })
    };
    tokio::spawn(read).await.unwrap_or(Err(Error::Defect("a snapshot panicked")))
}

async fn unread(executor: impl PgExecutor<'_>, owner: AccountId) -> Result<u64> {
    let unread =
        sqlx::query_scalar!("SELECT unread FROM viewpage.inboxes WHERE account_id = $1", owner.as_uuid()).fetch_optional(executor).await?;
    Ok(unread.unwrap_or_default().unsigned_abs())
}

/// Up to `limit` changes after `id`, in order.
pub(crate) async fn changes_after(pool: &PgPool, id: u64, limit: i64) -> Result<Vec<Change>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, kind, course_id, account_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, payload, origin
         FROM viewpage.changes WHERE id > $1 ORDER BY id LIMIT $2",
        i64::try_from(id).unwrap_or(i64::MAX),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Row::change).collect())
}

/// What a reader missed.
pub(crate) enum Missed {
    /// These, in order.
    Changes(Vec<LiveMessage>),
    /// More than is kept, or than is worth sending.
    TooMuch,
}

/// What was said of `courses` and `inbox` after `after`, up to and including `until`.
pub(crate) async fn missed(
    pool: &PgPool,
    courses: &[CourseId],
    inbox: Option<AccountId>,
    after: u64,
    until: u64,
    limit: i64,
) -> Result<Missed> {
    let [after, until] = [after, until].map(|id| i64::try_from(id).unwrap_or(i64::MAX));
    // While the last one seen is still there, so is everything after it. Zero is what a reader says who saw an empty log: then the
    // very first change has to be there, if there is any.
    let whole = sqlx::query_scalar!(
        r#"SELECT CASE WHEN $1::bigint = 0 THEN COALESCE((SELECT min(id) FROM viewpage.changes) = 1, true)
                       ELSE EXISTS (SELECT FROM viewpage.changes WHERE id = $1) END AS "whole!""#,
        after
    )
    .fetch_one(pool)
    .await?;
    if !whole {
        return Ok(Missed::TooMuch);
    }
    let ids: Vec<Uuid> = courses.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, kind, course_id, account_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, payload, origin
         FROM viewpage.changes
         WHERE id > $1 AND id <= $2 AND ((kind <> 'message' AND course_id = ANY ($3)) OR account_id = $4) ORDER BY id LIMIT $5",
        after,
        until,
        &ids,
        inbox.map(AccountId::as_uuid),
        limit + 1
    )
    .fetch_all(pool)
    .await?;
    if i64::try_from(rows.len()).is_ok_and(|found| found <= limit) {
        Ok(Missed::Changes(rows.into_iter().map(|row| row.change().message).collect()))
    } else {
        Ok(Missed::TooMuch)
    }
}

/// Forgets changes from before `then`, but never the last one: it tells where the log of changes stands.
pub(crate) async fn trim_changes(pool: &PgPool, then: Timestamp) -> Result<u64> {
    let trimmed = sqlx::query!(
        "DELETE FROM viewpage.changes WHERE changed_at < $1 AND id < (SELECT max(id) FROM viewpage.changes)",
        then.to_sqlx() as _
    )
    .execute(pool)
    .await?;
    Ok(trimmed.rows_affected())
}

/// Hears of batches that other processes have folded.
pub(crate) async fn listen(pool: &PgPool) -> Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
