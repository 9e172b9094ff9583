-- The dimension of the tenant's vectors, fixed by the first; no row where there is no such tenant, or another writer
-- fixed it this moment.
-- $1 tenant, $2 dimension of the vectors to be written
WITH fixed AS (
    UPDATE tenant SET embedding_dim = $2 WHERE tenant_id = $1 AND embedding_dim IS NULL RETURNING embedding_dim
)
SELECT embedding_dim FROM fixed
UNION ALL
SELECT embedding_dim FROM tenant WHERE tenant_id = $1 AND embedding_dim IS NOT NULL
