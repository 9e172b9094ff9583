-- Every row of ticket as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' - 'changed_by' AS content
FROM ticket AS r
WHERE r.tenant_id = $1
ORDER BY r.ticket_id
