-- The passages of one ticket, in order.
-- $1 tenant, $2 ticket_id
SELECT part, field, start, stop FROM ticket_passage WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY part
