-- Every row of retracted as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' AS content
FROM retracted AS r
WHERE r.tenant_id = $1
ORDER BY r.kind, r.item_id, r.known_until
