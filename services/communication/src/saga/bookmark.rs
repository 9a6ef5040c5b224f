//! A bookmark: registered, its course confirmed as published, its customer told.
//!
//! | step | goes on when | compensation |
//! |---|---|---|
//! | `confirm` | the course's standing is known at the bookmark's place of the log; after the deadline, when the course service says it | the bookmark is taken back (`bookmark_refused`), then `tell`; nothing when the customer has taken it back already |
//! | `deliver` | the message about the registration was delivered | none: the bookmark stands, and the message service tries until it can |
//! | `tell` | the message about the refusal was delivered | none: it is the compensation's end |

use crate::model::Mark;
use crate::policy::{Known, Policy};
use crate::store;
use contract::event::{Aggregate, CourseAndCustomer, Envelope, Event, MessageDelivered};
use contract::message::MessageKind;
use contract::{AccountId, Call, CourseId, EventId};
use jiff::{SignedDuration, Timestamp};
use platform::Result;
use platform::saga::{End, Running, Sagas};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::postgres::PgConnection;

/// How long the course's events are waited for before the course service is asked.
pub(super) const LASTS: SignedDuration = SignedDuration::from_secs(30);

pub(super) const SAGAS: Sagas<Case> = Sagas::new("bookmark", LASTS);

/// What is known of the course decides.
pub(super) const CONFIRM: &str = "confirm";
/// The customer is to get the receipt.
pub(super) const DELIVER: &str = "deliver";
/// The customer is to be told of the refusal.
pub(super) const TELL: &str = "tell";

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Case {
    pub course_id: CourseId,
    pub customer_id: AccountId,
    /// Which version of the bookmark began it.
    pub version: u64,
    pub registered_at: Timestamp,
    /// Whether the customer has the receipt already.
    pub delivered: bool,
    /// The event that refused it.
    pub refusal: Option<EventId>,
}

impl Case {
    pub const fn subject(&self) -> CourseAndCustomer {
        CourseAndCustomer { course_id: self.course_id, customer_id: self.customer_id }
    }
}

/// A bookmark was registered: the case begins, and is decided at once where the course is known.
pub(crate) async fn registered(
    policy: &Policy,
    connection: &mut PgConnection,
    known: &Known,
    envelope: &Envelope,
    subject: CourseAndCustomer,
) -> Result<()> {
    let CourseAndCustomer { course_id, customer_id } = subject;
    if known.closed.contains(&customer_id) {
        return super::account_closure::late_mark(policy, connection, Mark::Bookmark, envelope, subject).await;
    }
    let delivered = store::early_messages::take(connection, envelope.id).await?;
    let case = Case { course_id, customer_id, version: envelope.version, registered_at: envelope.occurred_at, delivered, refusal: None };
    SAGAS.begin(connection, envelope, CONFIRM, &case).await?;
    match known.published.get(&course_id) {
        Some(published) => confirm(policy, connection, envelope.id, *published).await,
        None => Ok(()),
    }
}

/// The bookmarks that wait to hear of a course.
pub(crate) async fn waiting_for(connection: &mut PgConnection, course: CourseId) -> Result<Vec<Aggregate>> {
    let waiting = waiting(connection, course).await?;
    Ok(waiting.into_iter().map(|saga| Mark::Bookmark.aggregate(saga.data.subject())).collect())
}

/// A course was heard of: what waited for that is decided.
pub(crate) async fn course_heard(policy: &Policy, connection: &mut PgConnection, course: CourseId, published: bool) -> Result<()> {
    for saga in waiting(connection, course).await? {
        confirm(policy, connection, saga.id, published).await?;
    }
    Ok(())
}

