-- Add the embeddings of turns that stand already.
-- $1 tenant, $2 turn ids, $3 embeddings
INSERT INTO turn_embedding (tenant_id, turn_id, embedding)
SELECT $1, one.turn_id, one.embedding
FROM unnest($2::uuid[], $3::halfvec[]) AS one (turn_id, embedding)
