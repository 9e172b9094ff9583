-- Why: business documents with their headings kept, and session turns with a time to live.

CREATE TABLE document (
    tenant_id uuid NOT NULL CONSTRAINT document_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    document_id text COLLATE "C" NOT NULL CHECK (document_id <> ''),
    path text COLLATE "C" NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    content_hash bytea NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, document_id)
);
-- document_browse: by path.
CREATE INDEX document_by_path ON document (tenant_id, path, document_id);

-- The text of a passage is substr(body, start + 1, stop - start); tsv holds the words of title and heading too.
CREATE TABLE document_passage (
    tenant_id uuid NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    part integer NOT NULL CHECK (part >= 0),
    heading text NOT NULL,
    start integer NOT NULL CHECK (start >= 0),
    stop integer NOT NULL CHECK (stop > start),
    tsv tsvector NOT NULL,
    PRIMARY KEY (tenant_id, document_id, part),
    CONSTRAINT document_passage_document_fk FOREIGN KEY (tenant_id, document_id) REFERENCES document ON DELETE CASCADE
);
-- document_search and the preview by words.
CREATE INDEX document_passage_words ON document_passage USING gin (tsv);

CREATE TABLE document_embedding (
    tenant_id uuid NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    part integer NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (tenant_id, document_id, part),
    CONSTRAINT document_embedding_passage_fk
        FOREIGN KEY (tenant_id, document_id, part) REFERENCES document_passage ON DELETE CASCADE
);
ALTER TABLE document_embedding ALTER COLUMN embedding SET STORAGE MAIN;

CREATE TABLE session_turn (
    tenant_id uuid NOT NULL CONSTRAINT session_turn_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    turn_id uuid NOT NULL,
    session_id text COLLATE "C" NOT NULL CHECK (session_id <> ''),
    role text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tsv tsvector NOT NULL,
    PRIMARY KEY (tenant_id, turn_id)
);
-- turn_live, turn_search and the preview: the newest of one session.
CREATE INDEX session_turn_by_session ON session_turn (tenant_id, session_id, created_at DESC, turn_id);
-- turn_sweep.
CREATE INDEX session_turn_by_expiry ON session_turn (tenant_id, expires_at);

CREATE TABLE turn_embedding (
    tenant_id uuid NOT NULL,
    turn_id uuid NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (tenant_id, turn_id),
    CONSTRAINT turn_embedding_turn_fk FOREIGN KEY (tenant_id, turn_id) REFERENCES session_turn ON DELETE CASCADE
);
ALTER TABLE turn_embedding ALTER COLUMN embedding SET STORAGE MAIN;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY
        ARRAY['document', 'document_passage', 'document_embedding', 'session_turn', 'turn_embedding']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON document TO mg_app;
GRANT SELECT, INSERT, DELETE
    ON document_passage, document_embedding, session_turn, turn_embedding
    TO mg_app;
