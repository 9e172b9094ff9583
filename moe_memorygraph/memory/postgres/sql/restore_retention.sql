-- Rows of retention as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO retention (
    tenant_id, plane, days
)
SELECT
    $1, r.plane, r.days
FROM jsonb_populate_recordset(NULL::retention, $2) AS r
