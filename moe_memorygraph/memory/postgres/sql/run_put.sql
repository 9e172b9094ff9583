-- Store a run; one that is stored already changes nothing.
-- $1 tenant, $2.. columns
INSERT INTO run (
    tenant_id, run_id, tool, question, created_at, answer, confidence, abstained, envelope, decision, computed
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (tenant_id, run_id) DO NOTHING
