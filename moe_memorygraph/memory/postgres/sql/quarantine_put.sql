-- Hold a write until somebody looked at it.
-- $1 tenant, $2 review, $3 kind, $4 item, $5 signs, $6 content, $7 tier, $8 actor, $9 tool, $10 run or null, $11 when
INSERT INTO quarantine (
    tenant_id, review_id, kind, state, item_key, signs, content, tier, actor, tool, run_id, held_at
)
VALUES ($1, $2, $3, 'held', $4, $5, $6, $7, $8, $9, $10, $11)
