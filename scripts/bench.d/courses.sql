-- 50,000 published courses of 100 hosts and 99,900 likes, written into the log as the services would: 200,000 events.
-- For the benchmark alone. Titles and stops are put together from real words, so that a search finds some often and some seldom.
BEGIN;

CREATE TEMPORARY TABLE words ON COMMIT DROP AS
SELECT ARRAY['서울', '부산', '한강', '골목', '야경', '벚꽃', '단풍', '바다', '시장', '미술관', '서점', '카페', '온천', '성곽', '호수', '수목원'] AS places,
       ARRAY['산책', '데이트', '나들이', '하루', '반나절', '저녁', '새벽', '비 오는 날', '첫 만남', '기념일', '둘이서', '천천히', 'slow walk', 'night view', 'old town', 'riverside'] AS walks,
       ARRAY['seoul', 'busan', 'daegu', 'incheon', 'gwangju', 'daejeon', 'ulsan', 'sejong', 'gyeonggi', 'gangwon', 'chungbuk', 'chungnam', 'jeonbuk', 'jeonnam', 'gyeongbuk', 'gyeongnam', 'jeju'] AS regions,
       ARRAY['park', 'walk', 'cafe', 'restaurant', 'viewpoint', 'museum'] AS categories;

CREATE TEMPORARY TABLE hosts ON COMMIT DROP AS
SELECT n, gen_random_uuid() AS id FROM generate_series(0, 99) n;

CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT c, gen_random_uuid() AS id, hosts.id AS host_id,
       jsonb_build_object(
           'language', 'ko',
           'title', places[1 + c % 16] || ' ' || walks[1 + c / 16 % 16] || ' ' || c,
           'summary', places[1 + c * 7 % 16] || '에서 ' || places[1 + c * 11 % 16] || '까지 걷는 ' || walks[1 + c * 5 % 16],
           'region', regions[1 + c % 17],
           'tags', jsonb_build_array(places[1 + c * 3 % 16], '길' || c % 500),
           'reviews_open', true,
           'stops', (SELECT jsonb_agg(jsonb_build_object(
                         'name', places[1 + (c + s * 5) % 16] || ' ' || s, 'category', categories[1 + (c + s) % 6],
                         'lat', 33.2 + (c * 13 + s * 7) % 4000 / 1000.0, 'lng', 126.2 + (c * 17 + s * 3) % 3000 / 1000.0,
                         'stay_minutes', 20 + c % 5 * 20, 'cost_krw', c % 20 * 1000, 'note', '')) FROM generate_series(1, 4) s),
           'translation', NULL) AS content
FROM generate_series(1, 50000) c CROSS JOIN words JOIN hosts ON hosts.n = c % 100;

INSERT INTO event_log.events (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, actor, occurred_at, payload)
SELECT gen_random_uuid(), 'identity.account_registered.v1', 'account', id, 1, gen_random_uuid(), NULL, now(),
       jsonb_build_object('account_id', id, 'display_name', '호스트 ' || n)
FROM hosts;

INSERT INTO event_log.events (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, actor, occurred_at, payload)
SELECT gen_random_uuid(), 'course.registered.v1', 'course', id, 1, gen_random_uuid(), host_id, now(),
       jsonb_build_object('course_id', id, 'host_id', host_id, 'content', content)
FROM made ORDER BY c;

INSERT INTO event_log.events (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, actor, occurred_at, payload)
SELECT gen_random_uuid(), 'course.published.v1', 'course', id, 2, gen_random_uuid(), host_id, now() - c * interval '1 second',
       jsonb_build_object('course_id', id, 'host_id', host_id)
FROM made ORDER BY c;

CREATE TEMPORARY TABLE likers ON COMMIT DROP AS
SELECT c, id AS course_id, gen_random_uuid() AS customer_id FROM made, generate_series(0, 19) WHERE c % 10 = 0
LIMIT 99900;

INSERT INTO communication.likes (course_id, customer_id, active, version, changed_at)
SELECT course_id, customer_id, true, 1, now() FROM likers;
INSERT INTO communication.like_counts SELECT course_id, count(*) FROM likers GROUP BY course_id;

-- The log knows a like by an id made of both; here any that is its own will do.
INSERT INTO event_log.events (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, actor, occurred_at, payload)
SELECT gen_random_uuid(), 'communication.like_registered.v1', 'like', gen_random_uuid(), 1, gen_random_uuid(), customer_id, now(),
       jsonb_build_object('course_id', course_id, 'customer_id', customer_id)
FROM likers;
COMMIT;
