-- The log of what happened, beside the state tables of the services that share this database. It is the truth that read models
-- are rebuilt from and that other systems follow.
CREATE TABLE event_log.events (
    position          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Who wrote it. `position` is not in the order of commits, so readers stay behind the oldest transaction still running and
    -- go by (transaction_id, position).
    transaction_id    xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id                uuid NOT NULL UNIQUE,
    name              text NOT NULL,
    aggregate_kind    text NOT NULL,
    aggregate_id      uuid NOT NULL,
    aggregate_version bigint NOT NULL CHECK (aggregate_version > 0),
    correlation_id    uuid NOT NULL,
    causation_id      uuid,
    actor             uuid,
    occurred_at       timestamptz NOT NULL,
    payload           jsonb NOT NULL,
    UNIQUE (aggregate_kind, aggregate_id, aggregate_version)
);

CREATE INDEX events_in_reading_order ON event_log.events (transaction_id, position);

-- How far each consumer has read. Moves in the transaction that holds the effect.
CREATE TABLE event_log.checkpoints (
    consumer       text PRIMARY KEY,
    transaction_id xid8 NOT NULL DEFAULT '0',
    position       bigint NOT NULL DEFAULT 0
);

-- The last version of each aggregate that a consumer has handled: what comes twice is known, what would come too early is refused.
CREATE TABLE event_log.handled (
    consumer          text NOT NULL,
    aggregate_kind    text NOT NULL,
    aggregate_id      uuid NOT NULL,
    aggregate_version bigint NOT NULL,
    PRIMARY KEY (consumer, aggregate_kind, aggregate_id)
);

-- Aggregates with an event that a consumer could not handle. Their later events wait here with them; all others go on.
CREATE TABLE event_log.parked (
    consumer          text NOT NULL,
    aggregate_kind    text NOT NULL,
    aggregate_id      uuid NOT NULL,
    aggregate_version bigint NOT NULL,
    event_id          uuid NOT NULL,
    reason            text NOT NULL,
    parked_at         timestamptz NOT NULL,
    PRIMARY KEY (consumer, aggregate_kind, aggregate_id)
);
