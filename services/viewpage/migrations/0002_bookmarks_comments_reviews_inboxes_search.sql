-- What customers keep and say, what waits in inboxes, and what courses are found by.
CREATE TABLE viewpage.bookmarks (
    course_id     uuid NOT NULL,
    customer_id   uuid NOT NULL,
    bookmarked_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, course_id)
);

CREATE INDEX bookmarks_newest ON viewpage.bookmarks (customer_id, bookmarked_at DESC, course_id DESC);

CREATE TABLE viewpage.comments (
    comment_id uuid PRIMARY KEY,
    course_id  uuid NOT NULL,
    author_id  uuid NOT NULL,
    body       text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX comments_newest ON viewpage.comments (course_id, created_at DESC, comment_id DESC);
CREATE INDEX comments_author ON viewpage.comments (author_id);

CREATE TABLE viewpage.reviews (
    review_id  uuid PRIMARY KEY,
    course_id  uuid NOT NULL,
    author_id  uuid NOT NULL,
    rating     smallint NOT NULL,
    body       text NOT NULL,
    reply      text,
    replied_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX reviews_newest ON viewpage.reviews (course_id, created_at DESC, review_id DESC);
CREATE INDEX reviews_author ON viewpage.reviews (author_id);

CREATE TABLE viewpage.inboxes (
    account_id uuid PRIMARY KEY,
    unread     bigint NOT NULL
);

-- The order by rating as one number: the average in steps of 2^-32, 0 without a rating. Two averages of up to 65,536 ratings each differ
-- by more than a step, and equal ones are equal.
ALTER TABLE viewpage.courses ADD COLUMN rating_key bigint NOT NULL
    GENERATED ALWAYS AS (CASE WHEN reviews > 0 THEN rating_sum * 4294967296 / reviews ELSE 0 END) STORED;

CREATE INDEX courses_rating ON viewpage.courses (rating_key DESC, reviews DESC, course_id DESC) WHERE published;

-- What a course is found by, apart from its counts: a like must not write the many entries of its words anew.
CREATE TABLE viewpage.searchable (
    course_id      uuid PRIMARY KEY,
    host_id        uuid NOT NULL,
    published      boolean NOT NULL,
    published_at   timestamptz,
    region         text NOT NULL,
    tags           text[] NOT NULL,
    total_minutes  integer NOT NULL,
    total_cost_krw integer NOT NULL,
    -- The text in the form in which it is compared; '' until the program has made it of the content.
    words          text NOT NULL,
    -- What the index finds it by.
    terms          text[] NOT NULL
) WITH (toast_tuple_target = 1024);

-- The words are read, the terms only ever through their index: the words stay in the row.
ALTER TABLE viewpage.searchable ALTER COLUMN words SET STORAGE MAIN;

INSERT INTO viewpage.searchable
    SELECT course_id, host_id, published, published_at, region, tags, total_minutes, total_cost_krw, '', '{}'
    FROM viewpage.courses WHERE content IS NOT NULL;

CREATE INDEX searchable_new ON viewpage.searchable (published_at DESC, course_id DESC) WHERE published;
CREATE INDEX searchable_host ON viewpage.searchable (host_id);
-- Without the list of pending entries, which every search would have to read through.
CREATE INDEX searchable_terms ON viewpage.searchable USING gin (terms) WITH (fastupdate = off) WHERE published;

-- The order by time is in `searchable` now; every like would have had to keep this one up.
DROP INDEX viewpage.courses_new;

-- What open pages are told, besides counts. A release that knows counts alone reads a review or comment as the counts that come with it,
-- and what is for an inbox as being about a course that nobody watches.
ALTER TABLE viewpage.changes
    ADD COLUMN kind text NOT NULL DEFAULT 'course' CHECK (kind IN ('course', 'review', 'comment', 'message')),
    ADD COLUMN account_id uuid,
    ADD COLUMN payload jsonb,
    ADD COLUMN origin uuid;
