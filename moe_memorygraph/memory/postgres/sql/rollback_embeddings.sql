-- Embeddings of facts.
-- $1 tenant, $2 fact ids
SELECT fact_id, embedding FROM fact_embedding WHERE tenant_id = $1 AND fact_id = ANY ($2::uuid[])
