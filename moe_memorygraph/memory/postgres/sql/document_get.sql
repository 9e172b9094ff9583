-- One document.
-- $1 tenant, $2 document_id
SELECT document_id, path, title, body, content_hash, updated_at
FROM document
WHERE tenant_id = $1 AND document_id = $2
