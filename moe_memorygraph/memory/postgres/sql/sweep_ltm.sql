-- Delete patterns; how many.
-- $1 tenant, $2 ids
WITH gone AS (DELETE FROM pattern WHERE tenant_id = $1 AND pattern_id = ANY ($2::text[]::uuid[]) RETURNING 1)
SELECT count(*) FROM gone
