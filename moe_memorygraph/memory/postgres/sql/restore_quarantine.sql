-- Rows of quarantine as they were archived.
-- $1 tenant, $2 a list of them
INSERT INTO quarantine (
    tenant_id, review_id, kind, state, item_key, signs, content, tier, actor, tool, run_id, held_at, settled_at
)
SELECT
    $1, r.review_id, r.kind, r.state, r.item_key, r.signs, r.content, r.tier, r.actor, r.tool, r.run_id,
    r.held_at, r.settled_at
FROM jsonb_populate_recordset(NULL::quarantine, $2) AS r
