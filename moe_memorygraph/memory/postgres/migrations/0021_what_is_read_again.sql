-- Why: tickets that were loaded before the patterns that read them, or by older ones, are read again; and how long
-- tickets take is asked of all that are old enough to tell, not only of those that are resolved.

-- Version of the patterns by which a ticket's sentences were read; 0: none did, or it is not known.
ALTER TABLE ticket ADD COLUMN told_by integer NOT NULL DEFAULT 0;
-- ticket_unread: those that no present pattern read.
CREATE INDEX ticket_by_reading ON ticket (tenant_id, told_by);

-- Tickets of which the time to resolution is known, or known to be running: log_hours sums over these.
ALTER TABLE ticket_cell ADD COLUMN timed integer NOT NULL DEFAULT 0;
-- Cells are made from tickets at any time; without a mark the next run counts all of them anew.
TRUNCATE ticket_cell, ticket_cell_mark;
