//! What is known of events that come, and what becomes of them: all SQL on the log and on those that wait.

use super::super::Place;
use super::sorting::{Sorting, Version};
use crate::error::{Error, Result};
use crate::event_log::plain::Event;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the log and those that wait tell of the aggregates of `events`.
pub(super) async fn known(connection: &mut PgConnection, events: &[Event]) -> Result<Sorting> {
    let (kinds, ids): (Vec<String>, Vec<Uuid>) =
        events.iter().map(|event| (event.aggregate.kind.clone(), event.aggregate.id)).collect::<BTreeSet<_>>().into_iter().unzip();
    let mut sorting = Sorting::default();
    let last = sqlx::query!(
        r#"SELECT asked.kind AS "kind!", asked.id AS "id!", max(aggregate_version) AS "version!"
           FROM unnest($1::text[], $2::uuid[]) AS asked (kind, id)
               JOIN event_log.events ON aggregate_kind = asked.kind AND aggregate_id = asked.id
           GROUP BY asked.kind, asked.id"#,
        &kinds,
        &ids,
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in last {
        sorting.has(row.kind, row.id, row.version);
    }
    let early = sqlx::query_scalar!(
        r#"SELECT early.event FROM unnest($1::text[], $2::uuid[]) AS asked (kind, id)
               JOIN event_log.early ON aggregate_kind = asked.kind AND aggregate_id = asked.id"#,
        &kinds,
        &ids,
    )
    .fetch_all(&mut *connection)
    .await?;
    for event in early {
        sorting.waits(serde_json::from_value(event).map_err(|_| Error::Defect("an event that waits is none"))?);
    }
    look_for_contradictions(connection, events).await?;
    Ok(sorting)
}

/// Says which of `events` are not what the log has as that version, or what waits. The first that came stays.
async fn look_for_contradictions(connection: &mut PgConnection, events: &[Event]) -> Result<()> {
    let columns = Columns::of(events);
    let contradicted = sqlx::query!(
        r#"SELECT here.id AS "here!", asked.id AS "there!", here.name AS "name!"
           FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[]) AS asked (id, kind, aggregate, version)
               JOIN (
                   SELECT id, name, aggregate_kind, aggregate_id, aggregate_version FROM event_log.events
                   UNION ALL
                   SELECT (event ->> 'id')::uuid, event ->> 'name', aggregate_kind, aggregate_id, aggregate_version FROM event_log.early
               ) AS here ON aggregate_kind = asked.kind AND aggregate_id = asked.aggregate AND aggregate_version = asked.version
           WHERE here.id <> asked.id"#,
        &columns.ids,
        &columns.kinds,
        &columns.aggregates,
        &columns.versions,
    )
    .fetch_all(connection)
    .await?;
    for row in contradicted {
        metrics::counter!("dulle_bus_contradictions_total").increment(1);
        tracing::error!(here = %row.here, there = %row.there, name = row.name, "two events claim to be the same version of an aggregate");
    }
    Ok(())
}

/// Says which events of services of this database its log doesn't have. They stay lost.
pub(super) async fn look_for_lost(connection: &mut PgConnection, own: &[Event]) -> Result<()> {
    let ids: Vec<Uuid> = own.iter().map(|event| event.id).collect();
    let lost = sqlx::query_scalar!(
        r#"SELECT id AS "id!" FROM unnest($1::uuid[]) AS own (id) WHERE NOT EXISTS (SELECT FROM event_log.events WHERE events.id = own.id)"#,
        &ids
    )
    .fetch_all(connection)
    .await?;
    for event in own.iter().filter(|event| lost.contains(&event.id)) {
        metrics::counter!("dulle_bus_contradictions_total").increment(1);
        tracing::error!(event = %event.id, name = event.name, "the log doesn't have what a service with a schema here has done");
    }
    Ok(())
}

