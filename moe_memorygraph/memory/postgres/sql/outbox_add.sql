-- Add tasks, in this order; one that was added already changes nothing.
-- $1 tenant, $2 task ids, $3 kinds, $4 payloads, $5 attempts
INSERT INTO outbox (tenant_id, task_id, kind, payload, attempts)
SELECT $1, one.task_id, one.kind, one.payload::jsonb, one.attempts
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::integer[]) AS one (task_id, kind, payload, attempts)
ON CONFLICT (tenant_id, task_id) DO NOTHING
