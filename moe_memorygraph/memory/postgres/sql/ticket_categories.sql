-- Ticket categories, most frequent first.
-- $1 tenant
SELECT category AS key, count(*) AS tickets
FROM ticket
WHERE tenant_id = $1 AND category <> ''
GROUP BY category
ORDER BY tickets DESC, key
