-- Of a relay: since when it has been publishing for this history. Of the intake: when it last asked for another, if it did.
ALTER TABLE event_log.bus_places ADD COLUMN since timestamptz;
