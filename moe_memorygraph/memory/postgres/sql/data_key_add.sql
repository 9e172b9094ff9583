-- Keep a tenant's key, unless it has one.
-- $1 tenant, $2.. columns
INSERT INTO data_key (tenant_id, key_id, wrapped, master_id, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id) DO NOTHING
