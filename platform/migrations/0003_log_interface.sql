-- The log's own interface for a statement that changes aggregates and says so at once. `dulle` does the same in two statements where
-- what is to be said has to be found out in between.

-- Waits for whoever else changes this aggregate. To be evaluated before the first write: see platform's `UnitOfWork::lock`.
-- Answers true, for `bool_and` over many.
CREATE FUNCTION event_log.lock(kind text, id uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(kind || ':' || id::text, 0));
    RETURN true;
END
$$;

-- Appends an event and answers the version that it made.
CREATE FUNCTION event_log.append(id uuid, name text, kind text, aggregate uuid, version bigint, correlation uuid, causation uuid, actor uuid,
                                 occurred_at timestamptz, payload jsonb)
    RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO event_log.events
        (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, causation_id, actor, occurred_at, payload)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
    RETURN version;
END
$$;
