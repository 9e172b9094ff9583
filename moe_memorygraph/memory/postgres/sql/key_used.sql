-- Note that an API key was used; an earlier time never replaces a later one.
-- $1 tenant, $2 key_id, $3 now
UPDATE api_key
SET last_used_at = greatest(last_used_at, $3)
WHERE tenant_id = $1 AND key_id = $2
