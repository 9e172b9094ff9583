-- Content hashes of those that are stored.
-- $1 tenant, $2 document ids
SELECT document_id, content_hash
FROM document
WHERE tenant_id = $1 AND document_id = ANY ($2::text[])
ORDER BY document_id
