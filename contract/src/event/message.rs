//! Payloads of what the message service tells.

use crate::id::{AccountId, CourseId, MessageId};
use crate::message::MessageKind;
use serde::{Deserialize, Serialize};

/// Payload of `message.delivered.v1`: also told when nothing new appears in the inbox, so that whoever waits for it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDelivered {
    /// The message; none when it was muted.
    pub message_id: Option<MessageId>,
    /// Whose inbox.
    pub recipient_id: AccountId,
    /// What it tells.
    pub kind: MessageKind,
    /// Of which course.
    pub course_id: CourseId,
    /// What became of it.
    pub outcome: Delivery,
    /// How many the recipient has not read now.
    pub unread: u64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// A new message.
    New,
    /// One of the last hour about the same was brought up to date.
    Folded,
    /// The recipient does not want to be told.
    Muted,
}

/// Payload of `message.read.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRead {
    /// Whose inbox.
    pub recipient_id: AccountId,
    /// The message; none when all were.
    pub message_id: Option<MessageId>,
    /// How many the recipient has not read now.
    pub unread: u64,
}
