//! Brings a database to the schema of this program. Each service has one Postgres schema and keeps its own list of migrations in it.
//!
//! While a release is rolled out, the one before it works on the same database, and may have to come back: a migration adds, and what is
//! there keeps its meaning (expand). What takes something away comes a release later and says so in the name of its file (contract).

use sqlx::AssertSqlSafe;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPool;
use std::borrow::Cow;

/// How the name of a migration begins, after its number, that takes away what a release that does not know it reads or writes:
/// `0009_contract_old_names.sql`.
pub const CONTRACTS: &str = "contract";

/// The migrations of one Postgres schema.
#[derive(Debug)]
pub struct Migrations {
    schema: &'static str,
    migrator: Migrator,
}

/// Why a database can't be brought to the schema of this program.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A later release has taken away what this one needs.
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
        // What a later release has added: `check` looks at it.
        migrator.set_ignore_missing(true);
        migrator.create_schemas = Cow::Owned(vec![Cow::Borrowed(schema)]);
        Self { schema, migrator }
    }

    /// Applies what is missing. Programs that start at the same time wait for each other.
    ///
    /// # Errors
    /// See [`MigrationError`].
    pub async fn apply(&self, pool: &PgPool) -> Result<(), MigrationError> {
        self.check(pool).await?;
        Ok(self.migrator.run(pool).await?)
    }

    /// Looks whether this program fits what was applied, and changes nothing. What was not applied yet is not asked; what a later
    /// release has applied fits unless it [contracts](CONTRACTS).
    ///
    /// # Errors
    /// See [`MigrationError`].
    pub async fn check(&self, pool: &PgPool) -> Result<(), MigrationError> {
        /// SQLSTATE `undefined_table`: nothing was applied.
        const NO_SUCH_TABLE: &str = "42P01";
        let schema = self.schema;
        let applied = AssertSqlSafe(format!("SELECT version, description, checksum FROM {} ORDER BY version", self.migrator.table_name));
        let applied: Vec<(i64, String, Vec<u8>)> = match sqlx::query_as(applied).fetch_all(pool).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_SUCH_TABLE) => return Ok(()),
            applied => applied.map_err(MigrateError::from)?,
        };
        for (version, description, checksum) in applied {
            match self.migrator.iter().find(|known| known.version == version) {
                None if description.starts_with(CONTRACTS) => return Err(MigrationError::Newer { schema, version }),
                Some(known) if known.checksum != checksum => return Err(MigrationError::Changed { schema, version }),
                None | Some(_) => {}
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
