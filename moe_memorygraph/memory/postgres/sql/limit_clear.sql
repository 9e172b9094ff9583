-- Take back limits of a tenant's own, by name; the names of those that were there.
-- $1 tenant, $2 names
DELETE FROM tenant_limit
WHERE tenant_id = $1 AND name = ANY($2::text[])
RETURNING name
