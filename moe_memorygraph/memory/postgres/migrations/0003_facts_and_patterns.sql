-- Why: facts with valid and recorded time, and the patterns mined from tickets.

-- subject_key and customer_key are the names folded by the client, because lower() is not leakproof and could use no
-- index under row security. identity is a digest of what makes two facts the same.
CREATE TABLE fact (
    tenant_id uuid NOT NULL CONSTRAINT fact_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    fact_id uuid NOT NULL,
    identity bytea NOT NULL CHECK (length(identity) = 32),
    subject text COLLATE "C" NOT NULL CHECK (subject <> ''),
    subject_key text COLLATE "C" NOT NULL,
    predicate text COLLATE "C" NOT NULL CHECK (predicate <> ''),
    object text NOT NULL,
    statement text NOT NULL,
    customer_id text COLLATE "C",
    customer_key text COLLATE "C",
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    valid_from timestamptz,
    valid_to timestamptz,
    recorded_at timestamptz NOT NULL,
    superseded_by uuid,
    source text NOT NULL,
    tsv tsvector NOT NULL,
    PRIMARY KEY (tenant_id, fact_id),
    CONSTRAINT fact_is_said_once UNIQUE (tenant_id, identity),
    CONSTRAINT fact_superseded_by_fk FOREIGN KEY (tenant_id, superseded_by) REFERENCES fact,
    CHECK (valid_to >= valid_from)
);
-- fact_find, fact_search, fact_open and the preview: facts about a subject, with a predicate; fact_predicates.
CREATE INDEX fact_by_subject ON fact (tenant_id, subject_key, predicate);
CREATE INDEX fact_by_customer ON fact (tenant_id, customer_key, predicate);
CREATE INDEX fact_by_predicate ON fact (tenant_id, predicate);
-- Deleting a fact looks for those it superseded.
CREATE INDEX fact_by_successor ON fact (tenant_id, superseded_by) WHERE superseded_by IS NOT NULL;
-- fact_search by words.
CREATE INDEX fact_words ON fact USING gin (tsv);

CREATE TABLE fact_embedding (
    tenant_id uuid NOT NULL,
    fact_id uuid NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (tenant_id, fact_id),
    CONSTRAINT fact_embedding_fact_fk FOREIGN KEY (tenant_id, fact_id) REFERENCES fact ON DELETE CASCADE
);
ALTER TABLE fact_embedding ALTER COLUMN embedding SET STORAGE MAIN;

CREATE TABLE pattern (
    tenant_id uuid NOT NULL CONSTRAINT pattern_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    pattern_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    statement text NOT NULL,
    customer_id text COLLATE "C",
    topic text COLLATE "C",
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    baseline_start timestamptz NOT NULL,
    baseline_end timestamptz NOT NULL,
    count bigint NOT NULL CHECK (count >= 0),
    baseline_count bigint NOT NULL CHECK (baseline_count >= 0),
    change_pct double precision,
    rate_ratio double precision,
    ci_low double precision,
    ci_high double precision,
    q_value double precision,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    mined_at timestamptz NOT NULL,
    content_hash bytea NOT NULL,
    tsv tsvector NOT NULL,
    PRIMARY KEY (tenant_id, pattern_id),
    CHECK (period_end >= period_start),
    CHECK (baseline_end >= baseline_start)
);
-- pattern_scope and the preview: patterns about named customers in a range.
CREATE INDEX pattern_by_customer ON pattern (tenant_id, customer_id, period_start);

-- A ticket behind a pattern may be forgotten later; the pattern keeps its count until it is mined again: no foreign
-- key to ticket.
CREATE TABLE pattern_evidence (
    tenant_id uuid NOT NULL,
    pattern_id uuid NOT NULL,
    place integer NOT NULL CHECK (place >= 0),
    ticket_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, pattern_id, place),
    CONSTRAINT pattern_evidence_pattern_fk FOREIGN KEY (tenant_id, pattern_id) REFERENCES pattern ON DELETE CASCADE
);

CREATE TABLE pattern_embedding (
    tenant_id uuid NOT NULL,
    pattern_id uuid NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (tenant_id, pattern_id),
    CONSTRAINT pattern_embedding_pattern_fk FOREIGN KEY (tenant_id, pattern_id) REFERENCES pattern ON DELETE CASCADE
);
ALTER TABLE pattern_embedding ALTER COLUMN embedding SET STORAGE MAIN;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY
        ARRAY['fact', 'fact_embedding', 'pattern', 'pattern_evidence', 'pattern_embedding']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

-- A fact is never overwritten; only its end and its successor are filled in.
GRANT SELECT, INSERT, DELETE ON fact TO mg_app;
GRANT UPDATE (valid_to, superseded_by) ON fact TO mg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON pattern TO mg_app;
GRANT SELECT, INSERT, DELETE ON fact_embedding, pattern_evidence, pattern_embedding TO mg_app;
