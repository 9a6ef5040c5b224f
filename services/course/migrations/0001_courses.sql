-- Courses as their hosts write them. A deleted one stays for the records, seen by nobody.
CREATE TABLE course.courses (
    id           uuid PRIMARY KEY,
    host_id      uuid NOT NULL,
    state        text NOT NULL CHECK (state IN ('draft', 'published', 'unpublished', 'deleted')),
    -- That of the last event in the log.
    version      bigint NOT NULL CHECK (version > 0),
    language     text NOT NULL,
    title        text NOT NULL,
    summary      text NOT NULL,
    region       text NOT NULL,
    tags         text[] NOT NULL,
    reviews_open boolean NOT NULL,
    -- The stops are only ever read and written as a whole, with their course.
    stops        jsonb NOT NULL CHECK (jsonb_typeof(stops) = 'array'),
    translation  jsonb,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT courses_published_have_stops CHECK (state <> 'published' OR jsonb_array_length(stops) > 0)
);

-- A host's own courses, the last changed first, a page at a time.
CREATE INDEX courses_of_a_host ON course.courses (host_id, updated_at DESC, id DESC) WHERE state <> 'deleted';
