-- Add the embeddings of facts that stand already.
-- $1 tenant, $2 fact ids, $3 embeddings
INSERT INTO fact_embedding (tenant_id, fact_id, embedding)
SELECT $1, one.fact_id, one.embedding
FROM unnest($2::uuid[], $3::halfvec[]) AS one (fact_id, embedding)
