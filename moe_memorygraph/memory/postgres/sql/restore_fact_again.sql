-- Rows of fact_again as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO fact_again (
    tenant_id, fact_id, origin_id, content
)
SELECT
    $1, r.fact_id, r.origin_id, r.content
FROM jsonb_populate_recordset(NULL::fact_again, $2) AS r
