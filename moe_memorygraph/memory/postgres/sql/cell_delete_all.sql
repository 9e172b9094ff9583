-- Drop all cells.
-- $1 tenant
DELETE FROM ticket_cell WHERE tenant_id = $1
