-- When a host last changed what a course says: for feeds, calendars and lists for search engines. Unknown of what an earlier release has
-- folded until it is written again or the read model is rebuilt; until then it is as old as its publishing.
ALTER TABLE viewpage.courses ADD COLUMN modified_at timestamptz;
ALTER TABLE viewpage.searchable ADD COLUMN modified_at timestamptz;

-- A host's courses are found as those with a word are: by a term.
UPDATE viewpage.searchable SET terms = terms || ('~' || host_id) WHERE words <> '';

-- All that is shown, by id: where the parts of a list of all begin is read from the index alone.
CREATE INDEX searchable_listed ON viewpage.searchable (course_id) WHERE published;
