//! Aggregates with an event that could not be handled: put aside, told, and tried again by every new leader and from time to time,
//! since a later release may know what this one does not.

use super::Consumer;
use crate::error::{Error, Result};
use crate::event_log::{self, Cursor, Recorded};
use crate::lead::Seat;
use contract::event::Envelope;
use jiff_sqlx::ToSqlx;
use sqlx::Connection;
use uuid::Uuid;

impl Consumer {
    /// Parks the aggregate of `event`, which was read after `after`, and moves past the event.
    pub(super) async fn park(&self, seat: &mut Seat, after: Cursor, event: &Recorded, reason: &Error) -> Result<()> {
        tracing::error!(consumer = self.handler.name(), event = %event.id, kind = event.kind, aggregate = %event.aggregate_id, %reason, "event parked");
        metrics::counter!("dulle_consumer_parked_total", "consumer" => self.handler.name()).increment(1);
        let mut transaction = seat.connection.begin().await?;
        if self.locked_checkpoint(&mut transaction, seat.epoch).await? != after {
            return Ok(());
        }
        sqlx::query!(
            "INSERT INTO event_log.parked (consumer, aggregate_kind, aggregate_id, aggregate_version, event_id, reason, parked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            self.handler.name(),
            event.kind,
            event.aggregate_id,
            i64::try_from(event.version).unwrap_or(i64::MAX),
            event.id.as_uuid(),
            reason.to_string(),
            self.database.clock().now().to_sqlx() as _,
        )
        .execute(&mut *transaction)
        .await?;
        self.move_checkpoint(&mut transaction, event.cursor).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Tries every parked aggregate again, from the first version it has not handled to where the consumer stands.
    pub(super) async fn retry_parked(&self, seat: &mut Seat) -> Result<()> {
        // Those that were tried longest ago come first: a hundred hopeless ones don't keep the others waiting.
        let parked = sqlx::query!(
            "SELECT aggregate_kind, aggregate_id FROM event_log.parked WHERE consumer = $1 ORDER BY parked_at LIMIT 100",
            self.handler.name()
        )
        .fetch_all(&mut seat.connection)
        .await?;
        for row in parked {
            match self.retry(seat, &row.aggregate_kind, row.aggregate_id).await {
                Ok(()) => {}
                Err(error) if !error.is_of_an_event() => return Err(error),
                Err(error) => {
                    tracing::warn!(consumer = self.handler.name(), aggregate = %row.aggregate_id, %error, "still parked");
                    sqlx::query!(
                        "UPDATE event_log.parked SET parked_at = $4 WHERE consumer = $1 AND aggregate_kind = $2 AND aggregate_id = $3",
                        self.handler.name(),
                        row.aggregate_kind,
                        row.aggregate_id,
                        self.database.clock().now().to_sqlx() as _,
                    )
                    .execute(&mut seat.connection)
                    .await?;
                }
            }
        }
        Ok(())
    }

    /// Tries one parked aggregate again, in one transaction that holds the checkpoint.
    async fn retry(&self, seat: &mut Seat, kind: &str, id: Uuid) -> Result<()> {
        let Seat { connection, epoch } = seat;
        let mut transaction = self.transaction(connection).await?;
        let all = event_log::read_aggregate(&mut transaction, kind, id, 0, Cursor::MAX).await?;
        let concerned = self.lock_concerns(&mut transaction, &all).await?;
        let until = self.locked_checkpoint(&mut transaction, *epoch).await?;
        let handled = sqlx::query_scalar!(
            "SELECT aggregate_version FROM event_log.handled WHERE consumer = $1 AND aggregate_kind = $2 AND aggregate_id = $3",
            self.handler.name(),
            kind,
            id,
        )
        .fetch_optional(&mut *transaction)
        .await?
        .unwrap_or(0)
        .unsigned_abs();
        let events = event_log::read_aggregate(&mut transaction, kind, id, handled, until).await?;
        let envelopes: Vec<Envelope> =
            events.into_iter().map(|event| event.envelope).collect::<std::result::Result<_, _>>().map_err(Error::Event)?;
        if let Some((early, expected)) = envelopes.iter().zip(handled + 1..).find(|(envelope, expected)| envelope.version != *expected) {
            return Err(Error::Event(format!("version {} comes before {expected}", early.version)));
        }
        self.apply(&mut transaction, &envelopes, None).await?;
        sqlx::query!(
            "DELETE FROM event_log.parked WHERE consumer = $1 AND aggregate_kind = $2 AND aggregate_id = $3",
            self.handler.name(),
            kind,
            id,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        tracing::info!(consumer = self.handler.name(), aggregate = %id, "parked aggregate caught up");
        self.after_commit(&envelopes, concerned).await;
        Ok(())
    }
}
