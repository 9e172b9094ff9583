-- Why: the accounts of a tenant and their tickets, with passages found by words and embeddings found by meaning.

CREATE TABLE customer (
    tenant_id uuid NOT NULL CONSTRAINT customer_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    customer_id text COLLATE "C" NOT NULL CHECK (customer_id <> ''),
    name text NOT NULL,
    aliases text[] NOT NULL,
    tier text,
    industry text,
    region text,
    arr double precision,
    status text,
    since date,
    churned_at date,
    churn_reason text,
    attributes jsonb NOT NULL,
    content_hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, customer_id)
);

-- A ticket may name a customer that the CRM has not delivered yet: no foreign key to customer.
CREATE TABLE ticket (
    tenant_id uuid NOT NULL CONSTRAINT ticket_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    ticket_id text COLLATE "C" NOT NULL CHECK (ticket_id <> ''),
    customer_id text COLLATE "C" NOT NULL CHECK (customer_id <> ''),
    created_at timestamptz NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    category text COLLATE "C",
    intent text,
    channel text COLLATE "C",
    status text COLLATE "C",
    priority text COLLATE "C",
    csat double precision CHECK (csat BETWEEN 1 AND 5),
    resolved_at timestamptz,
    response text,
    author text,
    thread_id text,
    messages jsonb NOT NULL CHECK (jsonb_typeof(messages) = 'array'),
    attributes jsonb NOT NULL CHECK (jsonb_typeof(attributes) = 'object'),
    pii_types text[] NOT NULL,
    content_hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id)
);
-- ticket_browse, ticket_ids, ticket_span, ticket_count and the preview without a customer: the newest in a range.
CREATE INDEX ticket_by_time ON ticket (tenant_id, created_at DESC, ticket_id) INCLUDE (category);
-- The same for named customers; ticket_months reads nothing but this index.
CREATE INDEX ticket_by_customer ON ticket (tenant_id, customer_id, created_at DESC, ticket_id) INCLUDE (category);

-- The text of a passage is substr(body or response, start + 1, stop - start); tsv holds the subject's words too.
-- Columns that a search filters by are repeated from the ticket, so that the filter needs no join.
CREATE TABLE ticket_passage (
    tenant_id uuid NOT NULL,
    ticket_id text COLLATE "C" NOT NULL,
    part integer NOT NULL CHECK (part >= 0),
    field text NOT NULL CHECK (field IN ('body', 'response')),
    start integer NOT NULL CHECK (start >= 0),
    stop integer NOT NULL CHECK (stop > start),
    customer_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    category text COLLATE "C",
    channel text COLLATE "C",
    status text COLLATE "C",
    has_pii boolean NOT NULL,
    tsv tsvector NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, part),
    CONSTRAINT ticket_passage_ticket_fk FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket ON DELETE CASCADE
);
-- ticket_search and ticket_count by words.
CREATE INDEX ticket_passage_words ON ticket_passage USING gin (tsv);

-- Narrow, away from text: an exact scan reads nothing else. Partitioned by tenant from the first day, with all tenants
-- in the default partition, so that a large one can be moved to its own, with its own HNSW index, while others work.
CREATE TABLE ticket_embedding (
    tenant_id uuid NOT NULL,
    ticket_id text COLLATE "C" NOT NULL,
    part integer NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    category text COLLATE "C",
    channel text COLLATE "C",
    status text COLLATE "C",
    has_pii boolean NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, part),
    CONSTRAINT ticket_embedding_passage_fk
        FOREIGN KEY (tenant_id, ticket_id, part) REFERENCES ticket_passage ON DELETE CASCADE
) PARTITION BY LIST (tenant_id);
-- In line as long as a row fits its page; beyond, a scan would fetch each vector from elsewhere, 3 times slower.
ALTER TABLE ticket_embedding ALTER COLUMN embedding SET STORAGE MAIN;
CREATE TABLE ticket_embedding_rest PARTITION OF ticket_embedding DEFAULT;
-- ticket_search by meaning among named customers: without it all embeddings of the tenant would be compared.
CREATE INDEX ticket_embedding_by_customer ON ticket_embedding (tenant_id, customer_id, created_at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['customer', 'ticket', 'ticket_passage', 'ticket_embedding', 'ticket_embedding_rest'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON customer, ticket TO mg_app;
GRANT SELECT, INSERT, DELETE ON ticket_passage, ticket_embedding TO mg_app;
