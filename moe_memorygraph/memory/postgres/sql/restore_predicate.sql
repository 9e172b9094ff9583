-- Rows of predicate as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO predicate (
    tenant_id, name, single, value, aliases, asked_by, hinted_by, half_life_days
)
SELECT
    $1, r.name, r.single, r.value, r.aliases, r.asked_by, r.hinted_by, r.half_life_days
FROM jsonb_populate_recordset(NULL::predicate, $2) AS r
