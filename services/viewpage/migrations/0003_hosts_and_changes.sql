-- When a host last changed what a course says: for feeds, calendars and lists for search engines. Unknown of what an earlier release has
-- folded until it is written again or the read model is rebuilt; until then it is as old as its publishing.
ALTER TABLE viewpage.courses ADD COLUMN modified_at timestamptz;
ALTER TABLE viewpage.searchable ADD COLUMN modified_at timestamptz;

-- The courses of one host, in the order in which they are listed.
CREATE INDEX searchable_of_host ON viewpage.searchable (host_id, published_at DESC, course_id DESC) WHERE published;

-- All that is shown, by id: where the parts of a list of all begin is read from the index alone.
CREATE INDEX searchable_listed ON viewpage.searchable (course_id) WHERE published;
