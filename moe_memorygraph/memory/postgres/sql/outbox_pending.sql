-- Tasks that are not given up.
-- $1 tenant
SELECT count(*) FROM outbox WHERE tenant_id = $1 AND NOT is_dead
