//! The saga of a review whose course was withdrawn while it was being written.
//!
//! | step | taken back by |
//! |---|---|
//! | 1. The course service says that a review may be written. | Nothing to take back: the question stores nothing. |
//! | 2. The review is stored, with `review.registered.v1`. | Step 3, when the course's withdrawal stands before the review in the log: the review is deleted, with `review.deleted.v1` caused by the registration. |
//! | 3. The review is heard at its place in the log. | The last step. |
//!
//! Later steps need no compensation of their own. Whoever heard the registration (the read model's counts and sums, the message to the
//! host) hears the deletion as that of any review, in order after it, and undoes what it has to; nobody else was promised anything.
//! A withdrawal that stands after the review in the log is no reason: the review was rightly written, and is kept for the records.

use crate::{model, store};
use contract::event::Envelope;
use contract::{Call, ReviewId};
use jiff::SignedDuration;
use platform::saga::{End, Sagas};
use platform::{Clock, Result, event_log};
use sqlx::postgres::PgConnection;

/// Begun and ended in the transaction of step 3: a row for each case in which something was taken back.
const SAGAS: Sagas<ReviewId> = Sagas::new("late_review", SignedDuration::from_mins(1));

/// Takes back the review that `registered` tells of, unless its author has deleted it meanwhile. It must be locked.
///
/// # Errors
/// When the database can't be reached.
pub(crate) async fn compensate(connection: &mut PgConnection, clock: &Clock, registered: &Envelope, id: ReviewId) -> Result<()> {
    let Some(found) = store::find(&mut *connection, id).await? else { return Ok(()) };
    let mut review = found.review;
    SAGAS.begin(connection, registered, "take_back", &id).await?;
    let event = model::delete(&mut review);
    store::mark_deleted(connection, &review).await?;
    event_log::append(connection, clock, &Call::caused_by(registered), &event, review.version).await?;
    SAGAS.end(connection, registered.id, End::Compensated, clock.now()).await?;
    tracing::info!(review = %id, course = %review.course_id, correlation = %registered.correlation_id, "a late review was taken back");
    Ok(())
}
