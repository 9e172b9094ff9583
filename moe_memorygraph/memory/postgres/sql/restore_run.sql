-- Rows of run as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO run (
    tenant_id, run_id, tool, question, created_at, answer, confidence, abstained, envelope, decision, computed
)
SELECT
    $1, r.run_id, r.tool, r.question, r.created_at, r.answer, r.confidence, r.abstained, r.envelope,
    r.decision, r.computed
FROM jsonb_populate_recordset(NULL::run, $2) AS r
