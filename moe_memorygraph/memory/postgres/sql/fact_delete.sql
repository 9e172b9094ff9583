-- Delete facts.
-- $1 tenant, $2 fact ids
DELETE FROM fact WHERE tenant_id = $1 AND fact_id = ANY ($2::uuid[])
