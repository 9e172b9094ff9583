-- Every row of ticket_passage as JSON, without its tenant, by key.
-- $1 tenant
SELECT to_jsonb(r) - 'tenant_id' AS content
FROM ticket_passage AS r
WHERE r.tenant_id = $1
ORDER BY r.ticket_id, r.part
