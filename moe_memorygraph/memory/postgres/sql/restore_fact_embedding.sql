-- Rows of fact_embedding as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO fact_embedding (
    tenant_id, fact_id, embedding
)
SELECT
    $1, r.fact_id, r.embedding
FROM jsonb_populate_recordset(NULL::fact_embedding, $2) AS r
