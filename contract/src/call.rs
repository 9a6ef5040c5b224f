//! Who calls, and in which case.

use crate::id::{AccountId, CorrelationId, EventId};
use crate::refusal::{ApiError, Refusal};

/// What travels beside the arguments of every call to a service.
#[derive(Clone, Debug)]
pub struct Call {
    /// The case this call belongs to.
    pub correlation_id: CorrelationId,
    /// The event that made a policy place this call; `None` when a person did.
    pub causation_id: Option<EventId>,
    /// Who is signed in.
    pub actor: Option<AccountId>,
}

impl Call {
    /// The signed-in account.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] when nobody is.
    pub fn signed_in(&self) -> Result<AccountId, ApiError> {
        self.actor.ok_or(ApiError::Refused(Refusal::NotSignedIn))
    }
}
