-- Which facts gave way to which, as it was archived.
-- $1 tenant, $2 a list of facts
UPDATE fact AS f
SET superseded_by = r.superseded_by
FROM jsonb_populate_recordset(NULL::fact, $2) AS r
WHERE f.tenant_id = $1 AND f.fact_id = r.fact_id AND r.superseded_by IS NOT NULL
