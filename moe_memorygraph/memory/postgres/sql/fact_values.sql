-- What facts say in few words, by predicate and value.
-- $1 tenant, $2 the most characters, $3 limit
SELECT DISTINCT predicate, object COLLATE "C" AS object
FROM fact
WHERE tenant_id = $1 AND length(object) <= $2
ORDER BY predicate, object
LIMIT $3
