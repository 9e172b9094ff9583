-- Runs that were made before a time, oldest first: their ids, and how many there are in all.
-- $1 tenant, $2 time, $3 at most
SELECT run_id::text AS id, count(*) OVER () AS total
FROM run
WHERE tenant_id = $1 AND created_at < $2
ORDER BY created_at, run_id
LIMIT $3
