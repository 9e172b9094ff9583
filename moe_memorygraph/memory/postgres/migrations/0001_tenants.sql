-- Why: every other row hangs on a tenant, and every cache on the revisions of its planes.

-- The tenant bound by `SET LOCAL app.tenant_id`. Unset, or empty as a finished transaction leaves it: NULL, so no row.
CREATE FUNCTION mg_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;

-- The distinct stems of a text, without stop words.
CREATE FUNCTION mg_lexemes(asked text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN tsvector_to_array(to_tsvector('pg_catalog.english'::regconfig, asked));

-- A query that any of these stems fits; one without stems fits nothing.
CREATE FUNCTION mg_any_word(asked text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(
        string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''', ' | '), ''
    )::tsquery
    FROM unnest(mg_lexemes(asked)) AS word
);

-- How many of these stems a passage holds.
CREATE FUNCTION mg_held(passage tsvector, stems text[]) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN length(passage) - length(ts_delete(passage, stems));

-- No UNIQUE (key): the id is a version 5 UUID of the key, made by the client, so the primary key says it already, and a
-- unique key without tenant_id would tell one tenant of another.
CREATE TABLE tenant (
    tenant_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    name text NOT NULL,
    embedding_model text,
    embedding_dim integer CHECK (embedding_dim BETWEEN 1 AND 16000),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id)
);

CREATE TABLE plane_revision (
    tenant_id uuid NOT NULL CONSTRAINT plane_revision_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    plane text NOT NULL CHECK (plane IN ('customers', 'ltm', 'semantic', 'vector', 'knowledge')),
    revision bigint NOT NULL CHECK (revision > 0),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, plane)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenant', 'plane_revision'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %I FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant())',
            name
        );
    END LOOP;
END $$;

-- Administrators list the tenants as mg_owner, to which nobody logs in.
CREATE POLICY listed ON tenant FOR SELECT TO mg_owner USING (true);

GRANT SELECT, INSERT, DELETE ON tenant TO mg_app;
GRANT UPDATE (name, embedding_model, embedding_dim) ON tenant TO mg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plane_revision TO mg_app;
