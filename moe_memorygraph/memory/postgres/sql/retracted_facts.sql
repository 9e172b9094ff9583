-- Facts that were known at a time and are not now, or stand otherwise: each as it stood first after that time.
-- $1 tenant, $2 known at
SELECT DISTINCT ON (item_id) content
FROM retracted
WHERE tenant_id = $1 AND kind = 'fact' AND known_until > $2
ORDER BY item_id, known_until
