-- Seals of the audit trail, in order.
-- $1 tenant, $2 the number before the first, $3 how many
SELECT number, entries, total, previous, link, sealed_at, key_id, hash, mac
FROM audit_seal
WHERE tenant_id = $1 AND number > $2
ORDER BY number
LIMIT $3
