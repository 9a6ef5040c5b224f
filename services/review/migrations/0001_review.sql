-- Customers' reviews of courses. A deleted one stays for the records, seen by nobody.
CREATE TABLE review.reviews (
    id         uuid PRIMARY KEY,
    course_id  uuid NOT NULL,
    author_id  uuid NOT NULL,
    rating     smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    body       text NOT NULL,
    reply      text,
    replied_at timestamptz,
    deleted    boolean NOT NULL DEFAULT false,
    -- That of the last event in the log.
    version    bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((reply IS NULL) = (replied_at IS NULL))
);

-- One review for each customer and course; after it was deleted there may be another.
CREATE UNIQUE INDEX reviews_one_of_each_author ON review.reviews (course_id, author_id) WHERE NOT deleted;

-- What this service has heard of courses. Null is what it has not heard yet.
CREATE TABLE review.courses (
    course_id    uuid PRIMARY KEY,
    host_id      uuid NOT NULL,
    -- False once it was withdrawn; null before it was ever shown.
    published    boolean,
    reviews_open boolean
);

-- Closed accounts that this service has answered for.
CREATE TABLE review.erasures (
    account_id uuid PRIMARY KEY
);
