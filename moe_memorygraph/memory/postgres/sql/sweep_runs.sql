-- Delete runs; how many.
-- $1 tenant, $2 ids
WITH gone AS (DELETE FROM run WHERE tenant_id = $1 AND run_id = ANY ($2::text[]::uuid[]) RETURNING 1)
SELECT count(*) FROM gone
