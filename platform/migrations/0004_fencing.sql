-- Which leader of a consumer may move its checkpoint: each takes the next number, and whoever has an older one has been replaced.
-- A leader of the release before knows no number and moves none; the advisory lock keeps it alone with its consumer as ever.
ALTER TABLE event_log.checkpoints ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
