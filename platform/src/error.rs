//! What can go wrong inside a service, and how it is told to others: a rule's refusal as it is, anything else without its cause,
//! which is logged here, once.

use crate::bus::BusError;
use contract::{ApiError, Refusal};

/// The result of work inside a service.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// Another service did not do what it was asked.
    #[error(transparent)]
    Api(ApiError),
    /// The database did not do what it was asked.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// An event can't be handled by this release, now or later.
    #[error("event can't be handled: {0}")]
    Event(String),
    /// The bus did not do what it was asked.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// Another process leads the consumer in whose name this was to be written.
    #[error("another process leads this consumer by now")]
    Replaced,
    /// A defect of ours.
    #[error("{0}")]
    Defect(&'static str),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Refused(refusal) => Self::Refused(refusal),
            other => Self::Api(other),
        }
    }
}

impl Error {
    /// Whether an event is at fault when handling it fails: it can't be read, breaks a rule, or its data doesn't fit (SQLSTATE classes
    /// 22 and 23). Anything else says something about the surroundings, and to park events for that would park them all.
    #[must_use]
    pub fn is_of_an_event(&self) -> bool {
        match self {
            Self::Event(_) | Self::Defect(_) | Self::Refused(_) => true,
            Self::Database(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
            }
            Self::Database(_) | Self::Api(_) | Self::Bus(_) | Self::Replaced => false,
        }
    }

    /// Whether the same work may succeed when nothing but time has passed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(error) => is_passing(error),
            Self::Api(ApiError::Unavailable { .. }) => true,
            _ => false,
        }
    }
}

/// Whether a database error says that Postgres is gone, busy or asks to try again. Classes of SQLSTATE: 08 connection, 40 rollback
/// (deadlock, serialisation), 53 resources, 57 operator intervention, 25P03 idle in transaction.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)) || code == "25P03")
        }
        _ => false,
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Api(error) => error,
            error if error.is_passing() => {
                tracing::warn!(%error, "unavailable");
                Self::Unavailable { retry_after_seconds: 2 }
            }
            error => {
                tracing::error!(%error, "fault");
                Self::Fault
            }
        }
    }
}
