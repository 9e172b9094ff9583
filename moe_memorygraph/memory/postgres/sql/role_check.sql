-- What the connected role may do, and what the server is.
-- $1 our schema, $2 the owner's role
SELECT
    current_setting('server_version') AS server_version,
    (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS vector_version,
    r.rolsuper AS is_superuser,
    r.rolbypassrls AS bypasses_rls,
    EXISTS (SELECT 1 FROM pg_roles AS o WHERE o.rolname = $2 AND pg_has_role(r.oid, o.oid, 'MEMBER'))
    OR EXISTS (
        SELECT 1
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND pg_has_role(r.oid, c.relowner, 'MEMBER')
    ) AS is_owner,
    EXISTS (
        SELECT 1
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE
        n.nspname = 'mg_meta'
        AND c.relname = 'schema_migration'
        AND has_schema_privilege(n.oid, 'USAGE')
        AND has_table_privilege(c.oid, 'SELECT')
    ) AS may_read_record,
    (
        SELECT proleakproof FROM pg_proc WHERE oid = 'pg_catalog.ts_match_vq(tsvector, tsquery)'::regprocedure
    ) AS words_use_index
FROM pg_roles AS r
WHERE r.rolname = current_user
