//! One batch in one transaction: which events are new, their effect, and how far the consumer has come.

use super::{Consumer, TRIES, backoff};
use crate::error::{Error, Result};
use crate::event_log::{self, Cursor, Recorded, codes};
use contract::event::{Aggregate, AggregateKind, AggregateVersion, Envelope};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// What a consumer knows of the aggregates of a batch.
pub(super) struct Known {
    handled: BTreeMap<Aggregate, u64>,
    parked: HashSet<(String, Uuid)>,
}

impl Known {
    /// The events of `kinds` that are new, in order.
    ///
    /// # Errors
    /// [`Error::Event`] for one that can't be read or comes before its predecessor.
    pub(super) fn sift(&mut self, kinds: &[AggregateKind], events: &[Recorded]) -> Result<Vec<Envelope>> {
        let mut fresh = Vec::with_capacity(events.len());
        for event in events {
            if !is_of(kinds, event) {
                continue;
            }
            if self.parked.contains(&(event.kind.clone(), event.aggregate_id)) {
                continue;
            }
            let envelope = event.envelope.as_ref().map_err(|reason| Error::Event(reason.clone()))?;
            let last = self.handled.entry(envelope.aggregate).or_default();
            if envelope.version <= *last {
                continue;
            }
            if envelope.version > *last + 1 {
                return Err(Error::Event(format!("version {} comes after {last}", envelope.version)));
            }
            *last = envelope.version;
            fresh.push(envelope.clone());
        }
        Ok(fresh)
    }
}

/// Whether an event is of a kind that a consumer hears of.
fn is_of(kinds: &[AggregateKind], event: &Recorded) -> bool {
    AggregateKind::from_code(&event.kind).is_some_and(|kind| kinds.contains(&kind))
}

impl Consumer {
    /// Folds `events`, which were read after `after`, in one transaction with the checkpoint. When the checkpoint has been moved
    /// meanwhile (a rebuilt read model was put in place), nothing is folded: the next step reads from where it is now.
    pub(super) async fn fold(&self, connection: &mut PgConnection, after: Cursor, events: &[Recorded]) -> Result<()> {
        let Some(last) = events.last() else { return Ok(()) };
        let mut transaction = connection.begin().await?;
        self.lock_concerns(&mut transaction, events).await?;
        if self.locked_checkpoint(&mut transaction).await? != after {
            return Ok(());
        }
        let fresh = self.known(&mut transaction, events).await?.sift(self.handler.kinds(), events)?;
        self.apply(&mut transaction, &fresh).await?;
        self.move_checkpoint(&mut transaction, last.cursor).await?;
        transaction.commit().await?;
        self.after_commit(&fresh).await;
        Ok(())
    }

    /// Folds one event, or parks its aggregate when that fails again and again.
    pub(super) async fn fold_or_park(&self, connection: &mut PgConnection, after: Cursor, event: &Recorded) -> Result<()> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.fold(connection, after, std::slice::from_ref(event)).await {
                Ok(()) => return Ok(()),
                Err(error) if !error.is_of_an_event() => return Err(error),
                Err(error @ Error::Event(_)) => return self.park(connection, after, event, &error).await,
                Err(error) if tries >= TRIES => return self.park(connection, after, event, &error).await,
                Err(error) => {
                    tracing::warn!(consumer = self.handler.name(), event = %event.id, %error, tries, "event failed");
                    tokio::time::sleep(backoff(tries)).await;
                }
            }
        }
    }

    /// Waits for whoever else changes what the handler will append to. A fixed order, so that two can't wait for each other.
    pub(super) async fn lock_concerns(&self, connection: &mut PgConnection, events: &[Recorded]) -> Result<()> {
        let heard: Vec<&Envelope> =
            events.iter().filter(|event| is_of(self.handler.kinds(), event)).filter_map(|event| event.envelope.as_ref().ok()).collect();
        for aggregate in self.handler.concerns(connection, &heard).await?.into_iter().collect::<BTreeSet<_>>() {
            event_log::lock(connection, aggregate).await?;
        }
        Ok(())
    }

    /// The handler's effect, and the versions it has handled with it.
    pub(super) async fn apply(&self, connection: &mut PgConnection, fresh: &[Envelope]) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        self.handler.handle(connection, fresh).await?;
        let newest: BTreeMap<Aggregate, u64> = fresh.iter().map(|envelope| (envelope.aggregate, envelope.version)).collect();
        let kinds: Vec<AggregateKind> = newest.keys().map(|aggregate| aggregate.kind).collect();
        let ids: Vec<Uuid> = newest.keys().map(|aggregate| aggregate.id).collect();
        let versions: Vec<i64> = newest.values().map(|version| i64::try_from(*version).unwrap_or(i64::MAX)).collect();
        sqlx::query!(
            "INSERT INTO event_log.handled (consumer, aggregate_kind, aggregate_id, aggregate_version)
             SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::bigint[])
             ON CONFLICT (consumer, aggregate_kind, aggregate_id) DO UPDATE SET aggregate_version = excluded.aggregate_version",
            self.handler.name(),
            &codes(&kinds),
            &ids,
            &versions,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// What follows a commit: whoever waits is told.
    pub(super) async fn after_commit(&self, fresh: &[Envelope]) {
        if fresh.is_empty() {
            return;
        }
        let handled = fresh.iter().map(|envelope| AggregateVersion { aggregate: envelope.aggregate, version: envelope.version }).collect();
        self.tell(handled, fresh.last());
        self.handler.committed().await;
    }

    /// Where the consumer stands; nobody else moves it until this transaction ends.
    pub(super) async fn locked_checkpoint(&self, connection: &mut PgConnection) -> Result<Cursor> {
        Ok(sqlx::query_as!(
            Cursor,
            r#"SELECT transaction_id::text::bigint AS "transaction_id!", position FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE"#,
            self.handler.name()
        )
        .fetch_one(connection)
        .await?)
    }

    pub(super) async fn move_checkpoint(&self, connection: &mut PgConnection, to: Cursor) -> Result<()> {
        sqlx::query!(
            "UPDATE event_log.checkpoints SET transaction_id = $2::bigint::text::xid8, position = $3 WHERE consumer = $1",
            self.handler.name(),
            to.transaction_id,
            to.position,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn known(&self, connection: &mut PgConnection, events: &[Recorded]) -> Result<Known> {
        let (kinds, ids): (Vec<String>, Vec<Uuid>) =
            events.iter().filter(|event| is_of(self.handler.kinds(), event)).map(|event| (event.kind.clone(), event.aggregate_id)).unzip();
        let rows = sqlx::query!(
            "SELECT aggregate_kind, aggregate_id, aggregate_version FROM event_log.handled
             WHERE consumer = $1 AND (aggregate_kind, aggregate_id) IN (SELECT * FROM unnest($2::text[], $3::uuid[]))",
            self.handler.name(),
            &kinds,
            &ids,
        )
        .fetch_all(&mut *connection)
        .await?;
        let handled = rows
            .into_iter()
            .filter_map(|row| {
                let kind = AggregateKind::from_code(&row.aggregate_kind)?;
                Some((Aggregate { kind, id: row.aggregate_id }, row.aggregate_version.unsigned_abs()))
            })
            .collect();
        let parked = sqlx::query!("SELECT aggregate_kind, aggregate_id FROM event_log.parked WHERE consumer = $1", self.handler.name())
            .fetch_all(connection)
            .await?
            .into_iter()
            .map(|row| (row.aggregate_kind, row.aggregate_id))
            .collect();
        Ok(Known { handled, parked })
    }
}
