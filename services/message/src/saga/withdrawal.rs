//! The case of a course that was withdrawn (unpublished or deleted): everyone who keeps it is told.
//!
//! | step | what is done | what takes it back |
//! |---|---|---|
//! | `tell` | [`CHUNK`] of those who kept the course at the withdrawal are told, and the saga remembers the last of them: one transaction, again and again until there are no more | nothing |
//!
//! Nothing takes it back because nothing can go wrong for good: there is no rule that could refuse a message, and what has been told
//! stays true when the course is published again. A step that fails is tried until it succeeds, by whichever process comes first.
//!
//! A withdrawal is begun by the consumer, in the transaction in which it hears of it. The steps are taken by a task of their own, so
//! that a course that thousands keep doesn't hold up other messages.

use crate::delivery::Inboxes;
use crate::model::{Cause, Letter};
use crate::store::course;
use contract::event::{Aggregate, AggregateKind, Envelope};
use contract::message::MessageKind;
use contract::{AccountId, CourseId};
use jiff::{SignedDuration, Timestamp};
use platform::saga::{End, Running, Sagas};
use platform::{Database, Result, UnitOfWork};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many are told in one transaction at the most.
const CHUNK: i64 = 100;
/// How many withdrawals take turns.
const AT_ONCE: i64 = 16;
/// How long the task sleeps at the most before it looks again.
const POLL: Duration = Duration::from_secs(1);
/// Who kept the course so soon after its withdrawal, by time, and was heard of before it, is told: which of two transactions at the same
/// time came first in the log is not what their times say.
const AT_THE_SAME_TIME: SignedDuration = SignedDuration::from_secs(10);
/// The one step.
const TELL: &str = "tell";
const SAGAS: Sagas<Withdrawal> = Sagas::new("course_withdrawn", SignedDuration::from_mins(5));

/// What the steps need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Withdrawal {
    course_id: CourseId,
    withdrawn_at: Timestamp,
    /// The last who was told, in the order of ids.
    told: Option<AccountId>,
}

/// Begins to tell of the withdrawal of `course` by the event in `envelope`.
pub(crate) async fn begin(connection: &mut PgConnection, envelope: &Envelope, course: CourseId) -> Result<()> {
    let withdrawal = Withdrawal { course_id: course, withdrawn_at: envelope.occurred_at, told: None };
    SAGAS.begin(connection, envelope, TELL, &withdrawal).await
}

/// The earliest time that is after a withdrawal beyond doubt.
pub(crate) fn no_longer_at_the_same_time(withdrawn_at: Timestamp) -> Timestamp {
    withdrawn_at.saturating_add(AT_THE_SAME_TIME + SignedDuration::from_micros(1)).unwrap_or(withdrawn_at)
}

/// Tells who keeps a course that it was withdrawn. Any number of processes may do so at the same time.
#[derive(Clone, Debug)]
pub struct Withdrawals {
    database: Database,
}

impl Withdrawals {
    /// Withdrawals on `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Takes steps until `stop`. Survives the database's absence.
    pub async fn run(self, stop: CancellationToken) {
        // The policy signals all kinds when it has begun one.
        let mut waiter = self.database.wake().waiter_of(&[AggregateKind::Course]);
        loop {
            match stop.run_until_cancelled(self.advance()).await {
                None => return,
                Some(Ok(0)) => drop(stop.run_until_cancelled(waiter.wait(POLL)).await),
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::warn!(%error, "withdrawals interrupted");
                    stop.run_until_cancelled(tokio::time::sleep(POLL)).await;
                }
            }
        }
    }

    /// Takes one step of each withdrawal that waits for one. Answers how many were taken.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn advance(&self) -> Result<usize> {
        let mut taken = 0;
        for saga in SAGAS.waiting(self.database.pool(), TELL, AT_ONCE).await? {
            let id = saga.id;
            match self.tell(saga).await {
                Ok(true) => taken += 1,
                Ok(false) => tracing::debug!(saga = %id, "taken by another process"),
                // The others need not wait for this one.
                Err(error) => tracing::warn!(saga = %id, %error, "a withdrawal could not be told"),
            }
        }
        Ok(taken)
    }

    /// Takes one step, unless another process has done so. Answers whether it did.
    async fn tell(&self, saga: Running<Withdrawal>) -> Result<bool> {
        let cause = Cause { event_id: saga.id, correlation_id: saga.correlation_id };
        let taken = self.database.command(&cause.call(), move |unit| Box::pin(tell(unit, cause, saga.data))).await?;
        if taken {
            self.database.wake().signal();
        }
        Ok(taken)
    }
}

async fn tell(unit: &mut UnitOfWork, cause: Cause, seen: Withdrawal) -> Result<bool> {
    let clock = unit.clock().clone();
    let now = clock.now();
    let Withdrawal { course_id, withdrawn_at, told } = seen;
    // In the order of ids, which is the order in which everyone takes these locks.
    let then = withdrawn_at.saturating_add(AT_THE_SAME_TIME).unwrap_or(withdrawn_at);
    let holders = course::holders(unit.connection(), course_id, then, told, CHUNK).await?;
    for holder in &holders {
        unit.lock(Aggregate::inbox(*holder)).await?;
    }
    let connection = unit.connection();
    if SAGAS.running(connection, cause.event_id).await?.is_none_or(|running| running.data != seen) {
        return Ok(false);
    }
    // Who let it go while the locks were waited for need not be told.
    let keeping = course::still_keeping(connection, course_id, &holders).await?;
    let mut inboxes = Inboxes::read(connection, clock, &keeping).await?;
    for recipient_id in keeping {
        let letter = Letter { recipient_id, kind: MessageKind::CourseWithdrawn, course_id, bookmark_id: None };
        inboxes.deliver(connection, cause, &letter).await?;
    }
    inboxes.write(connection).await?;
    match holders.last().filter(|_| i64::try_from(holders.len()) == Ok(CHUNK)) {
        Some(last) => SAGAS.move_to(connection, cause.event_id, TELL, &Withdrawal { told: Some(*last), ..seen }, now).await?,
        None => SAGAS.end(connection, cause.event_id, End::Completed, now).await?,
    }
    Ok(true)
}
