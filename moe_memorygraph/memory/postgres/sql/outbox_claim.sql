-- Take due tasks that nobody holds, oldest first.
-- $1 tenant, $2 now, $3 limit, $4 held until
WITH due AS (
    SELECT task_id
    FROM outbox
    WHERE
    tenant_id = $1
    AND NOT is_dead
    AND (due_at IS NULL OR due_at <= $2)
    AND (held_until IS NULL OR held_until <= $2)
    ORDER BY added_at, task_id
    LIMIT $3
    FOR UPDATE SKIP LOCKED
),
taken AS (
    UPDATE outbox AS o
    SET attempts = o.attempts + 1, held_until = $4::timestamptz
    FROM due
    WHERE o.tenant_id = $1 AND o.task_id = due.task_id
    RETURNING o.task_id, o.kind, o.payload, o.attempts, o.added_at
)
SELECT task_id, kind, payload, attempts FROM taken ORDER BY added_at, task_id
