-- A customer's like of a course. The row stays when the like is taken back: its version counts on.
CREATE TABLE communication.likes (
    course_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    active      boolean NOT NULL,
    version     bigint NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (course_id, customer_id)
);

-- What this service has heard of courses.
CREATE TABLE communication.courses (
    course_id uuid PRIMARY KEY,
    published boolean NOT NULL
);
