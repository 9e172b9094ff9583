-- How often each plane changed.
-- $1 tenant
SELECT plane, revision FROM plane_revision WHERE tenant_id = $1 ORDER BY plane
