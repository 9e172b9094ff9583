-- Give a task back, to be tried again at a time, or never.
-- $1 tenant, $2 task_id, $3 when, or null for never
UPDATE outbox
SET held_until = NULL, due_at = $3::timestamptz, is_dead = $3::timestamptz IS NULL
WHERE tenant_id = $1 AND task_id = $2
