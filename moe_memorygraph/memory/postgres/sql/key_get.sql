-- One API key.
-- $1 tenant, $2 key_id
SELECT key_id, name, digest, scopes, created_at, expires_at, revoked_at, last_used_at
FROM api_key
WHERE tenant_id = $1 AND key_id = $2
