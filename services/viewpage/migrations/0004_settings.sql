-- Whether a course is in or out of doors: 'indoor' or 'outdoor'; '' until the program has made it of the content, as with the words. A
-- release that knows nothing of it leaves it as it is.
ALTER TABLE viewpage.searchable ADD COLUMN setting text NOT NULL DEFAULT '';

-- The order by time, with all that courses are counted by: counting reads nothing else.
CREATE INDEX searchable_choices ON viewpage.searchable (published_at DESC, course_id DESC)
    INCLUDE (region, setting, total_cost_krw, total_minutes, tags) WHERE published;
DROP INDEX viewpage.searchable_new;
