-- For services with databases of their own: the log of each is still the truth of what its services did, and holds copies of what the
-- others did, taken in from the bus.

-- Where a relay or the intake of this database stands with the bus. A relay's place in the log is its checkpoint, as a consumer's.
CREATE TABLE event_log.bus_places (
    consumer text PRIMARY KEY,
    -- Which history of the bus this was; in another one it means nothing.
    history  text NOT NULL,
    -- How far it was followed, as the bus counts. Relays only publish and have none.
    place    text
);

-- Events that came from the bus before the one that they follow. They go into the log after it.
CREATE TABLE event_log.early (
    aggregate_kind    text NOT NULL,
    aggregate_id      uuid NOT NULL,
    aggregate_version bigint NOT NULL,
    event             jsonb NOT NULL,
    came_at           timestamptz NOT NULL,
    PRIMARY KEY (aggregate_kind, aggregate_id, aggregate_version)
);
