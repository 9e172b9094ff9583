-- Revoke an API key; one that is revoked already keeps its time. No row where there is no such key.
-- $1 tenant, $2 key_id, $3 now
UPDATE api_key
SET revoked_at = coalesce(revoked_at, $3)
WHERE tenant_id = $1 AND key_id = $2
RETURNING key_id
