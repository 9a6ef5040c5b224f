//! A course was withdrawn: a like or comment that was on its way then comes after it in the log, and is taken back. (Bookmarks are a
//! case of their own, since their customers are told.)

use super::account_closure::late_mark;
use crate::model::{self, Mark};
use crate::policy::{Known, Policy};
use crate::store;
use contract::Call;
use contract::event::{CommentWritten, CourseAndCustomer, Envelope};
use platform::Result;
use sqlx::postgres::PgConnection;

/// A like was registered.
pub(crate) async fn like(
    policy: &Policy,
    connection: &mut PgConnection,
    known: &Known,
    envelope: &Envelope,
    subject: CourseAndCustomer,
) -> Result<()> {
    let withdrawn = known.published.get(&subject.course_id) == Some(&false);
    if withdrawn || known.closed.contains(&subject.customer_id) {
        late_mark(policy, connection, Mark::Like, envelope, subject).await?;
    }
    Ok(())
}

/// A comment was registered.
pub(crate) async fn comment(
    policy: &Policy,
    connection: &mut PgConnection,
    known: &Known,
    envelope: &Envelope,
    comment: &CommentWritten,
) -> Result<()> {
    if known.published.get(&comment.course_id) != Some(&false) {
        return Ok(());
    }
    let Some(mut comment) = store::comments::find(&mut *connection, comment.comment_id).await? else { return Ok(()) };
    let event = model::delete(&mut comment, policy.clock.now());
    store::comments::mark_deleted(connection, &comment).await?;
    policy.append(connection, &Call::caused_by(envelope), &event, comment.version).await
}
