-- Entries of the audit trail that have no seal yet, by id.
-- $1 tenant, $2 the id before the first, $3 how many
SELECT entry_id, at, actor, action, outcome, objects, counts, digest, mac, seal, place, link
FROM audit_entry
WHERE tenant_id = $1 AND seal IS NULL AND ($2::uuid IS NULL OR entry_id > $2)
ORDER BY entry_id
LIMIT $3
