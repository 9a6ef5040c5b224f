-- How many customers have marked a course: written with the marks, so that who marks is told without counting.
CREATE TABLE communication.like_counts (
    course_id uuid PRIMARY KEY,
    active    bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE communication.bookmark_counts (
    course_id uuid PRIMARY KEY,
    active    bigint NOT NULL
) WITH (fillfactor = 50);

INSERT INTO communication.like_counts SELECT course_id, count(*) FROM communication.likes WHERE active GROUP BY course_id;
INSERT INTO communication.bookmark_counts SELECT course_id, count(*) FROM communication.bookmarks WHERE active GROUP BY course_id;
