-- Customers' pieces of time (see ticket_cell) in which a ticket was written since.
-- $1 tenant, $2 the transaction before which all is counted
SELECT
    customer_id,
    greatest(date_trunc('week', created_at AT TIME ZONE 'UTC'), date_trunc('month', created_at AT TIME ZONE 'UTC'))::date AS piece
FROM ticket
WHERE tenant_id = $1 AND changed_by >= $2::text::xid8
GROUP BY 1, 2
ORDER BY 1, 2
