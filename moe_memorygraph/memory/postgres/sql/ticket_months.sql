-- Tickets per customer, category and month.
-- $1 tenant
SELECT customer_id, coalesce(category, '') AS topic, date_trunc('month', created_at, 'UTC') AS month, count(*) AS tickets
FROM ticket
WHERE tenant_id = $1
GROUP BY customer_id, coalesce(category, ''), date_trunc('month', created_at, 'UTC')
ORDER BY customer_id, topic, month
