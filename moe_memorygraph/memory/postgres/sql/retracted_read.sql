-- Something that was taken back, as it stood last.
-- $1 tenant, $2 kind, $3 id
SELECT content, known_until
FROM retracted
WHERE tenant_id = $1 AND kind = $2 AND item_id = $3
ORDER BY known_until DESC
LIMIT 1
