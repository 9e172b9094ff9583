-- Rows of turn_embedding as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO turn_embedding (
    tenant_id, turn_id, embedding
)
SELECT
    $1, r.turn_id, r.embedding
FROM jsonb_populate_recordset(NULL::turn_embedding, $2) AS r