/// A message was delivered: if it is the one a case waits for, that case is at its end.
pub(crate) async fn delivered(
    policy: &Policy,
    connection: &mut PgConnection,
    envelope: &Envelope,
    message: &MessageDelivered,
) -> Result<()> {
    let Some(cause) = envelope.causation_id else { return Ok(()) };
    let now = policy.clock.now();
    let (saga, step, end) = match message.kind {
        MessageKind::BookmarkRegistered => (SAGAS.running(connection, cause).await?, DELIVER, End::Completed),
        MessageKind::BookmarkRefused => {
            let refused = SAGAS.holding(&mut *connection, &json!({ "refusal": cause })).await?;
            (refused.into_iter().next(), TELL, End::Compensated)
        }
        _ => return Ok(()),
    };
    let Some(Running { id, step: at, data: case, .. }) = saga else {
        return store::early_messages::keep(connection, cause, now).await;
    };
    if message.recipient_id != case.customer_id {
        return Ok(());
    }
    if at == step {
        SAGAS.end(connection, id, end, now).await
    } else if at == CONFIRM {
        SAGAS.move_to(connection, id, CONFIRM, &Case { delivered: true, ..case }, now).await
    } else {
        Ok(())
    }
}

/// A bookmark was refused: which event says so is known from here on.
pub(crate) async fn refused(policy: &Policy, connection: &mut PgConnection, envelope: &Envelope) -> Result<()> {
    let Some(id) = envelope.causation_id else { return Ok(()) };
    let Some(saga) = SAGAS.running(connection, id).await? else { return Ok(()) };
    if store::early_messages::take(connection, envelope.id).await? {
        return SAGAS.end(connection, id, End::Compensated, policy.clock.now()).await;
    }
    let case = Case { refusal: Some(envelope.id), ..saga.data };
    SAGAS.move_to(connection, id, TELL, &case, policy.clock.now()).await
}

/// Ends the cases of a customer whom nobody can tell anything any longer; the closing of the account takes the bookmarks back.
pub(super) async fn customer_gone(connection: &mut PgConnection, customer: AccountId, now: Timestamp) -> Result<()> {
    for saga in SAGAS.holding(&mut *connection, &json!({ "customer_id": customer })).await? {
        SAGAS.end(connection, saga.id, End::Compensated, now).await?;
    }
    Ok(())
}

/// The step `confirm`. Answers what is to be published, as what version and in which case; the caller holds the bookmark's lock.
pub(super) async fn decide(
    connection: &mut PgConnection,
    id: EventId,
    published: bool,
    now: Timestamp,
) -> Result<Option<(Event, u64, Call)>> {
    let Some(saga) = SAGAS.running(connection, id).await?.filter(|saga| saga.step == CONFIRM) else { return Ok(None) };
    let case = saga.data;
    if published {
        if case.delivered {
            SAGAS.end(connection, id, End::Completed, now).await?;
        } else {
            SAGAS.move_to(connection, id, DELIVER, &case, now).await?;
        }
        return Ok(None);
    }
    let Some(version) = store::marks::take_back(connection, Mark::Bookmark, case.subject(), Some(case.version), now).await? else {
        // The customer has taken it back already; one that was set again since is a case of its own.
        SAGAS.end(connection, id, End::Compensated, now).await?;
        return Ok(None);
    };
    SAGAS.move_to(connection, id, TELL, &case, now).await?;
    let call = Call { correlation_id: saga.correlation_id, causation_id: Some(id), actor: None };
    Ok(Some((Event::BookmarkRefused(case.subject()), version, call)))
}

async fn confirm(policy: &Policy, connection: &mut PgConnection, id: EventId, published: bool) -> Result<()> {
    if let Some((event, version, call)) = decide(connection, id, published, policy.clock.now()).await? {
        policy.append(connection, &call, &event, version).await?;
    }
    Ok(())
}

async fn waiting(connection: &mut PgConnection, course: CourseId) -> Result<Vec<Running<Case>>> {
    let mut waiting = SAGAS.holding(connection, &json!({ "course_id": course })).await?;
    waiting.retain(|saga| saga.step == CONFIRM);
    Ok(waiting)
}
