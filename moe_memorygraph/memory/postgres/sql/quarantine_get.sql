-- One write that was held.
-- $1 tenant, $2 review
SELECT
    review_id, kind, state, item_key, signs, content, tier, actor, tool, run_id, held_at, settled_at
FROM quarantine
WHERE tenant_id = $1 AND review_id = $2