pub(super) async fn append(connection: &mut PgConnection, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let Columns { ids, kinds, aggregates, versions } = Columns::of(events);
    let names: Vec<String> = events.iter().map(|event| event.name.clone()).collect();
    let correlations: Vec<Uuid> = events.iter().map(|event| event.correlation_id).collect();
    let causations: Vec<Option<Uuid>> = events.iter().map(|event| event.causation_id).collect();
    let actors: Vec<Option<Uuid>> = events.iter().map(|event| event.actor).collect();
    let times: Vec<_> = events.iter().map(|event| event.occurred_at.to_sqlx()).collect();
    let payloads: Vec<serde_json::Value> = events.iter().map(|event| event.payload.clone()).collect();
    // In the order given, which positions follow.
    sqlx::query!(
        "INSERT INTO event_log.events
             (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, causation_id, actor, occurred_at, payload)
         SELECT id, name, kind, aggregate, version, correlation, causation, actor, at, payload
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::uuid[], $9::timestamptz[],
                     $10::jsonb[]) WITH ORDINALITY
             AS heard (id, name, kind, aggregate, version, correlation, causation, actor, at, payload, place)
         ORDER BY place",
        &ids,
        &names,
        &kinds,
        &aggregates,
        &versions,
        &correlations,
        &causations as _,
        &actors as _,
        &times as _,
        &payloads,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Empties in the copies what is, or will be, emptied where it was written.
pub(super) async fn redact(connection: &mut PgConnection, events: &[Event]) -> Result<()> {
    for event in events {
        if let (Some(field), Some(kind)) = (event.empties(), event.kind()) {
            let aggregate = contract::event::Aggregate { kind, id: event.aggregate.id };
            crate::event_log::redact(connection, aggregate, field).await?;
        }
    }
    Ok(())
}

/// Keeps those that wait, from `now` on, and no longer those that need not.
pub(super) async fn keep_early(connection: &mut PgConnection, early: &[Event], no_longer: &[Version], now: jiff::Timestamp) -> Result<()> {
    if !no_longer.is_empty() {
        let kinds: Vec<String> = no_longer.iter().map(|version| version.kind.clone()).collect();
        let ids: Vec<Uuid> = no_longer.iter().map(|version| version.id).collect();
        let numbers: Vec<i64> = no_longer.iter().map(|version| version.number).collect();
        sqlx::query!(
            "DELETE FROM event_log.early USING unnest($1::text[], $2::uuid[], $3::bigint[]) AS no_longer (kind, id, number)
             WHERE aggregate_kind = no_longer.kind AND aggregate_id = no_longer.id AND aggregate_version = number",
            &kinds,
            &ids,
            &numbers,
        )
        .execute(&mut *connection)
        .await?;
    }
    if !early.is_empty() {
        let Columns { kinds, aggregates, versions, .. } = Columns::of(early);
        let events: Vec<serde_json::Value> = early
            .iter()
            .map(serde_json::to_value)
            .collect::<serde_json::Result<_>>()
            .map_err(|_| Error::Defect("an event that is no JSON"))?;
        sqlx::query!(
            "INSERT INTO event_log.early (aggregate_kind, aggregate_id, aggregate_version, event, came_at)
             SELECT kind, aggregate, version, event, $5
             FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::jsonb[]) AS early (kind, aggregate, version, event)
             ON CONFLICT DO NOTHING",
            &kinds,
            &aggregates,
            &versions,
            &events,
            now.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Keeps how far the bus was followed.
pub(super) async fn keep_place(connection: &mut PgConnection, name: &str, place: &Place) -> Result<()> {
    sqlx::query!(
        "INSERT INTO event_log.bus_places (consumer, history, place) VALUES ($1, $2, $3)
         ON CONFLICT (consumer) DO UPDATE SET history = excluded.history, place = excluded.place",
        name,
        place.life,
        place.number.to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What identifies events, a column each.
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    aggregates: Vec<Uuid>,
    versions: Vec<i64>,
}

impl Columns {
    fn of(events: &[Event]) -> Self {
        Self {
            ids: events.iter().map(|event| event.id).collect(),
            kinds: events.iter().map(|event| event.aggregate.kind.clone()).collect(),
            aggregates: events.iter().map(|event| event.aggregate.id).collect(),
            versions: events.iter().map(|event| event.version).collect(),
        }
    }
}
