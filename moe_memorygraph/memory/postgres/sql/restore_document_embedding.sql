-- Rows of document_embedding as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO document_embedding (
    tenant_id, document_id, part, embedding
)
SELECT
    $1, r.document_id, r.part, r.embedding
FROM jsonb_populate_recordset(NULL::document_embedding, $2) AS r
