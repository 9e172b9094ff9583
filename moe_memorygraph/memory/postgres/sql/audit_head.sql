-- The last seal of the audit trail.
-- $1 tenant
SELECT number, entries, total, previous, link, sealed_at, key_id, hash, mac
FROM audit_seal
WHERE tenant_id = $1
ORDER BY number DESC
LIMIT 1
