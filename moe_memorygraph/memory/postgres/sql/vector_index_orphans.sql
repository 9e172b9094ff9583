-- Indexes of tenants that are no more. For the owner, who sees every tenant.
-- $1 schema, $2 what the names of such indexes begin with; a tenant's id follows, without hyphens
SELECT c.relname AS name
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN unnest($2::text[]) AS beginning (name) ON starts_with(c.relname::text, beginning.name)
WHERE
    n.nspname = $1
    AND c.relkind = 'i'
    AND NOT EXISTS (
        SELECT 1 FROM tenant AS t WHERE beginning.name || replace(t.tenant_id::text, '-', '') = c.relname::text
    )
ORDER BY c.relname
