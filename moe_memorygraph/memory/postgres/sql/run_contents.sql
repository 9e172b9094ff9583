-- Those of these runs that are stored.
-- $1 tenant, $2 run ids
SELECT run_id, tool, question, created_at, answer, confidence, abstained, envelope, decision, computed
FROM run
WHERE tenant_id = $1 AND run_id = ANY ($2::uuid[])
