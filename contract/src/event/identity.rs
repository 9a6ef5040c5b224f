//! Payloads of what the identity service tells, and of what is told to it.

use crate::id::AccountId;
use crate::text::DisplayName;
use serde::{Deserialize, Serialize};

/// Payload of `identity.account_registered.v1`. The address is not in it: events are kept, addresses may have to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRegistered {
    /// The account.
    pub account_id: AccountId,
    /// The name shown to others.
    pub display_name: DisplayName,
}

/// Payload of `identity.account_closed.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// The account.
    pub account_id: AccountId,
}

/// Who has to erase what it holds of a closed account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Participant {
    /// The course service.
    Course,
    /// The communication service.
    Communication,
    /// The review service.
    Review,
    /// The message service.
    Message,
}

impl Participant {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Course, Self::Communication, Self::Review, Self::Message];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Communication => "communication",
            Self::Review => "review",
            Self::Message => "message",
        }
    }
}

/// Payload of `identity.account_erased.v1`. Its cause is the `identity.account_closed.v1` that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountErased {
    /// The account.
    pub account_id: AccountId,
    /// Who has erased it.
    pub service: Participant,
}
