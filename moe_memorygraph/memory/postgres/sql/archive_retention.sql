-- Every row of retention as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' AS content
FROM retention AS r
WHERE r.tenant_id = $1
ORDER BY r.plane
