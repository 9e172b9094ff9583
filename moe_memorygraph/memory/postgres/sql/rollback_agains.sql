-- What was said again of these facts.
-- $1 tenant, $2 fact ids
SELECT fact_id, content FROM fact_again WHERE tenant_id = $1 AND fact_id = ANY ($2::uuid[]) ORDER BY fact_id, origin_id
