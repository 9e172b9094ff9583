-- Patterns whose period ended before a time, oldest first: their ids, and how many there are in all.
-- $1 tenant, $2 time, $3 at most
SELECT pattern_id::text AS id, count(*) OVER () AS total
FROM pattern
WHERE tenant_id = $1 AND period_end < $2
ORDER BY period_end, pattern_id
LIMIT $3
