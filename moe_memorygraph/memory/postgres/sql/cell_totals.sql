-- Tickets that there are, and that the cells hold: more than there are where some were deleted or moved away.
-- $1 tenant
SELECT
    (SELECT count(*) FROM ticket WHERE tenant_id = $1) AS standing,
    (SELECT coalesce(sum(tickets), 0)::bigint FROM ticket_cell WHERE tenant_id = $1) AS counted
