//! A service's database, and the unit of work in which it changes it.

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::event_log;
use crate::wake::Wake;
use contract::Call;
use contract::event::{Aggregate, AggregateKind, AggregateVersion, Event};
use futures::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection, Postgres, Transaction};
use std::time::Duration;

/// How long a request waits for a connection before it is told to come again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a connection is taken to be there without asking: it was tried when it was given back.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// A pool of connections and what is needed around it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    clock: Clock,
    wake: Wake,
}

impl Database {
    /// Prepares a pool; connects when first used.
    #[must_use]
    pub fn new(options: PgConnectOptions, max_connections: u32, clock: Clock) -> Self {
        let options = options.application_name("dulle").statement_cache_capacity(256);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .min_connections(2)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, used| Box::pin(async move { Ok(used.idle_for < TRUSTED_FOR || connection.ping().await.is_ok()) }))
            .connect_lazy_with(options);
        Self { pool, clock, wake: Wake::default() }
    }

    /// For reading, one statement at a time.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Where this database is, for connections of one's own.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        self.pool.connect_options().as_ref().clone()
    }

    /// Time and ids.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The signal that is given after every commit that wrote events, of their kinds.
    #[must_use]
    pub const fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Runs one command in one transaction: what `work` changes and the events it appends are there together or not at all.
    ///
    /// The transaction runs in a task of its own that the caller only awaits: a request that is dropped half-way leaves no
    /// connection inside a transaction (a cancelled BEGIN does in sqlx 0.9).
    ///
    /// # Errors
    /// Whatever `work` answers; then nothing has changed.
    pub async fn command<T, F>(&self, call: &Call, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'unit> FnOnce(&'unit mut UnitOfWork) -> BoxFuture<'unit, Result<T>> + Send + 'static,
    {
        let database = self.clone();
        let call = call.clone();
        let span = tracing::Span::current();
        let task = async move {
            let transaction = database.pool.begin().await?;
            let mut unit = UnitOfWork { transaction, call, clock: database.clock.clone(), appended: Vec::new() };
            match work(&mut unit).await {
                Ok(done) => {
                    unit.transaction.commit().await?;
                    if !unit.appended.is_empty() {
                        database.wake.signal_of(unit.appended);
                    }
                    Ok(done)
                }
                Err(error) => {
                    // Awaited, so that the connection is clean before anyone else gets it. If the connection is gone, so is the transaction.
                    let _gone = unit.transaction.rollback().await;
                    Err(error)
                }
            }
        };
        tokio::spawn(tracing::Instrument::instrument(task, span)).await.unwrap_or(Err(Error::Defect("a command panicked")))
    }
}

/// One transaction of one command.
#[derive(Debug)]
pub struct UnitOfWork {
    transaction: Transaction<'static, Postgres>,
    call: Call,
    clock: Clock,
    appended: Vec<AggregateKind>,
}

impl UnitOfWork {
    /// The connection that the transaction is on.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Time and ids.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Who calls, in which case.
    #[must_use]
    pub const fn call(&self) -> &Call {
        &self.call
    }

    /// Waits for whoever else changes this aggregate. To be called before the first write: only then is the order of
    /// transaction ids the order of the aggregate's versions.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn lock(&mut self, aggregate: Aggregate) -> Result<()> {
        event_log::lock(&mut self.transaction, aggregate).await
    }

    /// Appends an event as `version` of its aggregate.
    ///
    /// # Errors
    /// When the database can't be reached, or the aggregate has this version already: a defect, since the aggregate is locked.
    pub async fn append(&mut self, event: &Event, version: u64) -> Result<AggregateVersion> {
        self.appended.push(event.aggregate().kind);
        event_log::append(&mut self.transaction, &self.clock, &self.call, event, version).await
    }
}
