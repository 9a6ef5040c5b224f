//! Why a call did not do what it was asked: refused by a rule, not possible now, or a fault of ours.

use crate::review::Ineligible;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The result of a call to a service.
pub type ApiResult<T> = Result<T, ApiError>;

/// Why a call did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// A rule says no; the same call will be refused again.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// Something that is needed can't be reached; the same call may succeed later.
    #[error("unavailable, retry after {retry_after_seconds} s")]
    Unavailable {
        /// Seconds after which another try makes sense.
        retry_after_seconds: u32,
    },
    /// A fault of ours. Its cause is in the log under the correlation id, never here.
    #[error("fault")]
    Fault,
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl ApiError {
    /// The HTTP status (RFC 9110, 15; for problems, RFC 9457, 3.1.2): the refusal's own, 503 for what may succeed later, 500 for a
    /// fault.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Unavailable { .. } => 503,
            Self::Fault => 500,
        }
    }
}

/// A refusal by a rule, each with a stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The request can't be read.
    Malformed,
    /// Nobody is signed in, or the session has ended.
    NotSignedIn,
    /// E-mail address and password don't fit together.
    WrongCredentials,
    /// It belongs to someone else.
    NotYours,
    /// It isn't there, or one may not know of it.
    NotFound,
    /// A course without stops can't be published.
    StopsMissing,
    /// A review may not be written.
    Ineligible(Ineligible),
    /// Someone changed it since it was read.
    ChangedMeanwhile {
        /// The version it has now.
        current: u64,
    },
    /// The cursor belongs to a list in another order.
    OtherOrder,
    /// Fields that don't hold, each named.
    Invalid(Vec<FieldError>),
    /// Too many tries.
    TooMany {
        /// Seconds until the next try is let through.
        retry_after_seconds: u32,
    },
}

impl Refusal {
    /// The stable code that programs and texts go by.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotSignedIn => "not_signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::NotYours => "not_yours",
            Self::NotFound => "not_found",
            Self::StopsMissing => "stops_missing",
            Self::Ineligible(reason) => reason.code(),
            Self::ChangedMeanwhile { .. } => "changed_meanwhile",
            Self::OtherOrder => "other_order",
            Self::Invalid(_) => "invalid",
            Self::TooMany { .. } => "too_many",
        }
    }

    /// The HTTP status, of pages and of problems (RFC 9457, 3.1.2) alike. As RFC 9110, 15.5 has them; 429 is RFC 6585, 4. A field that
    /// could be read but isn't the secret that was asked for is forbidden, not invalid.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotSignedIn | Self::WrongCredentials => 401,
            Self::NotYours => 403,
            Self::NotFound => 404,
            Self::StopsMissing | Self::Ineligible(_) | Self::OtherOrder => 409,
            Self::ChangedMeanwhile { .. } => 412,
            Self::Invalid(errors) if !errors.is_empty() && errors.iter().all(|error| error.code == FieldCode::Mismatch) => 403,
            Self::Invalid(_) => 422,
            Self::TooMany { .. } => 429,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One field that doesn't hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field as the caller knows it, such as `stops[2].lat`.
    pub field: String,
    /// What is wrong.
    pub code: FieldCode,
    /// The limit that was passed, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<i64>,
}

impl FieldError {
    /// A field error without a limit.
    #[must_use]
    pub fn new(field: impl Into<String>, code: FieldCode) -> Self {
        Self { field: field.into(), code, limit: None }
    }

    /// A field error that names the limit that was passed.
    #[must_use]
    pub fn limited(field: impl Into<String>, code: FieldCode, limit: i64) -> Self {
        Self { field: field.into(), code, limit: Some(limit) }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// Nothing was given.
    Required,
    /// Fewer characters than the limit.
    TooShort,
    /// More characters than the limit.
    TooLong,
    /// More entries than the limit.
    TooMany,
    /// Not a number.
    NotANumber,
    /// Below the limit.
    TooSmall,
    /// Above the limit.
    TooLarge,
    /// Not one of the known choices.
    Unknown,
    /// Not of the form it must have.
    Malformed,
    /// Not what it is compared with, such as a password.
    Mismatch,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_has_the_status_that_the_interface_promises() {
        for (refusal, status) in [
            (Refusal::Malformed, 400),
            (Refusal::NotSignedIn, 401),
            (Refusal::WrongCredentials, 401),
            (Refusal::NotYours, 403),
            (Refusal::NotFound, 404),
            (Refusal::StopsMissing, 409),
            (Refusal::ChangedMeanwhile { current: 2 }, 412),
            (Refusal::OtherOrder, 409),
            (Refusal::Invalid(vec![FieldError::new("password", FieldCode::Mismatch)]), 403),
            (Refusal::Invalid(vec![FieldError::new("password", FieldCode::Mismatch), FieldError::new("new", FieldCode::Required)]), 422),
            (Refusal::Invalid(Vec::new()), 422),
            (Refusal::TooMany { retry_after_seconds: 1 }, 429),
        ] {
            assert_eq!(ApiError::from(refusal.clone()).status(), status, "{refusal}");
        }
        assert_eq!(ApiError::Unavailable { retry_after_seconds: 1 }.status(), 503);
        assert_eq!(ApiError::Fault.status(), 500);
    }
}
