//! An event on the bus, and whose it is: told as it stands in the log, so that an event that this release doesn't know travels, too.

use crate::event_log::plain::{Aggregate, Event};
use contract::event::AggregateKind;
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

/// Said by each service in its own name, under one that they share.
const ERASED: &str = "identity.account_erased.v1";
const CLOSED: &str = "identity.account_closed.v1";

impl Event {
    /// The service that wrote it.
    pub(super) fn service(&self) -> &str {
        match self.payload.get("service").and_then(serde_json::Value::as_str) {
            Some(service) if self.name == ERASED => service,
            _ => self.name.split('.').next().unwrap_or_default(),
        }
    }

    /// The text that is emptied in the events of the same aggregate from here on, as it was, or will be, where they were written.
    pub(super) fn empties(&self) -> Option<&'static str> {
        (self.name == CLOSED).then_some("display_name")
    }

    /// The kind of what it happened to, if this release knows it.
    pub(super) fn kind(&self) -> Option<AggregateKind> {
        AggregateKind::from_code(&self.aggregate.kind)
    }

    pub(super) fn message(&self) -> serde_json::Result<Message> {
        let Aggregate { kind, id: aggregate } = self.aggregate.clone();
        Ok(Message { id: self.id, kind, aggregate, body: serde_json::to_vec(self)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::event::Envelope;
    use jiff::Timestamp;
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
