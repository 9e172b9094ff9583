-- Delete facts; how many. What gave way to one of them is forgotten; that it ended is not.
-- $1 tenant, $2 ids
WITH freed AS (
    UPDATE fact SET superseded_by = NULL
    WHERE tenant_id = $1 AND superseded_by = ANY ($2::text[]::uuid[]) AND fact_id <> ALL ($2::text[]::uuid[])
),
gone AS (DELETE FROM fact WHERE tenant_id = $1 AND fact_id = ANY ($2::text[]::uuid[]) RETURNING 1)
SELECT count(*) FROM gone
