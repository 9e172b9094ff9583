-- Documents by path.
-- $1 tenant, $2 limit, $3 offset
SELECT document_id, path, title, body, content_hash, updated_at
FROM document
WHERE tenant_id = $1
ORDER BY path, document_id
LIMIT $2 OFFSET $3
