-- Patterns that have an embedding, with their statements.
-- $1 tenant
SELECT p.pattern_id, p.statement
FROM pattern AS p
JOIN pattern_embedding AS e ON e.tenant_id = $1 AND e.pattern_id = p.pattern_id
WHERE p.tenant_id = $1
