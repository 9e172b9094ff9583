-- Rows of document as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO document (
    tenant_id, document_id, path, title, body, content_hash, updated_at, origin_id
)
SELECT
    $1, r.document_id, r.path, r.title, r.body, r.content_hash, r.updated_at, r.origin_id
FROM jsonb_populate_recordset(NULL::document, $2) AS r
