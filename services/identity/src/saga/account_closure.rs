//! An account is closed: done when every service has erased what it held of the person.
//!
//! | step | taken when | taken back by |
//! |---|---|---|
//! | closing: nobody signs in any more | the owner asks (`command.rs`) | nothing: it was asked for with the password, and says that it can't be undone |
//! | each service erases what it held | it hears `account_closed` | nothing: what is erased is gone. One that fails is tried until it succeeds |
//! | the account itself goes, and its name in the log | all have answered | nothing, likewise |
//!
//! The case is known by its `account_closed`, which is the cause of each `account_erased`. So answers count in whatever order they are
//! heard, before the closing too, and a repeated one counts once.

use crate::store;
use contract::event::{AccountErased, Aggregate, Envelope, Participant};
use contract::{AccountId, EventId};
use jiff::{SignedDuration, Timestamp};
use platform::saga::{End, Sagas};
use platform::{Error, Result, event_log};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use std::collections::BTreeSet;

const SAGAS: Sagas<Closure> = Sagas::new("account_closure", SignedDuration::from_mins(10));
/// The one step that is waited in: for answers.
const ERASING: &str = "erasing";

/// What is known of one closing.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Closure {
    account_id: AccountId,
    erased: BTreeSet<Participant>,
}

impl Closure {
    /// Begins it, unless an answer has.
    pub(super) async fn begin(connection: &mut PgConnection, closed: &Envelope, account_id: AccountId) -> Result<()> {
        SAGAS.begin(connection, closed, ERASING, &Self { account_id, erased: BTreeSet::new() }).await
    }

    /// Notes that a service has erased what it held, and ends with the last of them.
    pub(super) async fn answered(connection: &mut PgConnection, heard: &Envelope, answer: AccountErased, now: Timestamp) -> Result<()> {
        let id = heard.causation_id.ok_or_else(|| Error::Event("an account was erased without a cause".to_owned()))?;
        Self::begin(connection, &Envelope { id, ..heard.clone() }, answer.account_id).await?;
        // One that has ended has had this answer.
        let Some(mut running) = SAGAS.running(connection, id).await? else { return Ok(()) };
        running.data.erased.insert(answer.service);
        if Participant::ALL.iter().all(|service| running.data.erased.contains(service)) {
            Self::finish(connection, id, running.data, now).await
        } else {
            SAGAS.move_to(connection, id, ERASING, &running.data, now).await
        }
    }

    async fn finish(connection: &mut PgConnection, id: EventId, closure: Self, now: Timestamp) -> Result<()> {
        store::erase_account(connection, closure.account_id).await?;
        // Read models have cleared the name when they heard of the closing, and readers to come never see it.
        event_log::redact(connection, Aggregate::account(closure.account_id), "display_name").await?;
        SAGAS.move_to(connection, id, ERASING, &closure, now).await?;
        SAGAS.end(connection, id, End::Completed, now).await?;
        tracing::info!(account = %closure.account_id, "an account is erased");
        Ok(())
    }
}
