//! Whether a database's schema is one that this program can work with.

use platform::migrate::MigrationError;
use platform::{Clock, Database};
use server::compose;
use server::error::Error;

/// A migration that no release has.
const LATER: i64 = 99_990_101_000_000;

async fn empty() -> Database {
    Database::new(platform::testing::fresh_database().await, 2, Clock::system())
}

async fn execute(database: &Database, sql: &'static str) {
    sqlx::raw_sql(sql).execute(database.pool()).await.expect("executes");
}

#[tokio::test]
async fn a_look_finds_what_migrating_would_refuse_and_changes_nothing() {
    let database = empty().await;
    compose::check(&database).await.expect("nothing was applied that it doesn't know");
    let schemas = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM pg_namespace WHERE nspname = 'identity'");
    assert_eq!(schemas.fetch_one(database.pool()).await.expect("counts"), 0);

    compose::migrate(&database).await.expect("migrates");
    compose::check(&database).await.expect("its own");

    execute(
        &database,
        "INSERT INTO identity._migrations (version, description, success, checksum, execution_time)
         VALUES (99990101000000, 'contract names', true, '', 0)",
    )
    .await;
    let (looked, migrated) = (compose::check(&database).await, compose::migrate(&database).await);
    for found in [looked, migrated] {
        let is_newer = matches!(found, Err(Error::Migration(MigrationError::Newer { schema: "identity", version })) if version == LATER);
        assert!(is_newer, "{found:?}");
    }

    execute(&database, "DELETE FROM identity._migrations WHERE version = 99990101000000; UPDATE identity._migrations SET checksum = ''")
        .await;
    let found = compose::check(&database).await;
    assert!(matches!(found, Err(Error::Migration(MigrationError::Changed { schema: "identity", .. }))), "{found:?}");
}

#[tokio::test]
async fn what_a_later_release_has_only_added_is_no_hindrance() {
    let database = empty().await;
    compose::migrate(&database).await.expect("migrates");
    execute(
        &database,
        "ALTER TABLE identity.accounts ADD COLUMN later text;
         INSERT INTO identity._migrations (version, description, success, checksum, execution_time)
         VALUES (99990101000000, 'later', true, '', 0)",
    )
    .await;
    compose::check(&database).await.expect("fits");
    compose::migrate(&database).await.expect("nothing is to be done");
}
