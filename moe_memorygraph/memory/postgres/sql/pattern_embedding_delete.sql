-- Drop the embeddings of all patterns; replace_all brings new ones.
-- $1 tenant
DELETE FROM pattern_embedding WHERE tenant_id = $1
