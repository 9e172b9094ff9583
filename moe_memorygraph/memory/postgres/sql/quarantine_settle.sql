-- Settle a write that was held; its id where it was held still.
-- $1 tenant, $2 review, $3 state, $4 when
UPDATE quarantine SET state = $3, settled_at = $4
WHERE tenant_id = $1 AND review_id = $2 AND state = 'held'
RETURNING review_id
