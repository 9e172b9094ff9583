-- A customer's tickets, also those that were taken back: answers cite them still.
-- $1 tenant, $2 customer id
SELECT ticket_id FROM ticket WHERE tenant_id = $1 AND customer_id = $2
UNION
SELECT item_id FROM retracted WHERE tenant_id = $1 AND kind = 'ticket' AND content ->> 'customer_id' = $2
ORDER BY ticket_id
