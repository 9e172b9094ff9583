-- Take back what the tenant said of a predicate; its name where there was anything.
-- $1 tenant, $2 name
DELETE FROM predicate WHERE tenant_id = $1 AND name = $2 RETURNING name
