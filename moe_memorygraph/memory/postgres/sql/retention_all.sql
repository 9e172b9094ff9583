-- How many days each plane is kept; one that is not named is kept for good.
-- $1 tenant
SELECT plane, days FROM retention WHERE tenant_id = $1 ORDER BY plane
