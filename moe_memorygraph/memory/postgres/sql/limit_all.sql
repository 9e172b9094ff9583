-- A tenant's own limits, by name.
-- $1 tenant
SELECT name, most
FROM tenant_limit
WHERE tenant_id = $1
ORDER BY name
