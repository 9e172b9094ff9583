-- The task is done.
-- $1 tenant, $2 task_id
DELETE FROM outbox WHERE tenant_id = $1 AND task_id = $2
