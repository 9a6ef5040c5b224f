-- For pgbench: the row of a like, alone.
INSERT INTO bench.likes (course_id, customer_id, active, version, changed_at) VALUES (gen_random_uuid(), gen_random_uuid(), true, 1, now());
