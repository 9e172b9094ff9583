-- Become the one that seals a tenant's entries, until the end of the transaction; no row where there is no such tenant.
-- $1 tenant
SELECT pg_try_advisory_xact_lock(hashtextextended('audit ' || tenant_id::text, 0)) AS is_ours
FROM tenant
WHERE tenant_id = $1
