-- Delete finished jobs and tasks that were given up, from before a time.
-- $1 tenant, $2 time
WITH gone_job AS (
    DELETE FROM job WHERE tenant_id = $1 AND state IN ('succeeded', 'failed') AND updated_at < $2
)
DELETE FROM outbox WHERE tenant_id = $1 AND is_dead AND added_at < $2
