-- Why: a tenant says how long each plane may keep what it holds; and what is removed takes along the runs that quote it.

-- How old something may grow, in days; a plane without a row keeps everything. 'runs': questions, answers and finished work.
CREATE TABLE retention (
    tenant_id uuid NOT NULL CONSTRAINT retention_tenant_fk REFERENCES tenant ON DELETE CASCADE,
    plane text COLLATE "C" NOT NULL CHECK (plane IN ('stm', 'ltm', 'semantic', 'vector', 'knowledge', 'runs')),
    days integer NOT NULL CHECK (days BETWEEN 1 AND 36500),
    PRIMARY KEY (tenant_id, plane)
);

ALTER TABLE retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON retention FOR ALL USING (tenant_id = mg_tenant()) WITH CHECK (tenant_id = mg_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON retention TO mg_app;

-- What an answer leans on: the URIs in it, wherever they stand, and the tickets behind the patterns it lists.
CREATE FUNCTION mg_cited(envelope jsonb) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT one.name #>> '{}'
    FROM jsonb_path_query(envelope, 'strict $.** ? (@.type() == "string" && @ starts with "memory://")') AS one (name)
    UNION ALL
    SELECT one.name #>> '{}' FROM jsonb_path_query(envelope, '$.items[*].evidence[*]') AS one (name);
END;

-- Sweeping looks for facts that ended long ago.
CREATE INDEX fact_by_end ON fact (tenant_id, valid_to, fact_id) WHERE valid_to IS NOT NULL;
