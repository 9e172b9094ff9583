-- Rows of pseudonym_counter as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO pseudonym_counter (
    tenant_id, entity_type, last
)
SELECT
    $1, r.entity_type, r.last
FROM jsonb_populate_recordset(NULL::pseudonym_counter, $2) AS r
