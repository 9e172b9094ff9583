-- Why: mining read every ticket at each run. Tickets are counted in cells, of which a run makes anew what changed; and
-- patterns may be about a tier, a channel or a product, and fade.

-- The transaction that wrote a ticket last; null: one before this migration. A transaction's number and the numbers that
-- a snapshot sees say exactly what a reader missed, as no clock can. Set apart from the type, so that no table is rewritten.
ALTER TABLE ticket ADD COLUMN changed_by xid8;
ALTER TABLE ticket ALTER COLUMN changed_by SET DEFAULT pg_current_xact_id();
-- cells_touched: the tickets that changed since.
CREATE INDEX ticket_by_change ON ticket (tenant_id, changed_by);

-- Tickets of a customer, topic, channel and product ('' where a ticket has none) in one piece: the days that a week and
-- a month have in common, named by the first of them, in UTC. Made anew for a customer's month at a time.
CREATE TABLE ticket_cell (
    tenant_id uuid NOT NULL CONSTRAINT ticket_cell_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    customer_id text COLLATE "C" NOT NULL,
    piece date NOT NULL,
    topic text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    product text COLLATE "C" NOT NULL,
    tickets integer NOT NULL CHECK (tickets > 0),
    rated integer NOT NULL,
    low_rated integer NOT NULL,
    ranked integer NOT NULL,
    urgent integer NOT NULL,
    reopened integer NOT NULL,
    repeated integer NOT NULL,
    resolved integer NOT NULL,
    log_hours double precision NOT NULL,
    log_hours_squared double precision NOT NULL,
    PRIMARY KEY (tenant_id, customer_id, piece, topic, channel, product)
);

-- Up to where the cells are right: every ticket written by an earlier transaction is counted in them.
CREATE TABLE ticket_cell_mark (
    tenant_id uuid NOT NULL CONSTRAINT ticket_cell_mark_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    seen_before xid8 NOT NULL,
    PRIMARY KEY (tenant_id)
);

ALTER TABLE pattern
ADD COLUMN tier text COLLATE "C",
ADD COLUMN channel text COLLATE "C",
ADD COLUMN product text COLLATE "C",
ADD COLUMN weight double precision CHECK (weight BETWEEN 0 AND 1),
ADD COLUMN expires_at timestamptz;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ticket_cell', 'ticket_cell_mark'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

GRANT SELECT, INSERT, DELETE ON ticket_cell TO mg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_cell_mark TO mg_app;
