-- Where each case that crosses services stands. A row is written by the service that watches over the case, in the transaction
-- that takes the step, so that a program that ends anywhere goes on from there.
CREATE TABLE event_log.sagas (
    kind           text NOT NULL,
    -- That of the event that began it.
    id             uuid NOT NULL,
    correlation_id uuid NOT NULL,
    step           text NOT NULL,
    state          text NOT NULL CHECK (state IN ('running', 'completed', 'compensated')),
    -- What the steps need to know.
    data           jsonb NOT NULL,
    started_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    -- When it should have come to its end; one that has not is looked at.
    deadline       timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX sagas_running ON event_log.sagas (kind, deadline) WHERE state = 'running';
