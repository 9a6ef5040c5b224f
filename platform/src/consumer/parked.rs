//! Aggregates with an event that could not be handled: put aside, told, and tried again by every new leader and from time to time,
//! since a later release may know what this one does not.

use super::Consumer;
use crate::error::{Error, Result};
use crate::event_log::{self, Recorded};
use contract::event::Envelope;
use jiff_sqlx::ToSqlx;
use sqlx::Connection;
use sqlx::postgres::PgConnection;

impl Consumer {
    /// Parks the aggregate of `event` and moves past the event.
    pub(super) async fn park(&self, connection: &mut PgConnection, event: &Recorded, reason: &Error) -> Result<()> {
        tracing::error!(consumer = self.handler.name(), event = %event.id, kind = event.kind, aggregate = %event.aggregate_id, %reason, "event parked");
        metrics::counter!("dulle_consumer_parked_total", "consumer" => self.handler.name()).increment(1);
        let mut transaction = connection.begin().await?;
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
    pub(super) async fn retry_parked(&self, connection: &mut PgConnection) -> Result<()> {
        let parked = sqlx::query!(
            r#"SELECT aggregate_kind, aggregate_id, COALESCE(handled.aggregate_version, 0) AS "handled!"
               FROM event_log.parked LEFT JOIN event_log.handled USING (consumer, aggregate_kind, aggregate_id)
               WHERE consumer = $1 ORDER BY parked_at LIMIT 100"#,
            self.handler.name()
        )
        .fetch_all(&mut *connection)
        .await?;
        for row in parked {
            let until = self.checkpoint(connection).await?;
            let events =
                event_log::read_aggregate(connection, &row.aggregate_kind, row.aggregate_id, row.handled.unsigned_abs(), until).await?;
            let Ok(envelopes) = events.into_iter().map(|event| event.envelope).collect::<std::result::Result<Vec<Envelope>, _>>() else {
                continue;
            };
            let mut transaction = connection.begin().await?;
            let retried = async {
                self.apply(&mut transaction, &envelopes).await?;
                sqlx::query!(
                    "DELETE FROM event_log.parked WHERE consumer = $1 AND aggregate_kind = $2 AND aggregate_id = $3",
                    self.handler.name(),
                    row.aggregate_kind,
                    row.aggregate_id,
                )
                .execute(&mut *transaction)
                .await?;
                Ok(())
            };
            match retried.await {
                Ok(()) => {
                    transaction.commit().await?;
                    tracing::info!(consumer = self.handler.name(), aggregate = %row.aggregate_id, "parked aggregate caught up");
                    self.after_commit(&envelopes).await;
                }
                Err(error @ Error::Database(_)) if error.is_passing() => return Err(error),
                Err(error) => {
                    transaction.rollback().await?;
                    tracing::warn!(consumer = self.handler.name(), aggregate = %row.aggregate_id, %error, "still parked");
                }
            }
        }
        Ok(())
    }
}
