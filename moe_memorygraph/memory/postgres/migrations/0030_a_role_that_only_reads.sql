-- Why: a process that only reads connects as a role that may do nothing else. That its transactions are read-only is a
-- setting, which whoever could have it run a statement of theirs could undo; what a role lacks, nobody there can give.
GRANT USAGE ON SCHEMA mg, mg_meta TO mg_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA mg TO mg_reader;
GRANT SELECT ON mg_meta.schema_migration TO mg_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA mg GRANT SELECT ON TABLES TO mg_reader;

-- Also: what 0029 was to fill in for facts that stood before. It changed nothing, as the owner, too, is held to a tenant
-- and none was bound. Facts that came since have an origin.
ALTER TABLE fact NO FORCE ROW LEVEL SECURITY;
UPDATE fact SET stated_to = valid_to
WHERE superseded_by IS NULL AND valid_to IS NOT NULL AND stated_to IS NULL AND origin_id IS NULL;
ALTER TABLE fact FORCE ROW LEVEL SECURITY;
