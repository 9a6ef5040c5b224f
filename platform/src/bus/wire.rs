//! An event on the bus: the envelope of docs/events.md, in JSON. Told as it stands in the log, so that an event that this release doesn't
//! know travels, too.

use contract::event::AggregateKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is published: an event as text, and what it is ordered and known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The event's id.
    pub id: Uuid,
    /// The kind of what it happened to.
    pub kind: String,
    /// What it happened to: messages of the same kind and aggregate are kept in the order of publishing.
    pub aggregate: Uuid,
    /// The event in JSON.
    pub body: Vec<u8>,
}

/// An event as it travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Event {
    pub id: Uuid,
    /// Where it stands in the log of who published it.
    pub position: i64,
    pub aggregate: Aggregate,
    pub version: i64,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    pub actor: Option<Uuid>,
    pub occurred_at: Timestamp,
    pub name: String,
    pub payload: serde_json::Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Aggregate {
    pub kind: String,
    pub id: Uuid,
}

/// Said by each service in its own name, under one that they share.
const ERASED: &str = "identity.account_erased.v1";
const CLOSED: &str = "identity.account_closed.v1";

impl Event {
    /// The service that wrote it.
    pub fn service(&self) -> &str {
        match self.payload.get("service").and_then(serde_json::Value::as_str) {
            Some(service) if self.name == ERASED => service,
            _ => self.name.split('.').next().unwrap_or_default(),
        }
    }

    /// The text that is emptied in the events of the same aggregate from here on, as it was, or will be, where they were written.
    pub fn empties(&self) -> Option<&'static str> {
        (self.name == CLOSED).then_some("display_name")
    }

    /// The kind of what it happened to, if this release knows it.
    pub fn kind(&self) -> Option<AggregateKind> {
        AggregateKind::from_code(&self.aggregate.kind)
    }

    pub fn message(&self) -> serde_json::Result<Message> {
        let Aggregate { kind, id: aggregate } = self.aggregate.clone();
        Ok(Message { id: self.id, kind, aggregate, body: serde_json::to_vec(self)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::event::Envelope;
    use serde_json::json;

    fn event(name: &str, payload: serde_json::Value) -> Event {
        Event {
            id: Uuid::from_u128(1),
            position: 7,
            aggregate: Aggregate { kind: "erasure".to_owned(), id: Uuid::from_u128(2) },
            version: 1,
            correlation_id: Uuid::from_u128(3),
            causation_id: Some(Uuid::from_u128(4)),
            actor: None,
            occurred_at: Timestamp::UNIX_EPOCH,
            name: name.to_owned(),
            payload,
        }
    }

    #[test]
    fn who_wrote_it_is_told_even_of_what_this_release_does_not_know() {
        assert_eq!(event("review.forgotten.v9", json!({})).service(), "review");
        assert_eq!(event(CLOSED, json!({ "service": "course" })).service(), "identity");
        assert_eq!(event(ERASED, json!({ "service": "course" })).service(), "course");
    }

    #[test]
    fn it_travels_as_the_envelope_that_is_promised() {
        let sent = event(ERASED, json!({ "account_id": Uuid::from_u128(9), "service": "course" }));
        let envelope: Envelope = serde_json::from_slice(&sent.message().expect("it is JSON").body).expect("it is an envelope");
        assert_eq!(serde_json::to_value(&envelope).expect("JSON"), serde_json::to_value(&sent).expect("JSON"));
    }
}
