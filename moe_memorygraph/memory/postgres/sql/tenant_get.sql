-- One tenant.
-- $1 tenant
SELECT tenant_id, key, name, embedding_model, embedding_dim, created_at, fiscal_year_start, source_trust
FROM tenant
WHERE tenant_id = $1
