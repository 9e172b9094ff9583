-- Delete expired turns; how many.
-- $1 tenant, $2 now
WITH gone AS (DELETE FROM session_turn WHERE tenant_id = $1 AND expires_at <= $2 RETURNING 1)
SELECT count(*) FROM gone
