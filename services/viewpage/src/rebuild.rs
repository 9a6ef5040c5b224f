//! Builds the read model anew from the log beside the one in place, and swaps the two while pages are served.
//!
//! Readers see the old generation until one transaction puts the new one under its name. The projection waits for that
//! transaction on its checkpoint, and goes on from where the new generation stands.

use crate::policy::{CONSUMER, Projection};
use platform::consumer::Consumer;
use platform::wake::Wake;
use platform::{Database, Result};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::sync::Arc;

/// Schema, and consumer, of the generation that is being built.
const NEXT: &str = "viewpage_next";

/// The tables of a generation. The log of changes is not among them: open pages go by its ids.
///
/// A table that a migration has added and this list has forgotten makes the rebuild fail and is not lost: the old ones are dropped by name.
const TABLES: [&str; 8] = ["accounts", "courses", "likes", "bookmarks", "comments", "reviews", "inboxes", "searchable"];

/// An empty generation beside the one in place.
const BESIDE: &str = "
    DROP SCHEMA IF EXISTS viewpage_next CASCADE;
    CREATE SCHEMA viewpage_next;
    DELETE FROM event_log.handled WHERE consumer = 'viewpage_next';
    DELETE FROM event_log.parked WHERE consumer = 'viewpage_next';
    DELETE FROM event_log.checkpoints WHERE consumer = 'viewpage_next';";

/// What a copy of a table leaves out: how it is stored, then its keys under their own names.
const LIKE_IT: &str = "
    SELECT format('ALTER TABLE viewpage_next.%I SET (%s)', relname, array_to_string(reloptions, ', '))
    FROM pg_class WHERE oid = to_regclass('viewpage.' || $1) AND reloptions IS NOT NULL
    UNION ALL
    SELECT format('ALTER TABLE viewpage_next.%I ADD CONSTRAINT %I %s', $1, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = to_regclass('viewpage.' || $1) AND contype IN ('p', 'u')";

/// The other indexes, under their own names; those of words at the last, when there is nothing more to be written word by word.
const INDEXES: &str = "
    SELECT replace(pg_get_indexdef(indexrelid), ' ON viewpage.', ' ON viewpage_next.')
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = to_regclass('viewpage.' || $1) AND (amname = 'gin') = $2
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY relname";

/// Pages that show what the new generation shows otherwise are told; then the names change hands.
const TELL: &str = "
    INSERT INTO viewpage.changes (course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at)
        SELECT next.course_id, NOT next.published, next.version, next.likes, next.bookmarks, next.comments, next.reviews, next.rating_sum, now()
        FROM viewpage_next.courses next LEFT JOIN viewpage.courses old USING (course_id)
        WHERE (next.version, next.likes, next.bookmarks, next.comments, next.reviews, next.rating_sum, next.published)
            IS DISTINCT FROM (old.version, old.likes, old.bookmarks, old.comments, old.reviews, old.rating_sum, old.published)
        ORDER BY next.course_id;
    INSERT INTO viewpage.changes (kind, course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at,
                                  account_id, payload)
        SELECT 'message', '00000000-0000-0000-0000-000000000000', false, 0, 0, 0, 0, 0, 0, now(), account_id,
               jsonb_build_object('unread', next.unread)
        FROM viewpage_next.inboxes next LEFT JOIN viewpage.inboxes old USING (account_id)
        WHERE next.unread IS DISTINCT FROM old.unread ORDER BY account_id;
    ALTER SCHEMA viewpage RENAME TO viewpage_old;
    ALTER SCHEMA viewpage_next RENAME TO viewpage;
    ALTER TABLE viewpage_old.changes SET SCHEMA viewpage;
    ALTER TABLE viewpage_old._migrations SET SCHEMA viewpage;";

const FOLLOW: &str = "
    DROP SCHEMA viewpage_old;
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
    lay_beside(lead.connection()).await?;
    // Most of the way without holding up anyone.
    lead.catch_up().await?;
    index(lead.connection(), true).await?;
    for table in TABLES {
        // Whoever plans a query of a new table should know what is in it.
        lead.connection().execute(AssertSqlSafe(format!("ANALYZE viewpage_next.{table}"))).await?;
    }
    lead.catch_up().await?;

    let mut connection = PgConnection::connect_with(&database.connect_options()).await?;
    let mut swap = connection.begin().await?;
    // The projection in place stands still from here on; what it has folded, the new generation folds too.
    sqlx::query!("INSERT INTO event_log.checkpoints (consumer) VALUES ($1) ON CONFLICT DO NOTHING", CONSUMER).execute(&mut *swap).await?;
    sqlx::query_scalar!("SELECT position FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE", CONSUMER)
        .fetch_optional(&mut *swap)
        .await?;
    lead.catch_up().await?;
    swap.execute(TELL).await?;
    let old = TABLES.map(|table| format!("viewpage_old.{table}")).join(", ");
    swap.execute(AssertSqlSafe(format!("DROP TABLE {old}"))).await?;
    swap.execute(FOLLOW).await?;
    swap.commit().await?;
    database.wake().signal();
    Ok(())
}

/// Empty tables as those in place, with their keys, and with the indexes that folding needs.
async fn lay_beside(connection: &mut PgConnection) -> Result<()> {
    connection.execute(BESIDE).await?;
    for table in TABLES {
        let copy = format!("CREATE TABLE viewpage_next.{table} (LIKE viewpage.{table} INCLUDING ALL EXCLUDING INDEXES)");
        connection.execute(AssertSqlSafe(copy)).await?;
        let statements: Vec<String> = sqlx::query_scalar(LIKE_IT).bind(table).fetch_all(&mut *connection).await?;
        for statement in statements {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
    }
    index(connection, false).await
}

async fn index(connection: &mut PgConnection, of_words: bool) -> Result<()> {
    for table in TABLES {
        let statements: Vec<String> = sqlx::query_scalar(INDEXES).bind(table).bind(of_words).fetch_all(&mut *connection).await?;
        for statement in statements {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
    }
    Ok(())
}
