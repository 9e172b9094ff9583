-- Who wrote.
-- $1 tenant, $2 origin
SELECT origin_id, tier, actor, tool, run_id, written_at FROM origin WHERE tenant_id = $1 AND origin_id = $2
