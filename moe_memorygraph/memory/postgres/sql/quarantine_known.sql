-- What was decided last of items of a kind.
-- $1 tenant, $2 kind, $3 items
SELECT DISTINCT ON (item_key) item_key, state
FROM quarantine
WHERE tenant_id = $1 AND kind = $2 AND item_key = ANY ($3::text[])
ORDER BY item_key, held_at DESC, review_id DESC
