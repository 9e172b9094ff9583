-- Sealed entries of the audit trail, in order.
-- $1 tenant, $2 seal and $3 place before the first, $4 how many
SELECT entry_id, at, actor, action, outcome, objects, counts, digest, mac, seal, place, link
FROM audit_entry
WHERE
tenant_id = $1
AND seal IS NOT NULL
AND seal >= $2::bigint
AND (seal > $2 OR place > $3::integer OR place IS NULL) -- one that lost its place must not hide
ORDER BY seal, place
LIMIT $4
