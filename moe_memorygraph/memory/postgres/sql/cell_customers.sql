-- Customers with their tickets' number and span: what is counted at first. What stood in cells before goes.
-- $1 tenant
WITH gone AS (DELETE FROM ticket_cell WHERE tenant_id = $1)
SELECT customer_id, count(*) AS tickets, min(created_at) AS oldest, max(created_at) AS newest
FROM ticket
WHERE tenant_id = $1
GROUP BY customer_id
ORDER BY customer_id
