-- Every tenant, for the owner alone: another role sees at most the one that is bound.
SELECT tenant_id, key, name, embedding_model, embedding_dim, created_at, fiscal_year_start, source_trust
FROM tenant
ORDER BY key, tenant_id
