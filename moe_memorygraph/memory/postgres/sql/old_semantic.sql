-- Facts that ended before a time, oldest first: their ids, and how many there are in all.
-- $1 tenant, $2 time, $3 at most
SELECT fact_id::text AS id, count(*) OVER () AS total
FROM fact
WHERE tenant_id = $1 AND valid_to < $2
ORDER BY valid_to, fact_id
LIMIT $3
