//! Who calls, and in which case.

use crate::event::Envelope;
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
    /// The call of a policy that reacts to an event: the same case, caused by that event, nobody signed in.
    #[must_use]
    pub const fn caused_by(envelope: &Envelope) -> Self {
        Self { correlation_id: envelope.correlation_id, causation_id: Some(envelope.id), actor: None }
    }

    /// The signed-in account.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] when nobody is.
    pub fn signed_in(&self) -> Result<AccountId, ApiError> {
        self.actor.ok_or(ApiError::Refused(Refusal::NotSignedIn))
    }
}
