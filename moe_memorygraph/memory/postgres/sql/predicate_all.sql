-- The predicates that the tenant described itself, by name.
-- $1 tenant
SELECT name, single, value, aliases, asked_by, hinted_by, half_life_days
FROM predicate
WHERE tenant_id = $1
ORDER BY name
