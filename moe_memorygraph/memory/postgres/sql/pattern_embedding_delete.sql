-- Drop the embeddings of patterns, but those of which stay.
-- $1 tenant, $2 pattern ids whose embeddings stay
DELETE FROM pattern_embedding WHERE tenant_id = $1 AND pattern_id <> ALL ($2::uuid[])
