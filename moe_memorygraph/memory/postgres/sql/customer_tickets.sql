-- A customer's tickets.
-- $1 tenant, $2 customer id
SELECT ticket_id FROM ticket WHERE tenant_id = $1 AND customer_id = $2 ORDER BY ticket_id
