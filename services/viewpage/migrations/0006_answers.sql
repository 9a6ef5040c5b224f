-- The host's answer to a comment. A release that knows nothing of it leaves it as it is.
ALTER TABLE viewpage.comments ADD COLUMN answer text, ADD COLUMN answered_at timestamptz;
