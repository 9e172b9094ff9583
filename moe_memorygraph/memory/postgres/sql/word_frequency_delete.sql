-- Forget how frequent the words of a plane are.
-- $1 tenant, $2 plane
DELETE FROM word_frequency WHERE tenant_id = $1 AND plane = $2
