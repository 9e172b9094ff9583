-- A tenant's API keys, oldest first.
-- $1 tenant
SELECT key_id, name, digest, scopes, created_at, expires_at, revoked_at, last_used_at
FROM api_key
WHERE tenant_id = $1
ORDER BY created_at, key_id
