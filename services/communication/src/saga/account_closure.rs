//! An account was closed: its likes and bookmarks are taken back, so that counts stay exact, and that is told to whoever waits for it.
//! Comments stay for those who answered them; nothing here says whose they are but an id. No compensation: closing can't be undone.

use super::bookmark;
use crate::model::Mark;
use crate::policy::{Known, Policy};
use crate::store;
use contract::event::{AccountErased, CourseAndCustomer, Envelope, Event, Participant};
use contract::{AccountId, Call};
use platform::Result;
use sqlx::postgres::PgConnection;

/// An account was closed. What was set since the batch began is taken back when it is heard of.
pub(crate) async fn close(
    policy: &Policy,
    connection: &mut PgConnection,
    known: &mut Known,
    envelope: &Envelope,
    account: AccountId,
) -> Result<()> {
    let now = policy.clock.now();
    known.closed.insert(account);
    if !store::accounts::close(connection, account, now).await? {
        return Ok(());
    }
    let call = Call::caused_by(envelope);
    for (mark, course_id) in known.marks.remove(&account).unwrap_or_default() {
        let subject = CourseAndCustomer { course_id, customer_id: account };
        if let Some(version) = store::marks::take_back(connection, mark, subject, None, now).await? {
            policy.append(connection, &call, &mark.event(subject, false), version).await?;
        }
    }
    bookmark::customer_gone(connection, account, now).await?;
    let erased = Event::AccountErased(AccountErased { account_id: account, service: Participant::Communication });
    policy.append(connection, &call, &erased, 1).await
}

/// Takes back a mark that came too late, unless it was changed since: that change is heard of in its turn.
pub(super) async fn late_mark(
    policy: &Policy,
    connection: &mut PgConnection,
    mark: Mark,
    envelope: &Envelope,
    subject: CourseAndCustomer,
) -> Result<()> {
    let taken = store::marks::take_back(connection, mark, subject, Some(envelope.version), policy.clock.now()).await?;
    if let Some(version) = taken {
        policy.append(connection, &Call::caused_by(envelope), &mark.event(subject, false), version).await?;
    }
    Ok(())
}
