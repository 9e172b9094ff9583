-- Numbers of values that have one.
-- $1 tenant, $2 types, $3 digests
SELECT held.entity_type, held.digest, held.number
FROM unnest($2::text[], $3::bytea[]) AS asked (entity_type, digest)
JOIN pseudonym AS held ON held.entity_type = asked.entity_type AND held.digest = asked.digest
WHERE held.tenant_id = $1
