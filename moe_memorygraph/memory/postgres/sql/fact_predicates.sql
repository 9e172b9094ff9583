-- Predicates in use, by name.
-- $1 tenant
SELECT DISTINCT predicate FROM fact WHERE tenant_id = $1 ORDER BY predicate
