-- Note up to where the cells are right.
-- $1 tenant, $2 the transaction before which all is counted
INSERT INTO ticket_cell_mark (tenant_id, seen_before) VALUES ($1, $2::text::xid8)
ON CONFLICT (tenant_id) DO UPDATE SET seen_before = excluded.seen_before
