-- Every row of run as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' AS content
FROM run AS r
WHERE r.tenant_id = $1
ORDER BY r.run_id
