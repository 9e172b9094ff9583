-- Create a tenant; no row where it exists already.
-- $1 tenant, $2 key, $3 name, $4 model or null, $5 dimension or null, $6 created at or null for now,
-- $7 first month of the fiscal year, $8 trust by source
INSERT INTO tenant (tenant_id, key, name, embedding_model, embedding_dim, created_at, fiscal_year_start, source_trust)
VALUES ($1, $2, $3, $4, $5, coalesce($6::timestamptz, now()), $7, $8)
ON CONFLICT (tenant_id) DO NOTHING
RETURNING tenant_id
