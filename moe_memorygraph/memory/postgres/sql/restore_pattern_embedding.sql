-- Rows of pattern_embedding as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO pattern_embedding (
    tenant_id, pattern_id, embedding
)
SELECT
    $1, r.pattern_id, r.embedding
FROM jsonb_populate_recordset(NULL::pattern_embedding, $2) AS r
