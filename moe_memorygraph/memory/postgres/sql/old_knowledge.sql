-- Documents that changed last before a time, oldest first: their ids, and how many there are in all.
-- $1 tenant, $2 time, $3 at most
SELECT document_id AS id, count(*) OVER () AS total
FROM document
WHERE tenant_id = $1 AND updated_at < $2
ORDER BY updated_at, document_id
LIMIT $3
