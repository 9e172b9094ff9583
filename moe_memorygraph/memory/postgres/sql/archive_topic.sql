-- Every row of topic as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' AS content
FROM topic AS r
WHERE r.tenant_id = $1
ORDER BY r.name
