-- Rows of origin as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO origin (
    tenant_id, origin_id, tier, actor, tool, run_id, written_at
)
SELECT
    $1, r.origin_id, r.tier, r.actor, r.tool, r.run_id, r.written_at
FROM jsonb_populate_recordset(NULL::origin, $2) AS r
