//! One batch in one transaction: which events are new, their effect, and how far the consumer has come.

use super::{Consumer, TRIES};
use crate::error::{Error, Result};
use crate::event_log::{self, Cursor, Recorded, codes};
use crate::lead::{Seat, backoff};
use crate::trace;
use contract::event::{Aggregate, AggregateKind, AggregateVersion, Envelope};
use sqlx::postgres::{PgConnection, Postgres};
use sqlx::{AssertSqlSafe, Connection, Transaction};
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

fn is_of(kinds: &[AggregateKind], event: &Recorded) -> bool {
    AggregateKind::from_code(&event.kind).is_some_and(|kind| kinds.contains(&kind))
}

impl Consumer {
    /// Whether an event is of a kind that the handler hears of.
    pub(super) fn hears_of(&self, event: &Recorded) -> bool {
        is_of(self.handler.kinds(), event)
    }

    /// Moves from `after` past `events`, none of which is for the handler, unless the checkpoint has been moved meanwhile.
    pub(super) async fn pass(&self, seat: &mut Seat, after: Cursor, events: &[Recorded]) -> Result<()> {
        let Some(Recorded { cursor: to, .. }) = events.last() else { return Ok(()) };
        let moved = sqlx::query!(
            "UPDATE event_log.checkpoints SET transaction_id = $4::bigint::text::xid8, position = $5
             WHERE consumer = $1 AND transaction_id = $2::bigint::text::xid8 AND position = $3 AND epoch = $6",
            self.handler.name(),
            after.transaction_id,
            after.position,
            to.transaction_id,
            to.position,
            seat.epoch,
        )
        .execute(&mut seat.connection)
        .await?;
        if moved.rows_affected() == 0 {
            self.locked_checkpoint(&mut seat.connection, seat.epoch).await?;
        }
        self.let_read(events);
        Ok(())
    }

    /// While a transaction of this consumer was under way, others could not read what was committed since it began. Those who hear at once
    /// of the kinds that it heard of by chance look again.
    fn let_read(&self, events: &[Recorded]) {
        let kinds: BTreeSet<AggregateKind> = events.iter().filter_map(|event| AggregateKind::from_code(&event.kind)).collect();
        let urgent = self.handler.urgent();
        self.database.wake().signal_of(kinds.into_iter().filter(|kind| !urgent.contains(kind)));
    }

    /// Folds `events`, which were read after `after`, in one transaction with the checkpoint. When the checkpoint has been moved
    /// meanwhile (a rebuilt read model was put in place), nothing is folded: the next step reads from where it is now.
    /// Answers whether the events are folded.
    pub(super) async fn fold(&self, seat: &mut Seat, after: Cursor, events: &[Recorded]) -> Result<bool> {
        let Some(last) = events.last() else { return Ok(true) };
        let since = self.database.clock().now();
        let Seat { connection, epoch } = seat;
        let mut transaction = self.transaction(connection).await?;
        let concerned = self.lock_concerns(&mut transaction, events).await?;
        let (here, mut known) = match self.known(&mut transaction, *epoch, events).await {
            Ok(known) => known,
            Err(error) => {
                // At once: whoever leads by now waits for the checkpoint.
                let _gone = transaction.rollback().await;
                return Err(error);
            }
        };
        if here != after {
            return Ok(false);
        }
        let fresh = known.sift(self.handler.kinds(), events)?;
        self.apply(&mut transaction, &fresh, Some(last.cursor)).await?;
        transaction.commit().await?;
        trace::handled(self.handler.name(), &fresh, since);
        self.after_commit(&fresh, concerned).await;
        self.let_read(events);
        Ok(true)
    }

