-- Store an API key.
-- $1 tenant, $2.. columns
INSERT INTO api_key (tenant_id, key_id, name, digest, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
