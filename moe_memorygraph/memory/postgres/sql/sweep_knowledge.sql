-- Delete documents; how many.
-- $1 tenant, $2 ids
WITH gone AS (DELETE FROM document WHERE tenant_id = $1 AND document_id = ANY ($2::text[]) RETURNING 1)
SELECT count(*) FROM gone
