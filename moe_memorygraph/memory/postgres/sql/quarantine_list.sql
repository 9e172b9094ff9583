-- Writes that were held, oldest first.
-- $1 tenant, $2 state or null, $3 limit, $4 offset
SELECT
    review_id, kind, state, item_key, signs, content, tier, actor, tool, run_id, held_at, settled_at
FROM quarantine
WHERE
    tenant_id = $1
    AND ($2::text IS NULL OR state = $2)
ORDER BY held_at, review_id
LIMIT $3 OFFSET $4
