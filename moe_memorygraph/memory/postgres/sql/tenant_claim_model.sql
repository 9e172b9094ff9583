-- Fix the embedding model where none is fixed yet; no row where there is one, or a vector of another dimension.
-- $1 tenant, $2 model, $3 dimension
UPDATE tenant
SET embedding_model = $2, embedding_dim = $3
WHERE tenant_id = $1 AND embedding_model IS NULL AND (embedding_dim IS NULL OR embedding_dim = $3)
RETURNING tenant_id