    /// A transaction in which unqualified names mean what the handler says.
    pub(super) async fn transaction<'a>(&self, connection: &'a mut PgConnection) -> Result<Transaction<'a, Postgres>> {
        Ok(match self.handler.schema() {
            Some(schema) => connection.begin_with(AssertSqlSafe(format!("BEGIN; SET LOCAL search_path TO {schema}"))).await?,
            None => connection.begin().await?,
        })
    }

    /// Folds one event, or parks its aggregate when that fails again and again.
    pub(super) async fn fold_or_park(&self, seat: &mut Seat, after: Cursor, event: &Recorded) -> Result<()> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.fold(seat, after, std::slice::from_ref(event)).await {
                Ok(_folded) => return Ok(()),
                Err(error) if !error.is_of_an_event() => return Err(error),
                Err(error @ Error::Event(_)) => return self.park(seat, after, event, &error).await,
                Err(error) if tries >= TRIES => return self.park(seat, after, event, &error).await,
                Err(error) => {
                    tracing::warn!(consumer = self.handler.name(), event = %event.id, %error, tries, "event failed");
                    tokio::time::sleep(backoff(tries)).await;
                }
            }
        }
    }

    /// Waits for whoever else changes what the handler will append to. A fixed order, so that two can't wait for each other.
    /// Answers the kinds that it may append to.
    pub(super) async fn lock_concerns(&self, connection: &mut PgConnection, events: &[Recorded]) -> Result<BTreeSet<AggregateKind>> {
        let heard: Vec<&Envelope> =
            events.iter().filter(|event| self.hears_of(event)).filter_map(|event| event.envelope.as_ref().ok()).collect();
        let concerned: BTreeSet<Aggregate> = self.handler.concerns(connection, &heard).await?.into_iter().collect();
        for aggregate in &concerned {
            event_log::lock(connection, *aggregate).await?;
        }
        Ok(concerned.into_iter().map(|aggregate| aggregate.kind).collect())
    }

    /// The handler's effect, and with it the versions it has handled and, where that is given, how far the consumer has come.
    pub(super) async fn apply(&self, connection: &mut PgConnection, fresh: &[Envelope], to: Option<Cursor>) -> Result<()> {
        if !fresh.is_empty() {
            self.handler.handle(connection, fresh).await?;
        }
        let newest: BTreeMap<Aggregate, u64> = fresh.iter().map(|envelope| (envelope.aggregate, envelope.version)).collect();
        let kinds: Vec<AggregateKind> = newest.keys().map(|aggregate| aggregate.kind).collect();
        let ids: Vec<Uuid> = newest.keys().map(|aggregate| aggregate.id).collect();
        let versions: Vec<i64> = newest.values().map(|version| i64::try_from(*version).unwrap_or(i64::MAX)).collect();
        sqlx::query!(
            "WITH moved AS (
                 UPDATE event_log.checkpoints SET transaction_id = $5::bigint::text::xid8, position = $6
                 WHERE consumer = $1 AND $6::bigint IS NOT NULL)
             INSERT INTO event_log.handled (consumer, aggregate_kind, aggregate_id, aggregate_version)
             SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::bigint[])
             ON CONFLICT (consumer, aggregate_kind, aggregate_id) DO UPDATE SET aggregate_version = excluded.aggregate_version",
            self.handler.name(),
            &codes(&kinds),
            &ids,
            &versions,
            to.map(|to| to.transaction_id),
            to.map(|to| to.position),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// What follows a commit: whoever waits is told, and whoever reads what was appended.
    pub(super) async fn after_commit(&self, fresh: &[Envelope], appended: BTreeSet<AggregateKind>) {
        if fresh.is_empty() {
            return;
        }
        let handled = fresh.iter().map(|envelope| AggregateVersion { aggregate: envelope.aggregate, version: envelope.version }).collect();
        self.tell(handled, fresh.last());
        if !appended.is_empty() {
            self.database.wake().signal_of(appended);
        }
        self.handler.committed().await;
    }

    /// Where the consumer stands; nobody else moves it until this transaction ends.
    ///
    /// # Errors
    /// [`Error::Replaced`] when another leads by now.
    pub(super) async fn locked_checkpoint(&self, connection: &mut PgConnection, epoch: i64) -> Result<Cursor> {
        let row = sqlx::query!(
            r#"SELECT transaction_id::text::bigint AS "transaction_id!", position, epoch FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE"#,
            self.handler.name()
        )
        .fetch_one(connection)
        .await?;
        if row.epoch != epoch {
            return Err(Error::Replaced);
        }
        Ok(Cursor { transaction_id: row.transaction_id, position: row.position })
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

    /// Where the consumer stands, which nobody else changes until this transaction ends, and what it knows of the aggregates of `events`.
    ///
    /// # Errors
    /// [`Error::Replaced`] when another leads by now.
    async fn known(&self, connection: &mut PgConnection, epoch: i64, events: &[Recorded]) -> Result<(Cursor, Known)> {
        let (kinds, ids): (Vec<String>, Vec<Uuid>) =
            events.iter().filter(|event| self.hears_of(event)).map(|event| (event.kind.clone(), event.aggregate_id)).unzip();
        let rows = sqlx::query!(
            r#"WITH here AS MATERIALIZED (
                 SELECT transaction_id::text::bigint AS transaction_id, position, epoch FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE)
             SELECT transaction_id AS "transaction_id?", position AS "position?", NULL AS kind, NULL::uuid AS id, epoch AS version
             FROM here
             UNION ALL
             SELECT NULL, NULL, aggregate_kind, aggregate_id, aggregate_version
             FROM (SELECT DISTINCT * FROM unnest($2::text[], $3::uuid[]) AS asked (kind, id)) asked
                 JOIN event_log.handled ON consumer = $1 AND aggregate_kind = asked.kind AND aggregate_id = asked.id
             UNION ALL
             SELECT NULL, NULL, aggregate_kind, aggregate_id, NULL FROM event_log.parked WHERE consumer = $1"#,
            self.handler.name(),
            &kinds,
            &ids,
        )
        .fetch_all(connection)
        .await?;
        let mut here = None;
        let mut known = Known { handled: BTreeMap::new(), parked: HashSet::new() };
        for row in rows {
            if let (Some(transaction_id), Some(position)) = (row.transaction_id, row.position) {
                // Of this row, the version is the number of the leader.
                if row.version != Some(epoch) {
                    return Err(Error::Replaced);
                }
                here = Some(Cursor { transaction_id, position });
            }
            let (Some(kind), Some(id)) = (row.kind, row.id) else { continue };
            match (row.version, AggregateKind::from_code(&kind)) {
                (None, _) => drop(known.parked.insert((kind, id))),
                (Some(version), Some(kind)) => drop(known.handled.insert(Aggregate { kind, id }, version.unsigned_abs())),
                (Some(_), None) => {}
            }
        }
        Ok((here.ok_or(sqlx::Error::RowNotFound)?, known))
    }
}
