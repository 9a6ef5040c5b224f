//! Builds the read model anew from the log beside the one in place, and swaps the two while pages are served.
//!
//! Readers see the old generation until one transaction puts the new one under its name. The projection waits for that
//! transaction on its checkpoint, and goes on from where the new generation stands.

use crate::policy::{CONSUMER, Projection};
use platform::consumer::Consumer;
use platform::wake::Wake;
use platform::{Database, Result};
use sqlx::{Connection, Executor};
use std::sync::Arc;

/// Schema, and consumer, of the generation that is being built.
const NEXT: &str = "viewpage_next";

/// The tables of a generation. The log of changes is not among those swapped: open pages go by its ids.
const BESIDE: &str = "
    DROP SCHEMA IF EXISTS viewpage_next CASCADE;
    CREATE SCHEMA viewpage_next;
    CREATE TABLE viewpage_next.accounts (LIKE viewpage.accounts INCLUDING ALL);
    CREATE TABLE viewpage_next.courses (LIKE viewpage.courses INCLUDING ALL);
    CREATE TABLE viewpage_next.likes (LIKE viewpage.likes INCLUDING ALL);
    CREATE TABLE viewpage_next.changes (LIKE viewpage.changes INCLUDING ALL);
    DELETE FROM event_log.handled WHERE consumer = 'viewpage_next';
    DELETE FROM event_log.parked WHERE consumer = 'viewpage_next';
    DELETE FROM event_log.checkpoints WHERE consumer = 'viewpage_next';";

/// Pages that show what the new generation shows otherwise are told; then the names change hands. Tables are dropped by name: one
/// that a migration has added and this list has forgotten makes the rebuild fail and is not lost.
const SWAP: &str = "
    INSERT INTO viewpage.changes (course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at)
        SELECT next.course_id, NOT next.published, next.version, next.likes, next.bookmarks, next.comments, next.reviews, next.rating_sum, now()
        FROM viewpage_next.courses next LEFT JOIN viewpage.courses old USING (course_id)
        WHERE (next.version, next.likes, next.published) IS DISTINCT FROM (old.version, old.likes, old.published) ORDER BY next.course_id;
    DROP TABLE viewpage_next.changes;
    ALTER SCHEMA viewpage RENAME TO viewpage_old;
    ALTER SCHEMA viewpage_next RENAME TO viewpage;
    ALTER TABLE viewpage_old.changes SET SCHEMA viewpage;
    ALTER TABLE viewpage_old._migrations SET SCHEMA viewpage;
    DROP TABLE viewpage_old.accounts, viewpage_old.courses, viewpage_old.likes;
    DROP SCHEMA viewpage_old;
    ALTER INDEX viewpage.courses_published_at_course_id_idx RENAME TO courses_new;
    ALTER INDEX viewpage.courses_likes_course_id_idx RENAME TO courses_popular;
    DELETE FROM event_log.handled WHERE consumer = 'viewpage';
    DELETE FROM event_log.parked WHERE consumer = 'viewpage';
    UPDATE event_log.handled SET consumer = 'viewpage' WHERE consumer = 'viewpage_next';
    UPDATE event_log.parked SET consumer = 'viewpage' WHERE consumer = 'viewpage_next';
    UPDATE event_log.checkpoints here SET transaction_id = next.transaction_id, position = next.position
        FROM event_log.checkpoints next WHERE here.consumer = 'viewpage' AND next.consumer = 'viewpage_next';
    DELETE FROM event_log.checkpoints WHERE consumer = 'viewpage_next';";

/// Builds the read model anew and puts it in place.
///
/// # Errors
/// When the database can't be reached or another rebuild is running; then the generation in place stays.
pub async fn rebuild(database: &Database) -> Result<()> {
    let next = Consumer::new(database.clone(), Arc::new(Projection::new(NEXT, Wake::default())));
    let mut lead = next.lead_alone().await?;
    lead.connection().execute(BESIDE).await?;
    // Most of the way without holding up anyone.
    lead.catch_up().await?;

    let mut connection = sqlx::postgres::PgConnection::connect_with(&database.connect_options()).await?;
    let mut swap = connection.begin().await?;
    // The projection in place stands still from here on; what it has folded, the new generation folds too.
    sqlx::query!("INSERT INTO event_log.checkpoints (consumer) VALUES ($1) ON CONFLICT DO NOTHING", CONSUMER).execute(&mut *swap).await?;
    sqlx::query_scalar!("SELECT position FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE", CONSUMER)
        .fetch_optional(&mut *swap)
        .await?;
    lead.catch_up().await?;
    swap.execute(SWAP).await?;
    swap.commit().await?;
    database.wake().signal();
    Ok(())
}
