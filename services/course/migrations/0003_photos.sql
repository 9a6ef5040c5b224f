-- What a course has of photos: ids and words, in their order. A release that knows none leaves them as they are.
ALTER TABLE course.courses ADD COLUMN photos jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(photos) = 'array');

-- Photos that were taken in, and the course that has them, if one does.
CREATE TABLE course.photos (
    id        uuid PRIMARY KEY,
    host_id   uuid NOT NULL,
    course_id uuid,
    -- When it was taken in, or when its course let go of it: a day later it is gone.
    loose_at  timestamptz NOT NULL
);

CREATE INDEX photos_host ON course.photos (host_id);
CREATE INDEX photos_course ON course.photos (course_id) WHERE course_id IS NOT NULL;
CREATE INDEX photos_loose ON course.photos (loose_at) WHERE course_id IS NULL;

-- The files of a photo, such as '960.webp'. They never change.
CREATE TABLE course.photo_files (
    photo_id uuid NOT NULL REFERENCES course.photos ON DELETE CASCADE,
    name     text NOT NULL,
    bytes    bytea NOT NULL,
    PRIMARY KEY (photo_id, name)
);

-- Compressed already.
ALTER TABLE course.photo_files ALTER COLUMN bytes SET STORAGE EXTERNAL;
