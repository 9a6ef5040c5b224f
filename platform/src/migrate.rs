//! Brings a database to the schema of this program. Each service has one Postgres schema and keeps its own list of migrations in it.

use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::PgPool;
use std::borrow::Cow;

/// The migrations of one Postgres schema.
#[derive(Debug)]
pub struct Migrations {
    schema: &'static str,
    migrator: Migrator,
}

/// Why a database can't be brought to the schema of this program.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A later release has been here.
    #[error(
        "the database's schema `{schema}` is newer than this program (it has migration {version}): start the release that made it, or a later one"
    )]
    Newer {
        /// The schema.
        schema: &'static str,
        /// The migration that this program does not know.
        version: i64,
    },
    /// A migration is not the one that was applied.
    #[error(
        "migration {version} of schema `{schema}` is not the one that was applied: this program and the database don't belong together"
    )]
    Changed {
        /// The schema.
        schema: &'static str,
        /// The migration.
        version: i64,
    },
    /// Something else.
    #[error("the database could not be prepared: {0}")]
    Failed(#[from] MigrateError),
}

impl Migrations {
    /// The migrations of `schema`, made with `sqlx::migrate!()`.
    #[must_use]
    pub fn new(schema: &'static str, mut migrator: Migrator) -> Self {
        migrator.dangerous_set_table_name(format!("{schema}._migrations"));
        migrator.create_schemas = Cow::Owned(vec![Cow::Borrowed(schema)]);
        Self { schema, migrator }
    }

    /// Applies what is missing. Programs that start at the same time wait for each other.
    ///
    /// # Errors
    /// See [`MigrationError`].
    pub async fn apply(&self, pool: &PgPool) -> Result<(), MigrationError> {
        self.migrator.run(pool).await.map_err(|error| match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
                MigrationError::Newer { schema: self.schema, version }
            }
            MigrateError::VersionMismatch(version) => MigrationError::Changed { schema: self.schema, version },
            other => MigrationError::Failed(other),
        })
    }

    /// Looks whether everything that was applied is known to this program, and changes nothing. What was not applied yet is not
    /// asked.
    ///
    /// # Errors
    /// See [`MigrationError`].
    pub async fn check(&self, pool: &PgPool) -> Result<(), MigrationError> {
        /// SQLSTATE `undefined_table`: nothing was applied.
        const NO_SUCH_TABLE: &str = "42P01";
        let mut connection = pool.acquire().await.map_err(MigrateError::from)?;
        let applied = match connection.list_applied_migrations(&self.migrator.table_name).await {
            Err(MigrateError::Execute(sqlx::Error::Database(error))) if error.code().as_deref() == Some(NO_SUCH_TABLE) => return Ok(()),
            applied => applied?,
        };
        for applied in applied {
            let schema = self.schema;
            match self.migrator.iter().find(|known| known.version == applied.version) {
                None => return Err(MigrationError::Newer { schema, version: applied.version }),
                Some(known) if known.checksum != applied.checksum => {
                    return Err(MigrationError::Changed { schema, version: applied.version });
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// The event log's migrations.
#[must_use]
pub fn event_log() -> Migrations {
    Migrations::new("event_log", sqlx::migrate!())
}
