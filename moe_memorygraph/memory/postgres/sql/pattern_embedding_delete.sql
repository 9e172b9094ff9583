-- Drop the embeddings of patterns that are given new ones.
-- $1 tenant, $2 pattern ids
DELETE FROM pattern_embedding WHERE tenant_id = $1 AND pattern_id = ANY ($2::uuid[])
