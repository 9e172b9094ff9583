-- Why: what a ticket's own sentences tell is read when the ticket is written, lives as long as it does, and stands apart
-- from what a system recorded: so that no search, no count and no contradiction takes the one for the other.

-- The sentence itself is body[quote_start:quote_stop] of the ticket, in code points: it is not kept twice.
CREATE TABLE told_fact (
    tenant_id uuid NOT NULL,
    fact_id uuid NOT NULL,
    ticket_id text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    predicate text COLLATE "C" NOT NULL CHECK (predicate <> ''),
    object text NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    valid_from timestamptz NOT NULL,
    quote_start integer NOT NULL CHECK (quote_start >= 0),
    quote_stop integer NOT NULL CHECK (quote_stop > quote_start),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, fact_id),
    CONSTRAINT told_fact_ticket_fk FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket ON DELETE CASCADE
);
-- A ticket that changes or goes takes along what it told.
CREATE INDEX told_fact_by_ticket ON told_fact (tenant_id, ticket_id);
-- told_find: of a customer, of a kind, the newest.
CREATE INDEX told_fact_by_customer ON told_fact (tenant_id, customer_id, predicate, valid_from);
CREATE INDEX told_fact_by_predicate ON told_fact (tenant_id, predicate, valid_from);

ALTER TABLE told_fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE told_fact FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON told_fact FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant());

GRANT SELECT, INSERT, DELETE ON told_fact TO mg_app;
