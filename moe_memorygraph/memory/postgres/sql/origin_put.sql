-- Note who writes, once.
-- $1 tenant, $2 origin, $3 tier, $4 actor, $5 tool, $6 run or null, $7 when
INSERT INTO origin (tenant_id, origin_id, tier, actor, tool, run_id, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
