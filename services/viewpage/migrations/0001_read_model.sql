-- The read model: what pages show, folded from events alone. No table refers to another and none is written but by the
-- projection, so that a whole new generation can be built beside this one and put in its place.
CREATE TABLE viewpage.accounts (
    account_id   uuid PRIMARY KEY,
    display_name text NOT NULL
);

CREATE TABLE viewpage.courses (
    course_id     uuid PRIMARY KEY,
    -- Unknown while only counts have been heard of.
    host_id       uuid,
    content       jsonb,
    region        text,
    tags          text[] NOT NULL DEFAULT '{}',
    total_minutes integer NOT NULL DEFAULT 0,
    total_metres  integer NOT NULL DEFAULT 0,
    total_cost_krw integer NOT NULL DEFAULT 0,
    published     boolean NOT NULL DEFAULT false,
    published_at  timestamptz,
    likes         bigint NOT NULL DEFAULT 0,
    bookmarks     bigint NOT NULL DEFAULT 0,
    comments      bigint NOT NULL DEFAULT 0,
    reviews       bigint NOT NULL DEFAULT 0,
    rating_sum    bigint NOT NULL DEFAULT 0,
    -- How many events have made this row what it is.
    version       bigint NOT NULL DEFAULT 0
);

CREATE INDEX courses_new ON viewpage.courses (published_at DESC, course_id DESC) WHERE published;
CREATE INDEX courses_popular ON viewpage.courses (likes DESC, course_id DESC) WHERE published;

CREATE TABLE viewpage.likes (
    course_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (customer_id, course_id)
);

-- What open pages are told, kept for a while for those whose connection broke.
CREATE TABLE viewpage.changes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    course_id  uuid NOT NULL,
    withdrawn  boolean NOT NULL,
    version    bigint NOT NULL,
    likes      bigint NOT NULL,
    bookmarks  bigint NOT NULL,
    comments   bigint NOT NULL,
    reviews    bigint NOT NULL,
    rating_sum bigint NOT NULL,
    changed_at timestamptz NOT NULL
);
