-- Why: ticket_search and document_search hand a ranker what it weighs, without a join: who wrote a passage, in which
-- conversation, what form it has, which words stand in its head; and how rare each word is, which full-text search in
-- PostgreSQL does not know.

-- Nothing asks where a word stands, so tsv keeps no positions any more: half the size, and quicker to look through.
-- head: the words of the subject (of title and heading in a document). traits: bits that the application gives.
-- The word index is made anew: every row changes.
DROP INDEX ticket_passage_words;
ALTER TABLE ticket_passage
    ADD COLUMN author text,
    ADD COLUMN thread_id text COLLATE "C",
    ADD COLUMN traits integer NOT NULL DEFAULT 0,
    ADD COLUMN head tsvector NOT NULL DEFAULT '';
-- Row security would hide every row from the owner, who runs this and is bound to no tenant.
ALTER TABLE ticket_passage NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ticket NO FORCE ROW LEVEL SECURITY;
UPDATE ticket_passage AS p
SET
    author = t.author,
    thread_id = t.thread_id,
    head = strip(to_tsvector('pg_catalog.english', t.subject)),
    tsv = strip(p.tsv)
FROM ticket AS t
WHERE t.tenant_id = p.tenant_id AND t.ticket_id = p.ticket_id;
ALTER TABLE ticket FORCE ROW LEVEL SECURITY;
ALTER TABLE ticket_passage FORCE ROW LEVEL SECURITY;
CREATE INDEX ticket_passage_words ON ticket_passage USING gin (tsv);
-- ticket_search: what was written before and after a passage in its conversation.
CREATE INDEX ticket_passage_by_thread ON ticket_passage (tenant_id, thread_id, created_at, ticket_id, part)
WHERE thread_id IS NOT NULL;

DROP INDEX document_passage_words;
ALTER TABLE document_passage
    ADD COLUMN traits integer NOT NULL DEFAULT 0,
    ADD COLUMN head tsvector NOT NULL DEFAULT '';
ALTER TABLE document_passage NO FORCE ROW LEVEL SECURITY;
ALTER TABLE document NO FORCE ROW LEVEL SECURITY;
UPDATE document_passage AS p
SET
    head = strip(to_tsvector('pg_catalog.english', d.title || E'\n' || p.heading)),
    tsv = strip(p.tsv)
FROM document AS d
WHERE d.tenant_id = p.tenant_id AND d.document_id = p.document_id;
ALTER TABLE document FORCE ROW LEVEL SECURITY;
ALTER TABLE document_passage FORCE ROW LEVEL SECURITY;
CREATE INDEX document_passage_words ON document_passage USING gin (tsv);

-- How many passages of a plane hold a word, estimated over a sample; words of a single passage are left out.
CREATE TABLE word_frequency (
    tenant_id uuid NOT NULL CONSTRAINT word_frequency_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    plane text COLLATE "C" NOT NULL CHECK (plane IN ('ltm', 'semantic', 'vector', 'knowledge')),
    lexeme text COLLATE "C" NOT NULL,
    passages real NOT NULL CHECK (passages >= 1),
    PRIMARY KEY (tenant_id, plane, lexeme)
);

-- Of what word_frequency was made. revision: of the plane, when it was last looked at.
CREATE TABLE plane_statistics (
    tenant_id uuid NOT NULL CONSTRAINT plane_statistics_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    plane text COLLATE "C" NOT NULL CHECK (plane IN ('ltm', 'semantic', 'vector', 'knowledge')),
    passages bigint NOT NULL CHECK (passages >= 0),
    sampled bigint NOT NULL CHECK (sampled BETWEEN 0 AND passages),
    mean_length double precision NOT NULL CHECK (mean_length >= 0),
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, plane)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['word_frequency', 'plane_statistics'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON word_frequency, plane_statistics TO mg_app;

-- A word as a query of its own.
CREATE FUNCTION mg_word(stem text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('''' || replace(replace(stem, '\', '\\'), '''', '''''') || '''')::tsquery;
