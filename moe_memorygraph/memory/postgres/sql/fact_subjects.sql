-- Subjects of facts that are no customers, by name.
-- $1 tenant, $2 limit
SELECT DISTINCT subject FROM fact WHERE tenant_id = $1 AND customer_id IS NULL ORDER BY subject LIMIT $2
