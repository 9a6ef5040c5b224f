-- How many reviews gave one star, two, and so on: what a course's rating is made of.
ALTER TABLE viewpage.courses
    ADD COLUMN stars_1 bigint NOT NULL DEFAULT 0,
    ADD COLUMN stars_2 bigint NOT NULL DEFAULT 0,
    ADD COLUMN stars_3 bigint NOT NULL DEFAULT 0,
    ADD COLUMN stars_4 bigint NOT NULL DEFAULT 0,
    ADD COLUMN stars_5 bigint NOT NULL DEFAULT 0;

UPDATE viewpage.courses SET stars_1 = one, stars_2 = two, stars_3 = three, stars_4 = four, stars_5 = five
    FROM (SELECT course_id,
                 count(*) FILTER (WHERE rating = 1) AS one, count(*) FILTER (WHERE rating = 2) AS two,
                 count(*) FILTER (WHERE rating = 3) AS three, count(*) FILTER (WHERE rating = 4) AS four,
                 count(*) FILTER (WHERE rating = 5) AS five
          FROM viewpage.reviews GROUP BY course_id) rated
    WHERE rated.course_id = courses.course_id;

-- A release that doesn't know these columns still folds while this one starts: its reviews are counted, but not by stars. Such rows are
-- found here at once, and set right.
CREATE INDEX courses_miscounted ON viewpage.courses (course_id)
    WHERE stars_1 + stars_2 + stars_3 + stars_4 + stars_5 <> reviews
       OR stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5 <> rating_sum;

-- Reviews by stars, among equals the newest first, both ways.
CREATE INDEX reviews_highest ON viewpage.reviews (course_id, rating DESC, created_at DESC, review_id DESC);
CREATE INDEX reviews_lowest ON viewpage.reviews (course_id, (-rating) DESC, created_at DESC, review_id DESC);
