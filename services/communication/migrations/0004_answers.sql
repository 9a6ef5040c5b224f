-- The host's answer to a comment, and when it was last written.
ALTER TABLE communication.comments
    ADD COLUMN answer text,
    ADD COLUMN answered_at timestamptz,
    ADD CONSTRAINT comments_answer_is_whole CHECK ((answer IS NULL) = (answered_at IS NULL));
