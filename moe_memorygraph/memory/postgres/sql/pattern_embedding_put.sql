-- Add the embeddings of patterns that stand already.
-- $1 tenant, $2 pattern ids, $3 embeddings
INSERT INTO pattern_embedding (tenant_id, pattern_id, embedding)
SELECT $1, one.pattern_id, one.embedding
FROM unnest($2::uuid[], $3::halfvec[]) AS one (pattern_id, embedding)
