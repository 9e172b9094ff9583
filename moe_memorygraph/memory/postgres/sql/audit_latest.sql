-- Entries of the audit trail, newest first.
-- $1 tenant, $2 from when on, $3 action, $4 object, $5 how many
SELECT entry_id, at, actor, action, outcome, objects, counts, digest, mac, seal, place, link
FROM audit_entry
WHERE
tenant_id = $1
AND ($2::timestamptz IS NULL OR at >= $2)
AND ($3::text IS NULL OR action = $3)
AND ($4::text IS NULL OR $4 = ANY (objects))
ORDER BY entry_id DESC
LIMIT $5
